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
from dataclasses import dataclass
from fractions import Fraction
from typing import TypedDict

from services.selfcheck.domain.agreement import r_wg
from services.selfcheck.domain.disclosure import FieldDisclosure, Groups, disclose, visible
from services.selfcheck.domain.figures import (
    Column,
    Figure,
    Point,
    column,
    mean_level,
    perspective_points,
    total_points,
    with_consensus,
)
from services.selfcheck.domain.krippendorff import alpha_with_interval
from services.selfcheck.domain.questionnaire import Field, Overall, Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.tally import Tally, count


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


@dataclass(frozen=True)
class Assessed:
    """All exact figures of an assessment, and what of them may be shown. Not for publication: see `result`."""

    questionnaire: Questionnaire
    tally: Tally
    minimum_group: int
    consensus: Mapping[str, Fraction]
    total: Column
    agreed: Column
    perspectives: Mapping[str, Column]
    disclosure: Mapping[str, FieldDisclosure]

    def of_question(self, question: str) -> FieldDisclosure:
        """What may be shown in the field of a question."""
        return self.disclosure[self.questionnaire.field_of[question].id]


def assess(questionnaire: Questionnaire, tally: Tally, consensus: Mapping[str, int], minimum_group: int) -> Assessed:
    """Calculates everything from the counts."""
    points = {name: perspective_points(questionnaire, tally, name) for name in tally.perspectives}
    total = total_points(questionnaire, tally, points)
    agreed = {question: Fraction(level - questionnaire.scale.min) for question, level in consensus.items()}
    return Assessed(
        questionnaire=questionnaire,
        tally=tally,
        minimum_group=minimum_group,
        consensus=agreed,
        total=column(questionnaire, total),
        agreed=column(questionnaire, with_consensus(total, agreed)),
        perspectives={name: column(questionnaire, own) for name, own in points.items()},
        disclosure={field.id: _disclose(questionnaire, tally, field, minimum_group) for field in questionnaire.fields},
    )


def result(assessed: Assessed) -> Result:
    """The published form: what may be shown, rounded."""
    questionnaire = assessed.questionnaire
    return {
        "overall": _overall(assessed),
        "fields": {field.id: _field(assessed, field) for field in questionnaire.fields},
        "questions": {question: _question(assessed, question) for question in questionnaire.questions},
    }


def rounded(questionnaire: Questionnaire, level: Fraction | None) -> float | None:
    """The score 0–100 of a level above the lowest, rounded half up. The one place where a score is rounded."""
    if level is None:
        return None
    power: int = 10**questionnaire.rules.decimals
    units = math.floor(level * 100 * power / questionnaire.scale.span + Fraction(1, 2))
    return units if power == 1 else units / power


def _disclose(questionnaire: Questionnaire, tally: Tally, field: Field, minimum_group: int) -> FieldDisclosure:
    ids = [question.id for question in field.questions]
    names, cells = tally.perspectives, tally.cells
    levels = {key: mean_level(cell, questionnaire.rules) for key, cell in cells.items()}
    groups = Groups(
        questions=ids,
        raters={question: {name: cells[question, name].rated for name in names} for question in ids},
        voices={question: sum(levels[question, name] is not None for name in names) for question in ids},
        people={name: tally.field_raters.get((field.id, name), 0) for name in names},
    )
    return disclose(groups, minimum_group)


def _question(assessed: Assessed, question: str) -> NodeResult:
    tally, shown = assessed.tally, assessed.of_question(question)
    cell = tally.total(question)

    def of_perspective(name: str) -> PerspectiveResult:
        own = tally.cells[question, name]
        allowed = question in shown.open and name in shown.perspectives
        figure = _as_figure(assessed.perspectives[name].points[question])
        return _block(assessed, allowed, figure, own.rated, own.reacted)

    total = _as_figure(assessed.total.points[question])
    block = _block(assessed, question in shown.totals, total, cell.rated, cell.reacted)
    spread = question in shown.spreads and cell.rated > 0
    rwg = r_wg(cell.levels) if spread else None
    return {
        **block,
        "consensus_score": rounded(assessed.questionnaire, assessed.consensus.get(question)),
        "perspectives": {name: of_perspective(name) for name in tally.perspectives},
        "agreement": {"rwg": None if rwg is None else float(rwg), "alpha": None, "alpha_interval": None},
        "spread": list(cell.levels) if spread else None,
    }


def _field(assessed: Assessed, field: Field) -> NodeResult:
    tally, shown = assessed.tally, assessed.disclosure[field.id]
    ids = [question.id for question in field.questions]

    def of_perspective(name: str) -> PerspectiveResult:
        people = tally.field_raters.get((field.id, name), 0)
        reacted = max(tally.cells[question, name].reacted for question in ids)
        figure = assessed.perspectives[name].fields[field.id]
        return _block(assessed, name in shown.perspectives, figure, people, reacted)

    people = sum(tally.field_raters.get((field.id, name), 0) for name in tally.perspectives)
    reacted = max(tally.total(question).reacted for question in ids)
    agreed = any(question in assessed.consensus for question in ids) and _agreed_may_show(assessed, field)
    return {
        **_block(assessed, shown.total, assessed.total.fields[field.id], people, reacted),
        "consensus_score": rounded(assessed.questionnaire, assessed.agreed.fields[field.id].level) if agreed else None,
        "perspectives": {name: of_perspective(name) for name in tally.perspectives},
        "agreement": _alpha(assessed, field) if shown.alpha else _no_agreement(),
        "spread": None,
    }


def _overall(assessed: Assessed) -> NodeResult:
    tally, questionnaire = assessed.tally, assessed.questionnaire

    def of_perspective(name: str) -> PerspectiveResult:
        own = assessed.perspectives[name]
        allowed = all(name in assessed.disclosure[field.id].perspectives for field in _entering(assessed, own))
        reacted = max(tally.cells[question, name].reacted for question in questionnaire.questions)
        return _block(assessed, allowed, own.overall, tally.raters.get(name, 0), reacted)

    allowed = all(assessed.disclosure[field.id].total for field in _entering(assessed, assessed.total))
    agreed = bool(assessed.consensus) and all(
        _agreed_may_show(assessed, field) for field in _entering(assessed, assessed.agreed)
    )
    reacted = max(tally.total(question).reacted for question in questionnaire.questions)
    return {
        **_block(assessed, allowed, assessed.total.overall, sum(tally.raters.values()), reacted),
        "consensus_score": rounded(questionnaire, assessed.agreed.overall.level) if agreed else None,
        "perspectives": {name: of_perspective(name) for name in tally.perspectives},
        "agreement": _no_agreement(),
        "spread": None,
    }


def _entering(assessed: Assessed, column: Column) -> list[Field]:
    """The fields whose levels enter a column's overall level."""
    if assessed.questionnaire.rules.overall is Overall.FIELDS:
        return [field for field in assessed.questionnaire.fields if column.fields[field.id].level is not None]
    return [
        field
        for field in assessed.questionnaire.fields
        if any(column.points[question.id].level is not None for question in field.questions)
    ]


def _agreed_may_show(assessed: Assessed, field: Field) -> bool:
    """Disclosure rule 8: the agreed levels stand in for all hidden questions of the field, or for none of them."""
    shown = assessed.disclosure[field.id]
    hidden = {q.id for q in field.questions if q.id not in shown.totals and assessed.total.points[q.id].covered}
    return hidden <= assessed.consensus.keys() or (shown.total and hidden.isdisjoint(assessed.consensus))


def _block(assessed: Assessed, allowed: bool, figure: Figure, raters: int, reacted: int) -> PerspectiveResult:
    if not allowed or not visible(raters, reacted, assessed.minimum_group):
        return {"score": None, "coverage": None, "answered": None}
    return {
        "score": rounded(assessed.questionnaire, figure.level),
        "coverage": None if figure.coverage is None else float(figure.coverage),
        "answered": raters,
    }


def _as_figure(point: Point) -> Figure:
    return Figure(point.level, point.coverage)


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
