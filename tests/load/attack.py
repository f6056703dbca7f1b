"""What a solver works out of 300 small assessments that it knows everything published of: nothing, or the figure is not zero.

Beside it what the same solver works out of what the code before shown cells published of 300 such assessments.
"""

from __future__ import annotations

from pathlib import Path

from tests.load.earlier import POOLED, Earlier, earlier
from tests.load.figure import Figure
from tests.support.attacked import MINIMUM, hidden_cells, next_wave, random_assessment, spread_publication
from tests.support.attacker import Attacker
from tests.unit.disclosure.test_attacker import attackers, worked_out
from tests.unit.selfcheck.builders import document

ASSESSMENTS = 300


def run(folder: Path) -> list[Figure]:
    hidden = known = 0
    for seed in range(1000, 1000 + ASSESSMENTS):
        case = random_assessment(seed, document)
        read = attackers(case)
        hidden += len(hidden_cells(read[0]))
        if seed % 3 == 0:
            read = attackers(next_wave(case, seed), read)
            hidden += len(hidden_cells(read[0]))
        known += sum(map(len, worked_out(*read)))
    with earlier(folder) as before:
        then = told_before(before) if before else f"commit {POOLED} is not in this history"
    note = f"of {hidden} hidden cells in {ASSESSMENTS} assessments; {then}"
    return [Figure("hidden cells that a solver works out", known, "", 0, "none", "less", note)]


def told_before(before: Earlier) -> str:
    """In words, how many hidden sums the code before shown cells gave away. It knew no institutions, and nobody hands on."""
    cells = found = assessments = 0
    for seed in range(1000, 1000 + ASSESSMENTS):
        case = random_assessment(seed, document, office=False)
        told = before.ask(
            "published", document=case.document, voices=case.voices, agreed=case.agreed, minimum_group=MINIMUM
        )
        attacker = Attacker(case.document, case.voices)
        attacker.reads(spread_publication(told["result"], lambda place: True, told["traces"], case.agreed))
        hidden = hidden_cells(attacker, ())
        sums = attacker.known_sums(hidden)
        cells, found, assessments = cells + len(hidden), found + len(sums), assessments + bool(sums)
    return f"commit {POOLED} gave {found} of {cells} away, in {assessments} of {ASSESSMENTS} assessments"
