"""How fast many responses are scored, against plain NumPy making the same sums in the same run."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from disclosure.bulk import Block, count_blocks
from disclosure.figures import Figures
from disclosure.result import Result, result
from disclosure.shown_cells import show
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from tests.load.figure import Figure
from tests.unit.selfcheck import builders

PERSPECTIVES = ("administration", "civil_society", "economy", "politics")
QUESTIONS_PER_FIELD = (14, 15, 36, 11, 11, 10, 11)
REPEATS = 7


def questionnaire() -> Questionnaire:
    """108 questions in seven fields, five levels, the rules of our own questionnaire."""
    return builders.questionnaire(
        {
            f"f{field}": {f"f{field}.{number}": 1 for number in range(size)}
            for field, size in enumerate(QUESTIONS_PER_FIELD)
        }
    )


def plain_numpy(block: Block) -> list[tuple[np.ndarray, ...]]:
    """Per perspective and question: sum of levels, people with a level, unsure, not applicable. The shortest way."""
    sums = []
    for perspective in range(len(PERSPECTIVES)):
        rows = block.answers[block.perspective == perspective]
        rated = rows >= 0
        levels = np.where(rated, rows, 0).sum(axis=0, dtype=np.int64)
        sums.append((levels, rated.sum(axis=0), (rows == -1).sum(axis=0), (rows == -2).sum(axis=0)))
    return sums


def score_block(asked: Questionnaire, block: Block) -> Result:
    """The published result of a block."""
    return result(Figures(show(count_blocks(asked.scheme, [block], PERSPECTIVES), minimum_group=5), {}))


def best_of(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the fastest of several runs: the least disturbed one."""
    times = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def run(people: int = 100_000) -> list[Figure]:
    asked = questionnaire()
    rng = np.random.default_rng(1)
    codes = np.array([0, 1, 2, 3, 4, 1, 2, 3, -1, -2, -3], dtype=np.int8)
    answers = rng.choice(codes, size=(people, len(asked.questions)))
    block = Block(answers, rng.integers(0, len(PERSPECTIVES), people))

    engine = best_of(lambda: score_block(asked, block))
    tracemalloc.start()
    score_block(asked, block)
    space = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    plain = best_of(lambda: plain_numpy(block))
    panel = [
        Response(str(number), PERSPECTIVES[number % len(PERSPECTIVES)], dict.fromkeys(asked.questions, number % 5))
        for number in range(20)
    ]
    one = best_of(lambda: score(asked, panel, minimum_group=3))
    note = f"working space {space:.0f} MB for {answers.nbytes / 2**20:.0f} MB of answers; a panel of 20 exactly in {one * 1000:.1f} ms"
    return [
        Figure(
            f"scoring {people:,} responses × {len(asked.questions)}",
            round(engine * 1000, 1),
            "ms",
            round(plain * 4000, 1),
            "4 × plain NumPy's time",
            "less",
            note,
        )
    ]
