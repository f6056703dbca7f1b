"""Letters as PDF: DIN 5008, form B, for window envelopes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chassis.documents.qr_codes import qr_svg
from chassis.documents.typeset import NotTypeset, Template
from chassis.storage.mongo import Document
from chassis.text.languages import direction, format_date, pick
from chassis.text.translations import mark
from services.notifications.letters.desk_page_staff import desk_page
from services.notifications.wording.rendered_text import RenderedText
from services.notifications.wording.sentences import SQUARE, catalogue, sentence

TEMPLATE = Template(Path(__file__).with_name("letter.typ"))
ONWARD = mark("Under this address you see where your registration stands, and can change or cancel it:")
SHOW = mark("At the door, show this square or say your code: %(code)s")
OR_CALL = mark("Or call us:")


def letter_data(rendered: RenderedText, post: str, municipality: Document, now: datetime) -> dict[str, Any]:
    """A letter as `letter.typ` takes it. `post`: the postal address in lines."""
    lines = [line.strip() for line in post.splitlines() if line.strip()]
    begins_with_name = rendered.to in lines[:1]
    door = rendered.door
    return {
        "language": rendered.language.partition("-")[0],
        "rtl": direction(rendered.language) == "rtl",
        "sender": pick(municipality["name"], "de")[0],
        "address": [*([] if begins_with_name else [rendered.to]), *lines][:6],
        "date": format_date(now, rendered.language),
        "subject": rendered.subject,
        "greeting": rendered.greeting,
        "paragraphs": [text for text in rendered.paragraphs if door is None or text != door.instruction],
        "door": door
        and {
            "qr": qr_svg(door.address, border=1),
            "alt": sentence(rendered.language, SQUARE, code=door.code),
            "show": catalogue()[rendered.language].gettext(SHOW).partition("%(code)s")[::2],
            "code": door.code,
        },
        "link": rendered.link,
        "qr": qr_svg(rendered.link, border=1),
        "onward": sentence(rendered.language, ONWARD),
        "or_call": sentence(rendered.language, OR_CALL),
        "phone": municipality.get("phone"),
        "sheet": "",
    }


@dataclass(frozen=True)
class Composed:
    """A PDF of letters. `failed`: positions of the letters that could not be typeset and are not in it."""

    pdf: bytes
    failed: frozenset[int]


def compose_pdf(letters: list[dict[str, Any]]) -> bytes:
    """Only the PDF that `compose` makes."""
    return compose(letters).pdf


def compose_picture(letter: dict[str, Any]) -> bytes:
    """PNG of a letter's first page.

    Raises: NotTypeset.
    """
    return TEMPLATE.picture({"desk": None, "letters": [letter]})


def compose(letters: list[dict[str, Any]]) -> Composed:
    """Typeset letters as PDF/UA-1. Takes some 0.2 s of processor time: call it in a thread.

    Where a letter could not be made, or has signs that can't be printed, a page for the desk in front says whose.
    """
    failed_indexes: frozenset[int] = frozenset()
    failed: list[dict[str, Any]] = []
    try:
        typeset = TEMPLATE.typeset({"desk": None, "letters": letters})
    except NotTypeset:
        failed_indexes = _failing_alone(letters)
        failed = [letter for index, letter in enumerate(letters) if index in failed_indexes]
        letters = [letter for index, letter in enumerate(letters) if index not in failed_indexes]
        typeset = TEMPLATE.typeset({"desk": desk_page(failed, []), "letters": letters})
    unreadable = [letter for letter in letters if _has_any(letter, typeset.missing)]
    if unreadable:
        typeset = TEMPLATE.typeset({"desk": desk_page(failed, unreadable), "letters": letters})
    return Composed(typeset.pdf, failed_indexes)


def find_unmade(letters: list[dict[str, Any]]) -> frozenset[int]:
    """Positions of the letters that cannot be typeset. Call it in a thread, as `compose`."""
    if not letters or _can_be_typeset(letters):
        return frozenset()
    return _failing_alone(letters)


def _failing_alone(letters: list[dict[str, Any]]) -> frozenset[int]:
    """Positions of the letters that fail also when they are typeset alone."""
    return frozenset(index for index, letter in enumerate(letters) if not _can_be_typeset([letter]))


def _can_be_typeset(letters: list[dict[str, Any]]) -> bool:
    try:
        TEMPLATE.typeset({"desk": None, "letters": letters})
    except NotTypeset:
        return False
    return True


def _has_any(letter: dict[str, Any], signs: frozenset[str]) -> bool:
    texts = (letter["subject"], letter["greeting"], *letter["address"], *letter["paragraphs"])
    return any(not signs.isdisjoint(text) for text in texts)
