"""What something costs, as a range in euros: once, or each year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec


class Cost(msgspec.Struct, frozen=True, omit_defaults=True):
    """Euros, from and to. `yearly`: each year, else once."""

    low: int
    high: int
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """What several things cost together, apart by how often; None where none of them says. `unknown`: how many say nothing."""

    once: Cost | None
    yearly: Cost | None
    unknown: int


def merge_costs(costs: Iterable[Cost | None]) -> Sum:
    """What these cost together; None among them: something of which the cost is not known."""
    all_costs = list(costs)
    stated = [cost for cost in all_costs if cost is not None]
    return Sum(
        _add([cost for cost in stated if not cost.yearly]),
        _add([cost for cost in stated if cost.yearly]),
        len(all_costs) - len(stated),
    )


def _add(costs: list[Cost]) -> Cost | None:
    if not costs:
        return None
    return Cost(sum(one.low for one in costs), sum(one.high for one in costs), costs[0].yearly)
