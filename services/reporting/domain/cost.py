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
    all_of_them = list(costs)
    stated = [one for one in all_of_them if one is not None]
    return Sum(
        _added([one for one in stated if not one.yearly]),
        _added([one for one in stated if one.yearly]),
        len(all_of_them) - len(stated),
    )


def _added(costs: list[Cost]) -> Cost | None:
    if not costs:
        return None
    return Cost(sum(one.low for one in costs), sum(one.high for one in costs), costs[0].yearly)
