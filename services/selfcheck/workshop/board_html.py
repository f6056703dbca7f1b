"""The live parts of the board as HTML, each one element with an id: rendered once per change and language."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

import orjson

from chassis.http.event_stream import View
from chassis.pages.pages import Pages
from services.selfcheck.perspectives import picture
from services.selfcheck.workshop.board import entries_of
from services.selfcheck.workshop.schemas import BoardEntry
from services.selfcheck.workshop.schemas import BoardResponse as Picture

REMEMBERED = 4000
"""Rendered questions that a process keeps."""


class BoardHtml:
    """Renders the live parts of the board: for staff the whole board, for the room what is shown there."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._entries: OrderedDict[tuple[str, str, bytes], str] = OrderedDict()

    def staff(self, code: str, here: str) -> View[Picture]:
        """The board as HTML for staff. `here`: the address of the assessment's pages."""
        return View(("staff", code), lambda board: self.staff_parts(code, here, board), _event)

    def room(self, code: str, here: str, number: int) -> View[Picture]:
        """The board as HTML for the room. `here`: the address of the room; `number`: its link's. With another link open, this one
        shows nothing more."""
        return View(
            ("room", code, number),
            lambda board: {"room": self.room_part(code, here, board)},
            _event,
            lambda board: board["room"] == {"open": True, "number": number},
        )

    def staff_parts(self, code: str, here: str, board: Picture) -> dict[str, str]:
        """Render the parts of the staff's board: first the frame, which changes with the phase alone and holds an empty place for each question, then what fills it."""
        numbered = [(f"question-{number}", entry) for number, entry in enumerate(board["questions"])]
        own = [(f"own-{number}", entry) for number, entry in enumerate(board["own_questions"])]
        frame = {
            "board": board,
            "here": here,
            "places": [part for part, _ in numbered],
            "own": [part for part, _ in own],
        }
        parts = {
            "participation": self._pages.fragment(code, "staff/board_participation.html", board=board),
            "agenda": self._pages.fragment(
                code, "staff/board_agenda.html", board=board, here=here, entries=entries_of(board)
            ),
            "frame": self._pages.fragment(code, "staff/board_frame.html", **frame),
        }
        return parts | {part: self._entry(code, here, board, part, entry) for part, entry in [*numbered, *own]}

    def room_part(self, code: str, here: str, board: Picture) -> str:
        """Render what the moderator shows."""
        entry = entries_of(board).get(board["stage"]["question"] or "")
        return self._pages.fragment(
            code,
            "room_picture.html",
            board=board,
            entry=entry,
            counted=counted(entry) if entry else [],
            here=here,
            marks=picture,
        )

    def _entry(self, code: str, here: str, board: Picture, part: str, entry: BoardEntry) -> str:
        key = (code, here, orjson.dumps([part, board["status"], entry]))
        if key not in self._entries:
            self._entries[key] = self._pages.fragment(
                code, "staff/board_entry.html", part=part, entry=entry, counted=counted(entry), here=here, board=board
            )
            while len(self._entries) > REMEMBERED:
                self._entries.popitem(last=False)
        return self._entries[key]


def counted(entry: BoardEntry) -> list[tuple[str, list[int] | None]]:
    """People per level (lowest first) by perspective; None where a group is too small to be shown."""
    return list(entry["spreads"].items())


def _event(parts: Mapping[str, str], whole: bool) -> tuple[str, str]:
    return "fragment", "".join(parts.values())
