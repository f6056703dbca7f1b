"""Combines figures that municipalities give beyond themselves.

1. **Given.** Fields and the whole, made of cells that are shown with `ACROSS` voices or the municipality's own minimum,
   whichever is more. Those cells are shown within the municipality too, so its own staff learn nothing new. Questions stay.
   How many questions a workshop agreed on says nothing of answers and goes out as it is.
2. **Together.** A joint figure is the mean of given figures, each municipality counting alike, from two on; nothing is
   pooled. Whoever subtracts a member from it gets back a figure that was given.

The price: a field that too few voices of a member rated is missing from the joint figure instead of hiding in a crowd.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Any

from typing_extensions import TypedDict

from disclosure import RULE
from disclosure.figures import Figures
from disclosure.result import LeftOut, NodeResult, PerspectiveResult, field_result, half_up, overall_result
from disclosure.shown_cells import ShownCells

ACROSS = 5
"""Voices behind a cell whose figures leave a municipality, at least."""
HIDDEN: PerspectiveResult = {"score": None, "coverage": None, "answered": None}
FIRST_RULE = 1


class Given(TypedDict):
    """A municipality's figures of a field or of the whole. `consensus_questions`: on how many the workshop agreed."""

    score: float | None
    coverage: float | None
    answered: int | None
    perspectives: dict[str, PerspectiveResult]
    consensus_score: float | None
    consensus_questions: int
    left_out: LeftOut


class GivenFigures(TypedDict):
    """What a municipality gives. `disclosure_rule`: the version of the rule it was made by; figures without one: the first."""

    disclosure_rule: int
    overall: Given
    fields: dict[str, Given]


class Means(TypedDict):
    """Means of given figures; `members` counts those whose figure entered a score, `consensus_members` those whose workshop
    agreed on something. `disclosure_rules`: the versions by which the figures behind them were made, more than one where old
    figures stand beside new ones."""

    disclosure_rules: list[int]
    overall: dict[str, Any]
    fields: dict[str, dict[str, Any]]


def shown_across(cells: ShownCells, institutions: Collection[str] = ()) -> ShownCells:
    """The cells that count beyond the municipality: never others than it shows itself.

    How many voices are behind “does not apply” is not told, so with a smaller minimum of its own that does not go out.
    """
    least = max(cells.minimum_group, ACROSS)
    if least == cells.minimum_group:
        return cells
    enough = {place: cell for place, cell in cells.cells.items() if place[1] in institutions or cell.rated >= least}
    return ShownCells(cells.scheme, least, cells.perspectives, enough, frozenset())


def given_figures(figures: Figures) -> GivenFigures:
    """What goes out, of figures made of `shown_across`."""
    scheme = figures.scheme
    agreed = Counter(scheme.field_of[question].id for question in figures.consensus)
    return {
        "disclosure_rule": RULE,
        "overall": _given(overall_result(figures), sum(agreed.values())),
        "fields": {field.id: _given(field_result(figures, field), agreed[field.id]) for field in scheme.fields},
    }


def means(given_figures: Iterable[GivenFigures], decimals: int) -> Means:
    """A mean needs two members; else it is null."""
    members = list(given_figures)
    fields = list(members[0]["fields"]) if members else []
    return {
        "disclosure_rules": sorted({one.get("disclosure_rule", FIRST_RULE) for one in members}),
        "overall": _together([one["overall"] for one in members], decimals),
        "fields": {field: _together([one["fields"][field] for one in members], decimals) for field in fields},
    }


def _given(node: NodeResult, agreed: int) -> Given:
    return {
        "score": node["score"],
        "coverage": node["coverage"],
        "answered": node["answered"],
        "perspectives": node["perspectives"],
        "consensus_score": node["consensus_score"],
        "consensus_questions": agreed,
        "left_out": node.get("left_out", {}),
    }


def _together(nodes: Sequence[Given], decimals: int) -> dict[str, Any]:
    names = list(nodes[0]["perspectives"]) if nodes else []
    perspectives = {name: _mean([node["perspectives"][name] for node in nodes], decimals) for name in names}
    # Figures that were given before consensus went out lack it, and are not asked for again.
    agreed = [node["consensus_score"] for node in nodes if node.get("consensus_score") is not None]
    return {
        **_mean(nodes, decimals),
        "perspectives": perspectives,
        "consensus_score": _mean_of(agreed, decimals),
        "consensus_members": sum(1 for node in nodes if node.get("consensus_questions")),
    }


def _mean(blocks: Sequence[PerspectiveResult | Given], decimals: int) -> dict[str, Any]:
    scored = [block for block in blocks if block["score"] is not None]
    score = _mean_of([block["score"] for block in scored], decimals)
    if score is None:
        return {**HIDDEN, "members": 0}
    coverages = [block["coverage"] for block in scored if block["coverage"] is not None]
    return {
        "score": score,
        "coverage": math.fsum(coverages) / len(coverages) if coverages else None,
        "answered": sum(block["answered"] or 0 for block in scored),
        "members": len(scored),
    }


def _mean_of(scores: Sequence[float | None], decimals: int) -> float | None:
    if len(scores) < 2:
        return None
    # As decimals, because that is how they stand on the page: whoever checks the mean by hand gets the same.
    return half_up(sum((Fraction(str(score)) for score in scores), Fraction(0)) / len(scores), decimals)
