"""Counts how many voices of each perspective gave which answer to each question. Nothing of this may be published as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from disclosure.scheme import NOT_APPLICABLE, UNSURE, Answers, Scheme


class Voice(Protocol):
    """What one root invitation set off, hand-ons included. `asked`: the questions that were put to it, None for all; it
    matters only where the rules count a missing answer as zero."""

    @property
    def perspective(self) -> str: ...

    @property
    def answers(self) -> Answers: ...

    @property
    def asked(self) -> frozenset[str] | None: ...


@dataclass(frozen=True)
class Cell:
    """Voices of one perspective at one question: per level (lowest first), unsure, not applicable, asked but silent."""

    levels: tuple[int, ...]
    unsure: int = 0
    not_applicable: int = 0
    blank: int = 0

    @property
    def rated(self) -> int:
        """Voices that gave a level."""
        return sum(self.levels)

    @property
    def reacted(self) -> int:
        """Voices that gave any answer."""
        return self.rated + self.unsure + self.not_applicable


@dataclass(frozen=True)
class Tally:
    """The counts of one assessment: `cells` by (question, perspective), for every question and each of `perspectives`."""

    scheme: Scheme
    perspectives: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]


def count(scheme: Scheme, voices: Iterable[Voice], perspectives: Iterable[str] = ()) -> Tally:
    """Counts voices in plain Python, exactly; their order is without meaning.

    A voice that answered nothing is left out. `perspectives` are listed even if nobody of them answered. Answers have to
    be valid for the scheme.
    """
    taking_part = [voice for voice in voices if any(answer is not None for answer in voice.answers.values())]
    names = tuple(sorted({*perspectives, *(voice.perspective for voice in taking_part)}))
    members: dict[str, list[Voice]] = {name: [] for name in names}
    for voice in taking_part:
        members[voice.perspective].append(voice)
    return Tally(
        scheme,
        names,
        {(question, name): _cell(scheme, question, members[name]) for question in scheme.questions for name in names},
    )


def _cell(scheme: Scheme, question: str, voices: list[Voice]) -> Cell:
    levels = [0] * scheme.levels
    unsure = not_applicable = blank = 0
    for voice in voices:
        answer = voice.answers.get(question)
        if isinstance(answer, int):
            levels[answer - scheme.lowest] += 1
        elif answer == UNSURE:
            unsure += 1
        elif answer == NOT_APPLICABLE:
            not_applicable += 1
        elif voice.asked is None or question in voice.asked:
            blank += 1
    return Cell(tuple(levels), unsure, not_applicable, blank)
