"""What the audit of waves finds of planted disclosures, and how often it cries where an exact check sees nothing."""

from __future__ import annotations

import random
from pathlib import Path

from tests.load.figure import Figure
from tests.support.waves import planted, random_wave
from tests.unit.disclosure.test_wave_audit import audited

SEEDS = range(5_000, 5_300)
"""Of waves that the tests do not look at."""


def run(folder: Path) -> list[Figure]:
    from tests.support.wave_oracle import bounded

    found = sum(bool(one) for one in audited(SEEDS, planted))
    alarms = false = 0
    for seed, examples in zip(SEEDS, audited(SEEDS, random_wave), strict=True):
        contributions, new, earlier = random_wave(random.Random(seed))
        alarms += bool(examples)
        false += bool(examples) and not bounded(contributions, [*new, *earlier], *examples[0].pair)
    note = f"of {len(SEEDS)} random waves with linked groups, names and earlier waves"
    return [
        Figure("planted disclosures that the audit finds", 100 * found / len(SEEDS), "%", 100, "all", "more", note),
        Figure(
            "alarms that an exact check refutes",
            100 * false / max(1, alarms),
            "%",
            2,
            "to stay below",
            "less",
            f"of {alarms} alarms in {len(SEEDS)} random waves",
        ),
    ]
