"""Places the marks of a comparison: along the scale by score, one above the other where they would cover each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.selfcheck.domain.assessment import MAX_PERSPECTIVES

LETTERS = "ABCDEFGHIJKLMNOPQRST"
"""One for each perspective, in their order: colours alone would not tell them apart, and not everybody sees them."""
FORMS = ("circle", "square", "diamond", "pill")
NEAR = 12
"""Points closer than this stand in different lanes: as wide as a mark is on the narrowest screen."""
NEAR_ON_A_WALL = 5
"""The same on a wide screen."""
LANES_ON_A_WALL = 3
"""What a whole picture with seven fields has room for. Of marks that would need more, some are moved aside; the line between the
lowest and the highest, the words and the table stay exact."""

assert len(LETTERS) == MAX_PERSPECTIVES


@dataclass(frozen=True)
class Sign:
    """How a perspective is marked."""

    letter: str
    form: str


@dataclass(frozen=True)
class Mark:
    """A perspective's score in the picture. `across`: from where reading begins, in per cent; `lane` from 0, the topmost."""

    sign: Sign
    across: float
    lane: int


def sign(index: int) -> Sign:
    """Of the perspective at this place."""
    return Sign(LETTERS[index], FORMS[index % len(FORMS)])


def signs(perspectives: Sequence[str]) -> dict[str, Sign]:
    """By perspective, in their order."""
    return {name: sign(index) for index, name in enumerate(perspectives)}


def place(score: float, rtl: bool = False) -> float:
    """Per cent from the left edge; from right to left for scripts that are read so."""
    across = 5 + 0.9 * min(100.0, max(0.0, score))
    return round(100 - across if rtl else across, 2)


def marks(
    scores: Mapping[str, float | None], perspectives: Sequence[str], rtl: bool = False, wall: bool = False
) -> list[Mark]:
    """The marks of a row: those that are told, from the lowest score to the highest. `wall`: in few lanes."""
    signs_by_perspective, near, most = (
        signs(perspectives),
        *((NEAR_ON_A_WALL, LANES_ON_A_WALL) if wall else (NEAR, MAX_PERSPECTIVES)),
    )
    lanes: list[list[tuple[str, float]]] = []
    for score, name in sorted((shown, name) for name in perspectives if (shown := scores[name]) is not None):
        free = next((lane for lane in lanes if score - lane[-1][1] >= near), None)
        if free is None and len(lanes) < most:
            lanes.append(free := [])
        elif free is None:
            free = min(lanes, key=lambda lane: lane[-1][1])
        free.append((name, max(score, free[-1][1] + near) if free else score))
    placed = [
        (across, Mark(signs_by_perspective[name], place(across, rtl), number))
        for number, lane in enumerate(lanes)
        for name, across in _within(lane, near)
    ]
    return [mark for _, mark in sorted(placed, key=lambda one: (one[0], one[1].lane))]


def ends(scores: Mapping[str, float | None], rtl: bool = False) -> tuple[float, float]:
    """The ends of the line from the lowest to the highest score that is shown."""
    places = [place(score, rtl) for score in scores.values() if score is not None]
    return min(places), max(places)


def _within(lane: Sequence[tuple[str, float]], near: float) -> list[tuple[str, float]]:
    """Marks that were moved beyond the end of the scale, moved back again."""
    moved: list[tuple[str, float]] = []
    limit = 100.0
    for name, across in reversed(lane):
        moved.append((name, min(across, limit)))
        limit = moved[-1][1] - near
    return moved[::-1]
