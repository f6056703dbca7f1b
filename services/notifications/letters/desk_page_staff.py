"""The page in front of printed letters that tells the desk which of them need a second look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.text.translations import mark
from services.notifications.wording.sentences import catalogue

TITLE = mark("For the desk, not to be posted")
NOT_MADE = mark(
    "These letters could not be made. Please write to these people by hand, and tell those who run the platform:"
)
NOT_READABLE = mark(
    "These letters have signs that cannot be printed; each shows as □. Please check the name and the address, and write them by hand where needed:"
)


def desk_page(not_made: Sequence[dict[str, Any]], not_readable: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The data of that page for `letter.typ`. Both lists hold letters as `pdf.letter_data` returns them."""
    gettext = catalogue()["de"].gettext
    parts = ((NOT_MADE, not_made), (NOT_READABLE, not_readable))
    return {
        "title": gettext(TITLE),
        "parts": [
            {"words": gettext(explanation), "names": [" · ".join(letter["address"]) for letter in letters]}
            for explanation, letters in parts
            if letters
        ],
    }
