"""Every date in a letter, a mail, a text message or a call is written as its reader's language writes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import chain
from typing import Any, get_args

import pypdf
import pytest
from babel import Locale

from chassis.text.languages import LANGUAGES, format_date
from services.notifications.domain.messages import CONTENTS
from services.notifications.letters.pdf import compose_pdf, letter_data
from services.notifications.wording.rendered_text import Medium, RenderedText
from tests.support.examples import all_but_slow
from tests.support.message_samples import render

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=81)
GATHERING: dict[str, Any] = {
    "title": {"de": "Dialog"},
    "starts_at": NOW + timedelta(days=7),
    "ends_at": LATER,
    "place": "Rathaus",
    "mode": "hybrid",
    "support": [{"id": "interpreter.uk", "label": {"de": "Dolmetschen"}}],
    "meetings": [
        {"id": "1", "starts_at": NOW + timedelta(days=7), "ends_at": NOW + timedelta(days=7, hours=2)},
        {"id": "2", "starts_at": LATER, "ends_at": LATER + timedelta(hours=2), "place": "Schule"},
    ],
}
GROUP = {"status": "offered", "support": [["interpreter.uk", "granted"]], "until": NOW + timedelta(days=3)}
TOLD = {
    "position": 3,
    "until": LATER,
    "day": LATER,
    "changes": {
        "when": [[NOW, LATER], [LATER, LATER]],
        "meetings": [{"id": "1", "before": [NOW, NOW, None], "now": [LATER, LATER, "Schule"]}],
    },
}
MEDIA: tuple[Medium, ...] = get_args(Medium)


def words(kind: str, language: str, medium: Medium) -> RenderedText:
    intent = {"_id": "m", "tenant": "w", "kind": kind, "contact": "r", "gathering": "g", "told": TOLD}
    codes = {"manage": "c", "answer": "a", "door": "K7QM2XPD"}
    return render(
        intent,
        {"name": "O", "language": language, "codes": codes},
        GATHERING,
        GROUP,
        "https://k.example",
        medium=medium,
    )


@cache
def german_words(reader: str) -> re.Pattern[str]:
    """The names of months and days of the week as German writes them and the reader's language does not."""
    names = {
        code: {
            name
            for part in (Locale.parse(code).months, Locale.parse(code).days)
            for name in part["format"]["wide"].values()
        }
        for code in ("de_DE", LANGUAGES[reader].locale)
    }
    foreign = names["de_DE"] - names[LANGUAGES[reader].locale]
    return re.compile(rf"\b({'|'.join(foreign)})\b|\b\d{{1,2}}\.\d{{1,2}}\.\d{{2,4}}\b")


def text_of(value: Any) -> str:
    """Every text in data for a template, in a row."""
    if isinstance(value, dict):
        return "\n".join(text_of(one) for one in value.values())
    return "\n".join(text_of(one) for one in value) if isinstance(value, list | tuple) else str(value)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code.partition("-")[0] != "de"])
def test_no_date_is_written_in_german_to_those_who_read_another_language(language: str) -> None:
    found, dated = [], 0
    for kind in CONTENTS:
        for medium in MEDIA:
            rendered = words(kind, language, medium)
            if rendered.language.partition("-")[0] == "de":
                continue  # a text for staff that is there in German alone
            post = text_of(letter_data(rendered, "Markt 1", {"name": {"de": "W"}}, NOW)) if medium == "letter" else ""
            text = "\n".join([*chain([rendered.subject, rendered.short or ""], rendered.paragraphs), post])
            found += [(kind, medium, date.group()) for date in german_words(rendered.language).finditer(text)]
            dated += "2026" in text or "۲۰۲۶" in text or "٢٠٢٦" in text
    assert found == []
    assert dated > len(CONTENTS), "a letter has a date at least"


@pytest.mark.parametrize("language", all_but_slow(LANGUAGES, ["de", "fa"]))
def test_a_letter_is_dated_in_its_language(language: str) -> None:
    rendered = words("confirmed", language, "letter")
    letter = letter_data(rendered, "Markt 1", {"name": {"de": "W"}}, NOW)
    assert letter["date"] == format_date(NOW, rendered.language)
    text = pypdf.PdfReader(BytesIO(compose_pdf([letter]))).pages[0].extract_text()
    assert ("Donnerstag" in text) == (language.partition("-")[0] == "de")
    assert "□" not in text
