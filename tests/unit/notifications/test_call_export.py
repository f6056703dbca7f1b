"""The call list as a table: one row for each number, naming everybody who is reached there with what to say to them."""

from __future__ import annotations

import csv
import io
from typing import Any

from services.notifications.call_list.export_staff import table

MEETING = {"title": {"de": "Treffen"}, "starts_at": "2026-12-10T17:00:00.000Z"}


def _entry(name: str, language: str, **more: Any) -> dict[str, Any]:
    say = {language: [f"for {name}"], "de": [f"Für {name}"]}
    return {"name": name, "helper": None, "language": language, "say": say, "gathering": MEETING, "support": [],
            "phone": "04421 1", "phone_e164": "+4944211", "until": None, "attempts": [], **more}  # fmt: skip


def _rows(*entries: dict[str, Any]) -> list[dict[str, str]]:
    text = table(entries, lambda sentence: sentence).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_several_people_at_one_number_are_each_named_with_their_words() -> None:
    (row,) = _rows(_entry("Ada", "tr", also=[_entry("Nur", "ar", support=[{"de": "Aufzug"}], helper="Sam")]))
    assert (row["To whom"], row["For whom"], row["Language"]) == ("Ada, Sam", "Nur", "Türkçe, العربية")
    assert row["What to say"].splitlines() == ["Ada:", "for Ada", "Nur:", "for Nur"]
    assert row["The same in German"].splitlines() == ["Ada:", "Für Ada", "Nur:", "Für Nur"]
    assert (row["Support"], row["Meeting"].count("Treffen")) == ("Aufzug", 1)


def test_one_person_is_told_everything_without_their_name_between() -> None:
    (row,) = _rows(_entry("Ada", "de", also=[_entry("Ada", "de")]))
    assert (row["To whom"], row["What to say"], row["The same in German"]) == ("Ada", "Für Ada\nFür Ada", "")
