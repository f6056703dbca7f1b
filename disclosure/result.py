"""The published result of an assessment: figures of shown cells, rounded once, at the end.

* `score`: 0–100, (level - lowest) / span · 100, rounded half up to the questionnaire's `decimals`. Nothing is rounded
  before, and nothing is calculated from rounded figures.
* `coverage`: 0–1, not rounded. `answered`: voices, see `figures`.
* `consensus_score`: of a question the level the workshop agreed on; of a field, and overall, the score that results if
  the agreed levels stand in for those questions; null where nothing was agreed. `score` is never changed by it.
* `agreement.rwg` and `spread` (voices per level, lowest first) of questions; `agreement.alpha` and its 95 % interval
  `alpha_interval` `[low, high]` of fields; null elsewhere.
* `left_out`: perspectives of which nothing is counted here (`all`) or not every question (`some`), because too few answered;
  not there where nothing is left out.
* null stands for hidden, for undefined and, with a minimum group above 1, for empty; they can't be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from disclosure.agreement import alpha_with_interval, r_wg
from disclosure.figures import Column, Figure, Figures
from disclosure.scheme import Scheme, WeightedField, WeightedQuestion

LeftOut = dict[str, Literal["all", "some"]]


class _MayLeaveOut(TypedDict):
    left_out: NotRequired[LeftOut]


class PerspectiveResult(TypedDict):
    """One perspective's figures."""

    score: float | None
    coverage: float | None
    answered: int | None


class AgreementResult(TypedDict):
    """Coefficients of agreement."""

    rwg: float | None
    alpha: float | None
    alpha_interval: list[float] | None


class NodeResult(TypedDict):
    """The figures of a question, of a field, or overall."""

    score: float | None
    coverage: float | None
    answered: int | None
    consensus_score: float | None
    perspectives: dict[str, PerspectiveResult]
    agreement: AgreementResult
    spread: list[int] | None
    left_out: NotRequired[LeftOut]


class Result(TypedDict):
    """The result of an assessment as API.md describes it. `disclosure_rule`: the version of the rule that it stands under, of
    results that are kept."""

    disclosure_rule: NotRequired[int]
    overall: NodeResult
    fields: dict[str, NodeResult]
    questions: dict[str, NodeResult]


def result(figures: Figures) -> Result:
    """The published form: what is shown, rounded."""
    scheme = figures.scheme
    return {
        "overall": overall_result(figures),
        "fields": {field.id: field_result(figures, field) for field in scheme.fields},
        "questions": {question: question_result(figures, question) for question in scheme.questions},
    }


def rounded(scheme: Scheme, level: Fraction | None) -> float | None:
    """The score 0–100 of a level above the lowest, rounded half up. The one place where a score is rounded."""
    if level is None:
        return None
    return half_up(Fraction(100 * level.numerator, level.denominator * scheme.span), scheme.rules.decimals)


def half_up(value: Fraction, decimals: int) -> float:
    """The number with so many decimals, whole without any; a half goes up."""
    power: int = 10**decimals
    units = (2 * power * value.numerator + value.denominator) // (2 * value.denominator)
    return units if power == 1 else units / power


def spread_by_perspective(figures: Figures, question: str) -> dict[str, list[int] | None]:
    """Voices per level (lowest first) in each perspective of a question; None is hidden."""
    shown = figures.cells.cells
    return {
        name: list(cell.levels) if (cell := shown.get((question, name))) else None
        for name in figures.cells.perspectives
    }


def question_result(figures: Figures, question: str) -> NodeResult:
    """The figures of one question."""
    scheme = figures.scheme

    def figure(column: Column) -> Figure:
        return Figure(column.points[question].level, column.points[question].coverage)

    total = _block(figures, figure(figures.total), [scheme.questions[question]], None)
    spread = figures.spread(question)
    known = bool(total["answered"])
    rwg = r_wg(spread) if known else None
    return {
        **total,
        "consensus_score": rounded(scheme, figures.consensus.get(question)),
        "perspectives": {
            name: _block(figures, figure(column), [scheme.questions[question]], name)
            for name, column in figures.perspectives.items()
        },
        "agreement": {"rwg": None if rwg is None else float(rwg), "alpha": None, "alpha_interval": None},
        "spread": list(spread) if known else None,
        **_left_out(figures, [scheme.questions[question]]),
    }


def field_result(figures: Figures, field: WeightedField) -> NodeResult:
    """The figures of one field."""
    agreed = any(question.id in figures.consensus for question in field.questions)
    return {
        **_block(figures, figures.total.fields[field.id], field.questions, None),
        "consensus_score": rounded(figures.scheme, figures.agreed.fields[field.id].level if agreed else None),
        "perspectives": {
            name: _block(figures, column.fields[field.id], field.questions, name)
            for name, column in figures.perspectives.items()
        },
        "agreement": _alpha(figures, field),
        "spread": None,
        **_left_out(figures, field.questions),
    }


def overall_result(figures: Figures) -> NodeResult:
    """The figures of the whole."""
    everything = list(figures.scheme.questions.values())
    return {
        **_block(figures, figures.total.overall, everything, None),
        "consensus_score": rounded(figures.scheme, figures.agreed.overall.level if figures.consensus else None),
        "perspectives": {
            name: _block(figures, column.overall, everything, name) for name, column in figures.perspectives.items()
        },
        "agreement": {"rwg": None, "alpha": None, "alpha_interval": None},
        "spread": None,
        **_left_out(figures, everything),
    }


def _block(
    figures: Figures, figure: Figure, questions: Iterable[WeightedQuestion], perspective: str | None
) -> PerspectiveResult:
    listed = list(questions)
    if not figures.is_told(listed, perspective):
        return {"score": None, "coverage": None, "answered": None}
    return {
        "score": rounded(figures.scheme, figure.level),
        "coverage": None if figure.coverage is None else float(figure.coverage),
        "answered": figures.answered(listed, perspective),
    }


def _alpha(figures: Figures, field: WeightedField) -> AgreementResult:
    spreads = [figures.spread(question.id) for question in field.questions]
    alpha = alpha_with_interval(spreads, figures.answered(field.questions))
    if alpha is None:
        return {"rwg": None, "alpha": None, "alpha_interval": None}
    return {"rwg": None, "alpha": alpha.alpha, "alpha_interval": [alpha.low, alpha.high]}


def _left_out(figures: Figures, questions: Iterable[WeightedQuestion]) -> _MayLeaveOut:
    listed, left_out = list(questions), LeftOut()
    for name in figures.cells.perspectives:
        hidden = sum(figures.cells.is_hidden(question.id, name) for question in listed)
        if hidden:
            left_out[name] = "all" if hidden == len(listed) else "some"
    return {"left_out": left_out} if left_out else {}
