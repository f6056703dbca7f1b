"""From responses to the result that is published: exact figures, disclosure control, one rounding at the end.

`score` is the entry point. The definitions of level, coverage and weight stand in `figures`, those of what is hidden
in `disclosure`. Parts of the result:

* `score`: 0–100, (level - min) / (max - min) · 100, rounded half up to the questionnaire's `decimals`. Nothing is
  rounded before, and nothing is calculated from rounded figures.
* `coverage`: 0–1, not rounded. `answered`: people who gave at least one level in the question, the field, or anywhere.
* `consensus_score`: of a question the level the workshop agreed on; of a field, and overall, the score that results if
  the agreed levels stand in for those questions; null where nothing was agreed. `score` is never changed by it.
* `agreement.rwg` and `spread` (people per level, lowest first) of questions; `agreement.alpha` and its 95 % interval
  `alpha_interval` `[low, high]` of fields; null elsewhere.
* null stands for hidden, for undefined and, with a minimum group above 1, for empty; they can't be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypedDict

from services.selfcheck.domain.agreement import r_wg
from services.selfcheck.domain.assessed import Assessed, assess
from services.selfcheck.domain.figures import Figure
from services.selfcheck.domain.krippendorff import alpha_with_interval
from services.selfcheck.domain.questionnaire import Field, Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.tally import count


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


class Result(TypedDict):
    """The result of an assessment as API.md describes it."""

    overall: NodeResult
    fields: dict[str, NodeResult]
    questions: dict[str, NodeResult]


def score(
    questionnaire: Questionnaire,
    responses: Iterable[Response],
    *,
    consensus: Mapping[str, int] | None = None,
    minimum_group: int = 1,
    perspectives: Iterable[str] = (),
) -> Result:
    """The published result of valid responses.

    `consensus`: agreed level by question. `perspectives`: ids that appear in the result even if nobody answered for
    them. The order of the responses is without meaning; who answered nothing changes nothing.
    """
    tally = count(questionnaire, responses, perspectives)
    return result(assess(questionnaire, tally, consensus or {}, minimum_group))


def result(assessed: Assessed) -> Result:
    """The published form: what may be shown, rounded."""
    questionnaire = assessed.questionnaire
    return {
        "overall": _overall(assessed),
        "fields": {field.id: _field(assessed, field) for field in questionnaire.fields},
        "questions": {question: question_result(assessed, question) for question in questionnaire.questions},
    }


def rounded(questionnaire: Questionnaire, level: Fraction | None) -> float | None:
    """The score 0–100 of a level above the lowest, rounded half up. The one place where a score is rounded."""
    return None if level is None else half_up(level * 100 / questionnaire.scale.span, questionnaire.rules.decimals)


def half_up(value: Fraction, decimals: int) -> float:
    """The number with so many decimals, whole without any; a half goes up."""
    power: int = 10**decimals
    units = math.floor(value * power + Fraction(1, 2))
    return units if power == 1 else units / power


def spread_by_perspective(assessed: Assessed, question: str) -> dict[str, list[int] | None]:
    """People per level (lowest first) in each perspective of a question, for the workshop's board; None is hidden."""
    return {
        name: list(assessed.tally.cells[question, name].levels) if assessed.question_shown(question, name) else None
        for name in assessed.tally.perspectives
    }


def question_result(assessed: Assessed, question: str) -> NodeResult:
    """The figures of one question."""

    def block(perspective: str | None = None) -> PerspectiveResult:
        point = assessed.column(perspective).points[question]
        raters = assessed.question_raters(question, perspective)
        shown = assessed.question_shown(question, perspective)
        return _block(assessed, shown, Figure(point.level, point.coverage), raters)

    levels = assessed.tally.total(question).levels if assessed.spread_shown(question) else None
    rwg = None if levels is None else r_wg(levels)
    return {
        **block(),
        "consensus_score": rounded(assessed.questionnaire, assessed.consensus.get(question)),
        "perspectives": {name: block(name) for name in assessed.tally.perspectives},
        "agreement": {"rwg": None if rwg is None else float(rwg), "alpha": None, "alpha_interval": None},
        "spread": None if levels is None else list(levels),
    }


def _field(assessed: Assessed, field: Field) -> NodeResult:
    def block(perspective: str | None = None) -> PerspectiveResult:
        figure = assessed.column(perspective).fields[field.id]
        shown = assessed.field_shown(field, perspective)
        return _block(assessed, shown, figure, assessed.field_raters(field, perspective))

    agreed = any(question.id in assessed.consensus for question in field.questions)
    agreed_level = assessed.agreed.fields[field.id].level if agreed and assessed.agreed_field_shown(field) else None
    return {
        **block(),
        "consensus_score": rounded(assessed.questionnaire, agreed_level),
        "perspectives": {name: block(name) for name in assessed.tally.perspectives},
        "agreement": _alpha(assessed, field) if assessed.disclosure[field.id].alpha else _no_agreement(),
        "spread": None,
    }


def _overall(assessed: Assessed) -> NodeResult:
    def block(perspective: str | None = None) -> PerspectiveResult:
        figure = assessed.column(perspective).overall
        return _block(assessed, assessed.overall_shown(perspective), figure, assessed.raters(perspective))

    agreed_level = assessed.agreed.overall.level if assessed.consensus and assessed.agreed_overall_shown() else None
    return {
        **block(),
        "consensus_score": rounded(assessed.questionnaire, agreed_level),
        "perspectives": {name: block(name) for name in assessed.tally.perspectives},
        "agreement": _no_agreement(),
        "spread": None,
    }


def _block(assessed: Assessed, shown: bool, figure: Figure, raters: int) -> PerspectiveResult:
    if not shown:
        return {"score": None, "coverage": None, "answered": None}
    return {
        "score": rounded(assessed.questionnaire, figure.level),
        "coverage": None if figure.coverage is None else float(figure.coverage),
        "answered": raters,
    }


def _alpha(assessed: Assessed, field: Field) -> AgreementResult:
    ratings = assessed.tally.ratings
    order = list(assessed.questionnaire.questions)
    first = order.index(field.questions[0].id)
    rows = [row[first : first + len(field.questions)] for row in ratings or ()]
    alpha = alpha_with_interval(rows, len(assessed.questionnaire.scale))
    if alpha is None:
        return _no_agreement()
    return {"rwg": None, "alpha": alpha.alpha, "alpha_interval": [alpha.low, alpha.high]}


def _no_agreement() -> AgreementResult:
    return {"rwg": None, "alpha": None, "alpha_interval": None}
