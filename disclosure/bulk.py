"""The same counts as `tally.count`, for very many voices: answers as small integers in a matrix, counted by NumPy.

Everything after the counting is the exact path itself, so the results are equal, digit by digit. Memory: one byte per
answer of a block, plus working space for `CHUNK` rows; blocks can be streamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from disclosure.scheme import NOT_APPLICABLE, UNSURE, Answer, Scheme
from disclosure.tally import Cell, Tally, Voice

UNSURE_CODE, NOT_APPLICABLE_CODE, BLANK_CODE, NOT_ASKED_CODE = -1, -2, -3, -4

Codes = npt.NDArray[np.int8]

CHUNK = 16 * 255
_BYTE = 255
"""Ones that fit into a byte: columns are summed in bytes, this many rows at a time, which is what makes it fast."""


@dataclass(frozen=True)
class Block:
    """Voices as numbers.

    `answers[voice, question]`: the level counted from the lowest (0), or one of the four codes above, with the questions
    in the scheme's order. `perspective[voice]`: the index of its perspective.
    """

    answers: Codes
    perspective: npt.NDArray[np.intp]


def encode(scheme: Scheme, voices: Iterable[Voice], perspectives: Sequence[str]) -> Block:
    """Valid voices as a block; `perspectives` gives the indices."""
    codes: dict[Answer, int] = {None: BLANK_CODE, UNSURE: UNSURE_CODE, NOT_APPLICABLE: NOT_APPLICABLE_CODE}
    codes |= {scheme.lowest + level: level for level in range(scheme.levels)}
    index = {name: number for number, name in enumerate(perspectives)}
    rows: list[list[int]] = []
    names: list[int] = []
    for voice in voices:
        row = [codes[voice.answers.get(question)] for question in scheme.questions]
        if voice.asked is not None:
            row = [
                NOT_ASKED_CODE if code == BLANK_CODE and question not in voice.asked else code
                for code, question in zip(row, scheme.questions, strict=True)
            ]
        rows.append(row)
        names.append(index[voice.perspective])
    answers = np.array(rows, dtype=np.int8).reshape(len(rows), len(scheme.questions))
    return Block(answers, np.array(names, dtype=np.intp))


def count_blocks(scheme: Scheme, blocks: Iterable[Block], perspectives: Sequence[str]) -> Tally:
    """Counts blocks. Raises `ValueError` for a matrix of another width, a code outside the scale, or an index without
    perspective."""
    counter = _Counter(scheme, len(perspectives))
    for block in blocks:
        counter.add(block)
    return counter.tally(perspectives)


class _Counter:
    """Running counts: `counts[perspective, code, question]` with codes from `NOT_ASKED_CODE` up."""

    def __init__(self, scheme: Scheme, perspectives: int) -> None:
        self.scheme = scheme
        self.width = len(scheme.questions)
        self.codes = range(NOT_ASKED_CODE, scheme.levels)
        self.counts = np.zeros((perspectives, len(self.codes), self.width), np.int64)

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
        if rows.min() < NOT_ASKED_CODE or rows.max() >= self.scheme.levels:
            raise ValueError("an answer is outside the scale")
        takes_part = rows.max(axis=1) > BLANK_CODE
        if not takes_part.all():
            rows = rows[takes_part]
        for index, code in enumerate(self.codes):
            self.counts[perspective, index] += _sum_columns(rows == code)

    def tally(self, perspectives: Sequence[str]) -> Tally:
        cells: dict[tuple[str, str], Cell] = {}
        for number, name in enumerate(perspectives):
            for column, question in enumerate(self.scheme.questions):
                _, blank, not_applicable, unsure, *levels = self.counts[number, :, column].tolist()
                cells[question, name] = Cell(tuple(levels), unsure, not_applicable, blank)
        return Tally(self.scheme, tuple(sorted(perspectives)), cells)


def _sum_columns(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many are true in each column: added up in bytes, 255 rows at a time, then in wide integers."""
    ones = marks.view(np.uint8)
    whole = len(ones) // _BYTE * _BYTE
    sums: npt.NDArray[np.int64] = np.add.reduce(ones[whole:], axis=0, dtype=np.uint8).astype(np.int64)
    if whole:
        packed = np.add.reduce(ones[:whole].reshape(-1, _BYTE, ones.shape[1]), axis=1, dtype=np.uint8)
        sums += packed.sum(axis=0, dtype=np.int64)
    return sums
