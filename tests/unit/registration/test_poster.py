"""The poster: one tagged page in any of the languages, whose code leads to signing up; what people write is never markup."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdf
import pytest

from chassis.pages.brand import Brand
from chassis.text.languages import LANGUAGES
from services.registration.gatherings.poster import MOST_LANGUAGES, poster, shown_on_poster

ADDRESS = "https://weltoffen.example/registration/wilhelmshaven/gatherings/0199a2b3c4d5e6f7a8b9c0d1e2f3a4b5"
BRAND = Brand("Stadt Wilhelmshaven", colour="#f2e205", phone="+49 4421 16 12345")


def _pdf(languages: list[str], brand: Brand = BRAND, **changes: Any) -> pypdf.PdfReader:
    gathering = {
        "title": {"de": "Dialog", "uk": "Діалог", "ar": "حوار"},
        "starts_at": "2026-11-30T16:30:00Z",
        "ends_at": "2026-11-30T19:00:00Z",
        "mode": "hybrid",
        "place": "Rathaus",
        "support": [{"id": "a", "label": {"de": "Dolmetschen"}}],
        "meetings": [],
    } | changes
    return pypdf.PdfReader(
        BytesIO(poster(shown_on_poster(gathering, brand, languages, ADDRESS, lambda code, message: message)))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_tagged_page_with_the_number_and_the_address(language: str) -> None:
    read = _pdf([language])
    assert len(read.pages) == 1
    assert [round(side / 72 * 25.4) for side in read.pages[0].mediabox[2:]] == [210, 297]
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language.partition("-")[0]
    text = read.pages[0].extract_text()
    assert "+49 4421 16 12345" in text
    assert ADDRESS in text


def test_however_much_is_written_it_stays_one_page() -> None:
    words = "Zusammenleben " * 300
    long = {
        "title": {"de": words},
        "place": words,
        "support": [{"id": str(n), "label": {"de": words}} for n in range(30)],
    }
    assert len(_pdf(list(LANGUAGES)[:MOST_LANGUAGES], **long).pages) == 1


def test_markup_stays_words() -> None:
    text = (
        _pdf(["de"], title={"de": '#panic("no") $x$ *stark* [Klammer]'}, place='#read("/etc/passwd")')
        .pages[0]
        .extract_text()
    )
    assert "*stark* [Klammer]" in text
    assert "#read(" in text


def test_without_a_number_it_names_none() -> None:
    assert "call us" not in _pdf(["en"], brand=Brand("Gemeinde")).pages[0].extract_text()


def test_every_letter_has_a_shape() -> None:
    """A missing letter would be drawn as an empty box (glyph 0), which no text can be read from."""
    text = _pdf(["uk", "ar"]).pages[0].extract_text()
    assert "Діалог" in text
    assert any("\u0600" <= char <= "\u06ff" or "\ufb50" <= char <= "\ufeff" for char in text)
