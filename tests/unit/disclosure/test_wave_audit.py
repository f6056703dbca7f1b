"""The audit of waves against an exact check of its own kind, and planted disclosures.

The audit runs in a child process, as in the service: its solver and the exact check's bring libraries of one name.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import pytest

from disclosure.linked_waves import Cell, Contribution
from disclosure.wave_audit import Counterexample, audit
from disclosure.wave_figures import Class, Published
from tests.support.examples import examples
from tests.support.waves import planted, random_wave, sees_by_name

Made = tuple[list[Contribution], list[Cell], list[Cell]]
WAVES = 200


def audited(seeds: range, make: Callable[[random.Random], Made]) -> list[list[Counterexample]]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        return list(child.map(one, [make] * len(seeds), seeds, chunksize=20))


def one(make: Callable[[random.Random], Made], seed: int) -> list[Counterexample]:
    return audit(*make(random.Random(seed)))[0]


def test_every_planted_disclosure_is_found_and_named_by_its_groups() -> None:
    for seed, found in enumerate(audited(range(examples(WAVES)), planted)):
        assert found, seed
        named = {group for one in found for _, group in one.groups}
        assert "planted" in named or len(named) < 12, seed


@pytest.mark.slow
def test_random_waves_are_judged_as_an_exact_check_judges_them() -> None:
    from tests.support.wave_oracle import bounded

    alarms, passed = 0, 0
    for seed, found in enumerate(audited(range(WAVES), random_wave)):
        dice = random.Random(seed)
        contributions, new, earlier = random_wave(dice)
        cells = [*new, *earlier]
        if found:
            assert bounded(contributions, cells, *found[0].pair), (seed, "false alarm")
            alarms += 1
        elif new and seed % 4 == 0:
            target = dice.choice(contributions).key
            viewer = dice.choice([one.owner for one in contributions])
            if not sees_by_name(contributions, target, viewer):
                assert not bounded(contributions, cells, target, viewer), (seed, "missed")
                passed += 1
    assert alarms >= 10
    assert passed >= 20


def test_what_nobody_knows_any_more_counts_as_anything() -> None:
    """Three of an earlier wave left: what is told of the rest is what their absence leaves open."""
    scores = [10, 20, 30, 40, 91, 92, 93, 94]
    contributions = [Contribution(f"t{n}", f"t{n}", score) for n, score in enumerate(scores)]
    members = frozenset(one.key for one in contributions)
    earlier = Cell("w1", "all", members - {"t0"}, Published(10, Class(90, 95)), gone=3)
    new = Cell("w2", "all", members, Published(8, Class(40, 45)))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        found, checked = child.submit(audit, contributions, [new], [earlier]).result()
    assert found == []
    assert checked.cells == 2


def test_who_lets_everybody_know_its_band_gives_nobody_else_away() -> None:
    """Six of eleven are high and must be. All but two of them, and all others, say where they are: the two have no cover left."""
    scores = [10, 12, 30, 33, 35, 91, 92, 93, 94, 95, 96]
    towns = [f"t{n}" for n in range(len(scores))]
    cell = Cell("w1", "all", frozenset(towns), Published(11, Class(90, 95)))
    silent = [Contribution(town, town, score) for town, score in zip(towns, scores, strict=True)]
    marked = [Contribution(one.key, one.owner, one.score, marked=one.key not in ("t5", "t6")) for one in silent]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        assert child.submit(audit, silent, [cell]).result()[0] == []
        (found,) = child.submit(audit, marked, [cell]).result()[0]
    assert found.groups == (("w1", "all"),)
