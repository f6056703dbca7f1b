"""Where the marks of a comparison lie: along the scale by score, one above the other where they would cover each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.selfcheck.domain.assessment import MAX_PERSPECTIVES

LETTERS = "ABCDEFGHIJKLMNOPQRST"
"""One for each perspective, in their order: colours alone would not tell them apart, and not everybody sees them."""
FORMS = ("circle", "square", "diamond", "pill")
NEAR = 12
"""Points closer than this stand in different lanes: as wide as a mark is on the narrowest screen."""

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


def marks(scores: Mapping[str, float | None], perspectives: Sequence[str], rtl: bool = False) -> list[Mark]:
    """The marks of a row: those that are told, from the lowest score to the highest."""
    known, placed = signs(perspectives), list[Mark]()
    ends: list[float] = []
    for name, score in sorted(
        ((name, scores[name]) for name in perspectives), key=lambda one: -1.0 if one[1] is None else one[1]
    ):
        if score is None:
            continue
        lane = next((number for number, end in enumerate(ends) if score - end >= NEAR), len(ends))
        ends[lane : lane + 1] = [score]
        placed.append(Mark(known[name], place(score, rtl), lane))
    return placed
