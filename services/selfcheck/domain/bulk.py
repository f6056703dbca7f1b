"""The same counts as `tally.count`, for very many responses: answers as small integers in a matrix, counted by NumPy.

Everything after the counting is the exact path itself, so the results are equal, digit by digit. Memory: one byte per
answer of a block, plus working space for `CHUNK` rows; blocks can be streamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from services.selfcheck.domain.assessed import assess
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import NOT_APPLICABLE, UNSURE, Answer, Response
from services.selfcheck.domain.scoring import Result, result
from services.selfcheck.domain.tally import MAX_RATERS, MISSING, Cell, Row, Tally

UNSURE_CODE, NOT_APPLICABLE_CODE, BLANK_CODE, NOT_ASKED_CODE = -1, -2, -3, -4

Codes = npt.NDArray[np.int8]

CHUNK = 16 * 255
_BYTE = 255
"""Ones that fit into a byte: columns are summed in bytes, this many rows at a time, which is what makes it fast."""


@dataclass(frozen=True)
class Block:
    """Responses as numbers.

    `answers[person, question]`: the level counted from the lowest (0), or one of the four codes above, with the questions
    in the questionnaire's order. `perspective[person]`: the index of the person's perspective.
    """

    answers: Codes
    perspective: npt.NDArray[np.intp]


def encode(questionnaire: Questionnaire, responses: Iterable[Response], perspectives: Sequence[str]) -> Block:
    """Valid responses as a block; `perspectives` gives the indices."""
    codes: dict[Answer, int] = {None: BLANK_CODE, UNSURE: UNSURE_CODE, NOT_APPLICABLE: NOT_APPLICABLE_CODE}
    codes |= {questionnaire.scale.min + level: level for level in range(len(questionnaire.scale))}
    index = {name: number for number, name in enumerate(perspectives)}
    rows: list[list[int]] = []
    people: list[int] = []
    for person in responses:
        row = [codes[person.answers.get(question)] for question in questionnaire.questions]
        if person.asked is not None:
            row = [
                NOT_ASKED_CODE if code == BLANK_CODE and question not in person.asked else code
                for code, question in zip(row, questionnaire.questions, strict=True)
            ]
        rows.append(row)
        people.append(index[person.perspective])
    answers = np.array(rows, dtype=np.int8).reshape(len(rows), len(questionnaire.questions))
    return Block(answers, np.array(people, dtype=np.intp))


def score_blocks(
    questionnaire: Questionnaire, blocks: Iterable[Block], perspectives: Sequence[str], *, minimum_group: int = 1
) -> Result:
    """`scoring.score` for blocks of encoded responses."""
    tally = count_blocks(questionnaire, blocks, perspectives)
    return result(assess(questionnaire, tally, {}, minimum_group))


def count_blocks(questionnaire: Questionnaire, blocks: Iterable[Block], perspectives: Sequence[str]) -> Tally:
    """Counts blocks. Raises `ValueError` for a matrix of another width, a code outside the scale, or an index without
    perspective."""
    counter = _Counter(questionnaire, len(perspectives))
    for block in blocks:
        counter.add(block)
    return counter.tally(perspectives)


class _Counter:
    """Running counts: `counts[perspective, code, question]` with codes from `NOT_ASKED_CODE` up."""

    def __init__(self, questionnaire: Questionnaire, perspectives: int) -> None:
        self.questionnaire = questionnaire
        self.width = len(questionnaire.questions)
        self.codes = range(NOT_ASKED_CODE, len(questionnaire.scale))
        sizes = [len(field.questions) for field in questionnaire.fields]
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.counts = np.zeros((perspectives, len(self.codes), self.width), np.int64)
        self.field_raters = np.zeros((perspectives, len(sizes)), np.int64)
        self.raters = np.zeros(perspectives, np.int64)
        self.ratings: list[Row] | None = []

    def add(self, block: Block) -> None:
        answers, perspective = block.answers, block.perspective
        if answers.ndim != 2 or answers.shape[1] != self.width or answers.dtype != np.int8:
            raise ValueError(f"answers have to be an int8 matrix with {self.width} columns")
        if perspective.shape != answers.shape[:1]:
            raise ValueError("there has to be one perspective per row of answers")
        if perspective.size and not 0 <= perspective.min() <= perspective.max() < len(self.counts):
            raise ValueError("a perspective index is out of range")
        order = np.argsort(perspective, kind="stable")
        edges = np.searchsorted(perspective[order], np.arange(len(self.counts) + 1))
        for number, (start, end) in enumerate(pairwise(edges.tolist())):
            for at in range(start, end, CHUNK):
                self._add_rows(answers[order[at : min(at + CHUNK, end)]], number)

    def _add_rows(self, rows: Codes, perspective: int) -> None:
        """Rows of one perspective, at most `CHUNK`."""
        if rows.min() < NOT_ASKED_CODE or rows.max() >= len(self.questionnaire.scale):
            raise ValueError("an answer is outside the scale")
        best = np.maximum.reduceat(rows, self.starts, axis=1)
        takes_part = best.max(axis=1) > BLANK_CODE
        if not takes_part.all():
            rows, best = rows[takes_part], best[takes_part]
        rated = best >= 0
        self.field_raters[perspective] += rated.sum(axis=0)
        self.raters[perspective] += rated.any(axis=1).sum()
        for index, code in enumerate(self.codes):
            self.counts[perspective, index] += _sum_columns(rows == code)
        self._keep(rows[rated.any(axis=1)] if self.ratings is not None else rows[:0])

    def _keep(self, rows: Codes) -> None:
        """Ratings are for alpha, which is left out for very many people."""
        if self.ratings is None:
            return
        if len(self.ratings) + len(rows) > MAX_RATERS:
            self.ratings = None
        else:
            self.ratings += map(tuple, np.maximum(rows, MISSING).tolist())

    def tally(self, perspectives: Sequence[str]) -> Tally:
        cells: dict[tuple[str, str], Cell] = {}
        for number, name in enumerate(perspectives):
            for column, question in enumerate(self.questionnaire.questions):
                _, blank, not_applicable, unsure, *levels = self.counts[number, :, column].tolist()
                cells[question, name] = Cell(tuple(levels), unsure, not_applicable, blank)
        return Tally(
            empty=Cell((0,) * len(self.questionnaire.scale)),
            perspectives=tuple(sorted(perspectives)),
            cells=cells,
            field_raters={
                (field.id, name): int(self.field_raters[number, index])
                for number, name in enumerate(perspectives)
                for index, field in enumerate(self.questionnaire.fields)
            },
            raters={name: int(self.raters[number]) for number, name in enumerate(perspectives)},
            ratings=self.ratings,
        )


def _sum_columns(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many are true in each column: added up in bytes, 255 rows at a time, then in wide integers."""
    ones = marks.view(np.uint8)
    whole = len(ones) // _BYTE * _BYTE
    sums: npt.NDArray[np.int64] = np.add.reduce(ones[whole:], axis=0, dtype=np.uint8).astype(np.int64)
    if whole:
        packed = np.add.reduce(ones[:whole].reshape(-1, _BYTE, ones.shape[1]), axis=1, dtype=np.uint8)
        sums += packed.sum(axis=0, dtype=np.int64)
    return sums
