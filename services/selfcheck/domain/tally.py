"""Counting: how many people of each perspective gave which answer to each question. Everything else follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import NOT_APPLICABLE, UNSURE, Response

MISSING = -1
"""No level, in a row of ratings."""

MAX_RATERS = 2000
"""Krippendorff's alpha speaks of a panel; beyond this many people it is left out (null) rather than sampled."""

Row = tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """People of one perspective at one question: per level (lowest first), unsure, not applicable, asked but silent."""

    levels: tuple[int, ...]
    unsure: int = 0
    not_applicable: int = 0
    blank: int = 0

    @property
    def rated(self) -> int:
        """People who gave a level."""
        return sum(self.levels)

    @property
    def reacted(self) -> int:
        """People who gave any answer."""
        return self.rated + self.unsure + self.not_applicable

    @property
    def applicable(self) -> bool:
        """False if somebody said `not_applicable` and nobody gave a level or was unsure. Silence does not decide."""
        return self.not_applicable == 0 or self.rated + self.unsure > 0

    def __add__(self, other: Cell) -> Cell:
        levels = tuple(a + b for a, b in zip(self.levels, other.levels, strict=True))
        return Cell(
            levels, self.unsure + other.unsure, self.not_applicable + other.not_applicable, self.blank + other.blank
        )


@dataclass(frozen=True)
class Tally:
    """The counts of one assessment.

    `cells` by (question, perspective), for every question and every perspective of `perspectives`;
    `field_raters` by (field, perspective): people with at least one level in the field; `raters` by perspective: people
    with at least one level anywhere. `ratings` has a row per person with a level and a column per question: the level
    counted from the lowest (0), or `MISSING`; None when there are more than `MAX_RATERS` people. People are not named.
    """

    empty: Cell
    perspectives: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    field_raters: Mapping[tuple[str, str], int]
    raters: Mapping[str, int]
    ratings: Sequence[Row] | None

    @cached_property
    def totals(self) -> Mapping[str, Cell]:
        """All perspectives of a question together, by question; empty if there are no perspectives."""
        totals: dict[str, Cell] = {}
        for (question, _), cell in self.cells.items():
            totals[question] = totals.get(question, self.empty) + cell
        return totals

    def total(self, question: str) -> Cell:
        """All perspectives of a question together."""
        return self.totals.get(question, self.empty)


def count(questionnaire: Questionnaire, responses: Iterable[Response], perspectives: Iterable[str] = ()) -> Tally:
    """Counts the responses in plain Python, exactly; their order is without meaning.

    Who answered nothing is left out. `perspectives` are listed even if nobody of them answered. Answers have to be
    valid (see `responses.answer_flaws`).
    """
    people = [response for response in responses if response.takes_part]
    names = tuple(sorted({*perspectives, *(person.perspective for person in people)}))
    rows: list[Row] = []
    field_raters: dict[tuple[str, str], int] = defaultdict(int)
    raters: dict[str, int] = defaultdict(int)
    for person in people:
        row = _row(questionnaire, person)
        if any(level != MISSING for level in row):
            rows.append(row)
            raters[person.perspective] += 1
        for field in _fields_rated(questionnaire, row):
            field_raters[field, person.perspective] += 1
    return Tally(
        empty=Cell((0,) * len(questionnaire.scale)),
        perspectives=names,
        cells=_cells(questionnaire, people, names),
        field_raters=dict(field_raters),
        raters=dict(raters),
        ratings=rows if len(rows) <= MAX_RATERS else None,
    )


def _row(questionnaire: Questionnaire, person: Response) -> Row:
    low = questionnaire.scale.min
    answers = (person.answers.get(question) for question in questionnaire.questions)
    return tuple(answer - low if isinstance(answer, int) else MISSING for answer in answers)


def _fields_rated(questionnaire: Questionnaire, row: Row) -> set[str]:
    fields = questionnaire.field_of.values()
    return {field.id for field, level in zip(fields, row, strict=True) if level != MISSING}


def _cells(questionnaire: Questionnaire, people: list[Response], names: tuple[str, ...]) -> dict[tuple[str, str], Cell]:
    members: dict[str, list[Response]] = {name: [] for name in names}
    for person in people:
        members[person.perspective].append(person)
    return {
        (question, name): _cell(questionnaire, question, members[name])
        for question in questionnaire.questions
        for name in names
    }


def _cell(questionnaire: Questionnaire, question: str, people: list[Response]) -> Cell:
    scale = questionnaire.scale
    levels = [0] * len(scale)
    unsure = not_applicable = blank = 0
    for person in people:
        answer = person.answers.get(question)
        if isinstance(answer, int):
            levels[answer - scale.min] += 1
        elif answer == UNSURE:
            unsure += 1
        elif answer == NOT_APPLICABLE:
            not_applicable += 1
        elif person.asked is None or question in person.asked:
            blank += 1
    return Cell(tuple(levels), unsure, not_applicable, blank)
