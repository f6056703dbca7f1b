"""A letter that cannot be typeset, or only in part, does not keep the others from being printed; a page for the desk names it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pypdf
import pytest
import typst

from chassis.documents import typeset
from chassis.documents.typeset import NotTypeset, Template, Typeset
from services.notifications.letters import pdf as letters
from services.notifications.letters.pdf import compose_pdf, letter_data
from services.notifications.wording.rendered_text import RenderedText
from tests.support.message_samples import render

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def letter(name: str, post: str = "Marktstraße 1\n26382 Wilhelmshaven") -> dict[str, Any]:
    intent = {"_id": "m", "tenant": "w", "kind": "confirmed", "contact": "r", "gathering": "g", "told": {}}
    contact = {"name": name, "language": "de", "email": None, "codes": {"manage": "c"}}
    gathering = {"title": {"de": "Dialog"}, "starts_at": NOW, "ends_at": NOW, "place": "Rathaus", "support": []}
    rendered: RenderedText = render(intent, contact, gathering, None, "https://k.example", medium="letter")
    return letter_data(rendered, post, {"name": {"de": "Wilhelmshaven"}}, NOW)


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]


def test_a_name_in_any_script_is_printed_and_needs_no_second_look() -> None:
    first, second = pages(compose_pdf([letter("李明"), letter("Olena", "Markt\x00straße 1\x1b\n26382 Wilhelmshaven")]))
    assert "李明" in first
    assert "Marktstraße 1" in second


def test_the_desk_is_told_whose_letter_has_signs_that_cannot_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(typeset, "fonts", lambda: bare)
    desk, first, second = pages(compose_pdf([letter("Olena"), letter("A李nna")]))
    assert "Nur für das Büro" in desk
    assert "A□nna" in desk
    assert "Olena" not in desk
    assert "Olena" in first
    assert "A□nna" in second


def test_the_desk_is_told_whose_letter_could_not_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Template.typeset

    def fails_for_anna(self: Template, data: Any) -> Typeset:
        if any("Anna" in one["greeting"] for one in data["letters"]):
            raise NotTypeset("letter.typ")
        return made(self, data)

    monkeypatch.setattr(letters.Template, "typeset", fails_for_anna)
    desk, only = pages(compose_pdf([letter("Anna"), letter("Olena")]))
    assert "konnten nicht erstellt werden" in desk
    assert "Anna" in desk
    assert "Olena" in only


MM = 72 / 25.4


def placed(content: bytes) -> list[tuple[float, float, str]]:
    """(mm from the left, mm from the top, text) of everything on the first page."""
    page = pypdf.PdfReader(BytesIO(content)).pages[0]
    height, found = float(page.mediabox.height), []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((x / MM, (height - y) / MM, text))

    page.extract_text(visitor_text=visit)
    return found


def test_the_address_stands_in_the_window_of_the_envelope_and_nothing_else_does() -> None:
    """DIN 5008, form B: the window begins 20 mm from the left and 45 mm from the top, 85 mm wide and 45 mm high; the lines of the
    address begin 17.7 mm below its upper edge."""
    lines = ["c/o Familie Brandt", "Beim Kanal 7", "Hinterhaus, 2. Stock links", "26382 Wilhelmshaven", "ZIMMER 4711"]
    found = placed(compose_pdf([letter("Olena Koval-Schmidt", "\n".join(lines))]))
    address = [(x, y) for x, y, text in found if text.strip() in (*lines, "Olena Koval-Schmidt") and y < 110]
    assert len(address) >= len(lines)
    for x, y in address:
        assert 19.99 <= x <= 105
        assert 62.7 < y <= 90
    others = [text for x, y, text in found if 19.99 <= x <= 105 and 62.7 < y <= 90 and (x, y) not in address]
    assert others == []


def test_marks_show_where_to_fold_and_a_sheet_says_its_number() -> None:
    one = {**letter("Olena"), "sheet": "12 · 3/40"}
    content = compose_pdf([one])
    page = pypdf.PdfReader(BytesIO(content)).pages[0]
    height = float(page.mediabox.height)
    marks: list[tuple[float, float]] = []

    def visit(operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        if operator == b"m":
            x, y = (float(one) for one in operands)
            marks.append(
                (
                    round((x * cm[0] + y * cm[2] + cm[4]) / MM, 1),
                    round((height - (x * cm[1] + y * cm[3] + cm[5])) / MM, 1),
                )
            )

    page.extract_text(visitor_operand_before=visit)
    assert {(3.0, 105.0), (3.0, 148.5), (3.0, 210.0)} <= set(marks)
    assert "12 · 3/40" in page.extract_text()
