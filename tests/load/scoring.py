"""How fast many responses are scored: against plain NumPy making the same sums, and against the code before shown cells in turns."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from disclosure.bulk import Block, count_blocks
from disclosure.figures import Figures
from disclosure.result import Result, result
from disclosure.shown_cells import show
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from tests.load.earlier import POOLED, Earlier, earlier
from tests.load.figure import Figure
from tests.unit.selfcheck import builders

PERSPECTIVES = ("administration", "civil_society", "economy", "politics")
QUESTIONS_PER_FIELD = (14, 15, 36, 11, 11, 10, 11)
REPEATS = 7
ROUNDS = 11
SLOWER = 1.3
"""Times the earlier code's time that scoring may take."""


DOCUMENT = builders.document(
    {f"f{field}": {f"f{field}.{number}": 1 for number in range(size)} for field, size in enumerate(QUESTIONS_PER_FIELD)}
)
"""108 questions in seven fields, five levels, the rules of our own questionnaire."""


def questionnaire() -> Questionnaire:
    return parse(DOCUMENT)


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


def in_turns(before: Earlier, case: dict[str, Any], do: str, now: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of the fastest of several rounds, the earlier code's and today's, one after the other in each."""
    then, today = [before.ask(do, **case)], []
    now()
    for _ in range(ROUNDS):
        then.append(before.ask(do, **case))
        gc.collect()
        start = time.process_time()
        now()
        today.append(time.process_time() - start)
    return min(then), min(today)


def beside_earlier(before: Earlier, asked: Questionnaire, block: Block, folder: Path) -> list[Figure]:
    """Scoring many at once, and panels of some people exactly, beside the code whose totals counted everybody."""
    file = folder / "block.npz"
    np.savez(file, answers=block.answers, perspective=block.perspective)
    many = {"document": DOCUMENT, "minimum_group": 5, "block": str(file), "perspectives": PERSPECTIVES}
    found = [(f"{len(block.answers):,} responses", in_turns(before, many, "bulk", lambda: score_block(asked, block)))]
    chance = random.Random(3)
    words = [0, 1, 2, 3, 4, 1, 2, 3, "unsure", "not_applicable", None]
    for size in (20, 60):
        voices = [
            (PERSPECTIVES[number % len(PERSPECTIVES)], {question: chance.choice(words) for question in asked.questions})
            for number in range(size)
        ]
        people = [Response(str(number), view, answers) for number, (view, answers) in enumerate(voices)]
        case = {"document": DOCUMENT, "minimum_group": 3, "voices": voices}
        found.append(
            (f"a panel of {size}", in_turns(before, case, "score", partial(score, asked, people, minimum_group=3)))
        )
    against = f"{SLOWER} × commit {POOLED}, in turns"
    return [
        Figure(f"scoring {what}", round(today * 1000, 1), "ms", round(then * SLOWER * 1000, 1), against, "less")
        for what, (then, today) in found
    ]


def run(folder: Path, people: int = 100_000) -> list[Figure]:
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
    figures = [
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
    with earlier(folder) as before:
        return figures + (beside_earlier(before, asked, block, folder) if before else [])
