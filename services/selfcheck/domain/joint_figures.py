"""What of a member's result may be shown beyond the member, and what the members' figures come to together.

Two rules, and why they are enough:

1. **Shown twice.** A figure goes beyond the member if disclosure control lets it through with the member's own minimum
   group *and* with `ACROSS` people, the minimum between municipalities. So the member's own staff, who know both, learn
   nothing new: what goes out is a part of what they have. And everybody else has a part of a result that is safe for
   `ACROSS` people. Fields and the whole go out, questions do not.
2. **Together from what is shown.** A joint figure is the mean of the members' figures that stand beside it, each
   municipality counting alike as perspectives do, and nothing else enters it. Who subtracts members from it gets back a
   figure that was shown; a hidden one is nowhere in it. That holds over time as well: without a member that went, the
   difference is that member's figure, which was shown too.

The price: a field that too few people of a member rated is missing from the joint figure instead of hiding in a crowd.
Letting it hide would ask for `ACROSS` people in every rest that members, who know their own figures, can form, and for
a result that may never change again, not even when a member deletes its self-check.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, TypedDict

from services.selfcheck.domain.assessed import Assessed, assess
from services.selfcheck.domain.scoring import NodeResult, PerspectiveResult, Result, half_up, result

ACROSS = 5
"""People who make a figure that leaves a municipality, at least."""
HIDDEN: PerspectiveResult = {"score": None, "coverage": None, "answered": None}


class Shown(TypedDict):
    """One member's figures of a field or of the whole."""

    score: float | None
    coverage: float | None
    answered: int | None
    perspectives: dict[str, PerspectiveResult]


class Figures(TypedDict):
    """What a member gives to a joint self-check."""

    overall: Shown
    fields: dict[str, Shown]


class Together(TypedDict):
    """The figures of a joint self-check; `members` counts those whose figure entered a score."""

    overall: dict[str, Any]
    fields: dict[str, dict[str, Any]]


def going_out(assessed: Assessed, own: Result) -> Figures:
    """Rule 1. `own`: what is shown within the member."""
    wide = assess(assessed.questionnaire, assessed.tally, {}, max(assessed.minimum_group, ACROSS))
    return in_both(own, result(wide))


def in_both(one: Result, other: Result) -> Figures:
    """The figures of fields and of the whole that both results show."""
    return {
        "overall": _in_both(one["overall"], other["overall"]),
        "fields": {field: _in_both(node, other["fields"][field]) for field, node in one["fields"].items()},
    }


def together(figures: Iterable[Figures], decimals: int) -> Together:
    """Rule 2. A mean needs two members; else it is null."""
    given = list(figures)
    fields = list(given[0]["fields"]) if given else []
    return {
        "overall": _together([one["overall"] for one in given], decimals),
        "fields": {field: _together([one["fields"][field] for one in given], decimals) for field in fields},
    }


def _in_both(one: NodeResult, other: NodeResult) -> Shown:
    names = one["perspectives"]
    whole = _block(one, other)
    perspectives = {name: _block(block, other["perspectives"][name]) for name, block in names.items()}
    return {**whole, "perspectives": perspectives}


def _block(one: PerspectiveResult | NodeResult, other: PerspectiveResult | NodeResult) -> PerspectiveResult:
    if one["answered"] is None or other["answered"] is None:
        return dict(HIDDEN)  # type: ignore[return-value]
    return {"score": one["score"], "coverage": one["coverage"], "answered": one["answered"]}


def _together(nodes: Sequence[Shown], decimals: int) -> dict[str, Any]:
    names = list(nodes[0]["perspectives"]) if nodes else []
    perspectives = {name: _mean([node["perspectives"][name] for node in nodes], decimals) for name in names}
    return {**_mean(nodes, decimals), "perspectives": perspectives}


def _mean(blocks: Sequence[PerspectiveResult | Shown], decimals: int) -> dict[str, Any]:
    shown = [block for block in blocks if block["score"] is not None]
    if len(shown) < 2:
        return {**HIDDEN, "members": 0}
    # As decimals, because that is how they stand on the page: whoever checks the mean by hand gets the same.
    mean = sum((Fraction(str(block["score"])) for block in shown), Fraction(0)) / len(shown)
    coverages = [block["coverage"] for block in shown if block["coverage"] is not None]
    return {
        "score": half_up(mean, decimals),
        "coverage": math.fsum(coverages) / len(coverages) if coverages else None,
        "answered": sum(block["answered"] or 0 for block in shown),
        "members": len(shown),
    }
