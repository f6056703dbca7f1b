"""`kommune gazetteer import` says in a sentence why it does not take a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chassis.settings import Settings
from kommune import gazetteer
from services.registration.gazetteer.gazetteer import DayToCome, Imported, OlderList, PartOfList
from services.registration.gazetteer.official_list import Entry
from tests.unit.registration.test_official_list import whole

DAY = date(2024, 12, 31)
SETTINGS = Settings(
    environment="local",
    secret_key="a secret that nothing here is made with",
    mongodb_uri="mongodb://127.0.0.1",
    kafka_bootstrap="127.0.0.1",
)


def taking(monkeypatch: pytest.MonkeyPatch, answer: Imported | Exception) -> None:
    """The database is not what is looked at here."""

    async def imported(settings: Settings, entries: list[Entry], as_of: date) -> Imported:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(gazetteer, "import_entries", imported)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (Imported(2, 1, 1, 3, ("Albersdorf (01051001)",)), 0, "ended: Albersdorf (01051001)"),
        (
            Imported(2, 0, 0, 0, untouched=("Bayern",)),
            0,
            "left as they were, since no municipality of theirs stands in the file: Bayern",
        ),
        (DayToCome(), 1, "This day is still to come"),
        (OlderList(), 1, "A list of a later day was imported already."),
        (PartOfList(900, 1_000), 1, "900 of 1000 municipalities that are known are missing"),
    ],
    ids=["merged municipalities", "a list of one state", "a day to come", "another year", "a part"],
)
def test_what_became_of_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    answer: Imported | Exception,
    code: int,
    said: str,
) -> None:
    taking(monkeypatch, answer)
    file = tmp_path / "list.csv"
    file.write_bytes(whole("\r").encode("latin-1"))
    assert gazetteer.run(SETTINGS, file, DAY) == code
    assert said in "".join(capsys.readouterr())


def test_what_is_no_list_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"a;b\n1;2\n")
    assert gazetteer.run(SETTINGS, file, DAY) == 1
    assert "missing" in capsys.readouterr().err
