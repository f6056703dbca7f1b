"""What of a member's result may be shown beyond the member, and what the members' figures come to together.

Two rules, and why they are enough:

1. **Shown twice.** A figure goes beyond the member if disclosure control lets it through with the member's own minimum
   group *and* with `ACROSS` people, the minimum between municipalities. So the member's own staff, who know both, learn
   nothing new: what goes out is a part of what they have. And everybody else has a part of a result that is safe for
   `ACROSS` people. Fields and the whole go out, questions do not. The same holds for the scores with consensus (rule 8 of
   `disclosure`), so that the district sees where the workshops came to. How many questions a workshop agreed on says
   nothing of answers and goes out as it is.
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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypedDict

from services.selfcheck.domain.assessed import Assessed, assess
from services.selfcheck.domain.scoring import NodeResult, PerspectiveResult, Result, half_up, result

ACROSS = 5
"""People who make a figure that leaves a municipality, at least."""
HIDDEN: PerspectiveResult = {"score": None, "coverage": None, "answered": None}


class Shown(TypedDict):
    """One member's figures of a field or of the whole. `consensus_questions`: on how many of them the workshop agreed."""

    score: float | None
    coverage: float | None
    answered: int | None
    perspectives: dict[str, PerspectiveResult]
    consensus_score: float | None
    consensus_questions: int


class Figures(TypedDict):
    """What a member gives to a joint self-check."""

    overall: Shown
    fields: dict[str, Shown]


class Together(TypedDict):
    """The figures of a joint self-check; `members` counts those whose figure entered a score, `consensus_members` those
    whose workshop agreed on something."""

    overall: dict[str, Any]
    fields: dict[str, dict[str, Any]]


def going_out(assessed: Assessed, own: Result) -> Figures:
    """Rule 1. `own`: what is shown within the member."""
    lowest = assessed.questionnaire.scale.min
    agreed = {question: int(level) + lowest for question, level in assessed.consensus.items()}
    wide = assess(assessed.questionnaire, assessed.tally, agreed, max(assessed.minimum_group, ACROSS))
    questions = Counter(assessed.questionnaire.field_of[question].id for question in agreed)
    return in_both(own, result(wide), questions)


def in_both(one: Result, other: Result, agreed: Mapping[str, int]) -> Figures:
    """The figures of fields and of the whole that both results show. `agreed`: questions with consensus by field."""
    fields = one["fields"].items()
    return {
        "overall": _in_both(one["overall"], other["overall"], sum(agreed.values())),
        "fields": {field: _in_both(node, other["fields"][field], agreed.get(field, 0)) for field, node in fields},
    }


def together(figures: Iterable[Figures], decimals: int) -> Together:
    """Rule 2. A mean needs two members; else it is null."""
    given = list(figures)
    fields = list(given[0]["fields"]) if given else []
    return {
        "overall": _together([one["overall"] for one in given], decimals),
        "fields": {field: _together([one["fields"][field] for one in given], decimals) for field in fields},
    }


def _in_both(one: NodeResult, other: NodeResult, agreed: int) -> Shown:
    return {
        **_block(one, other),
        "perspectives": {
            name: _block(block, other["perspectives"][name]) for name, block in one["perspectives"].items()
        },
        "consensus_score": None if other["consensus_score"] is None else one["consensus_score"],
        "consensus_questions": agreed,
    }


def _block(one: PerspectiveResult | NodeResult, other: PerspectiveResult | NodeResult) -> PerspectiveResult:
    if one["answered"] is None or other["answered"] is None:
        return dict(HIDDEN)  # type: ignore[return-value]
    return {"score": one["score"], "coverage": one["coverage"], "answered": one["answered"]}


def _together(nodes: Sequence[Shown], decimals: int) -> dict[str, Any]:
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


def _mean(blocks: Sequence[PerspectiveResult | Shown], decimals: int) -> dict[str, Any]:
    shown = [block for block in blocks if block["score"] is not None]
    score = _mean_of([block["score"] for block in shown], decimals)
    if score is None:
        return {**HIDDEN, "members": 0}
    coverages = [block["coverage"] for block in shown if block["coverage"] is not None]
    return {
        "score": score,
        "coverage": math.fsum(coverages) / len(coverages) if coverages else None,
        "answered": sum(block["answered"] or 0 for block in shown),
        "members": len(shown),
    }


def _mean_of(scores: Sequence[float | None], decimals: int) -> float | None:
    if len(scores) < 2:
        return None
    # As decimals, because that is how they stand on the page: whoever checks the mean by hand gets the same.
    return half_up(sum((Fraction(str(score)) for score in scores), Fraction(0)) / len(scores), decimals)
