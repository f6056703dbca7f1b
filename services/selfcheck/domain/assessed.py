"""All exact figures of an assessment together with what of them may be shown. Results and traces are made from this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.selfcheck.domain.disclosure import FieldDisclosure, Groups, disclose, visible
from services.selfcheck.domain.figures import (
    Column,
    column,
    mean_level,
    perspective_points,
    total_points,
    with_consensus,
)
from services.selfcheck.domain.questionnaire import Field, Overall, Questionnaire
from services.selfcheck.domain.tally import Cell, Tally


@dataclass(frozen=True)
class Assessed:
    """The figures (levels counted from the lowest) and the right to show them.

    The `…_shown` questions ask about a perspective, or about the total if none is given. Nothing of this leaves the
    service except through `scoring.result` and `trace`, which ask them.
    """

    questionnaire: Questionnaire
    tally: Tally
    minimum_group: int
    consensus: Mapping[str, Fraction]
    total: Column
    agreed: Column
    perspectives: Mapping[str, Column]
    disclosure: Mapping[str, FieldDisclosure]

    def column(self, perspective: str | None) -> Column:
        """A perspective's figures, or the total's."""
        return self.total if perspective is None else self.perspectives[perspective]

    def question_raters(self, question: str, perspective: str | None = None) -> int:
        """People who gave a level."""
        return self._cell(question, perspective).rated

    def field_raters(self, field: Field, perspective: str | None = None) -> int:
        """People who gave a level anywhere in the field."""
        return sum(self.tally.field_raters.get((field.id, name), 0) for name in self._names(perspective))

    def raters(self, perspective: str | None = None) -> int:
        """People who gave a level anywhere."""
        return sum(self.tally.raters.get(name, 0) for name in self._names(perspective))

    def question_shown(self, question: str, perspective: str | None = None) -> bool:
        """Whether a question's figures may be shown."""
        shown = self.disclosure[self.questionnaire.field_of[question].id]
        if perspective is None:
            allowed = question in shown.totals
        else:
            allowed = question in shown.open and perspective in shown.perspectives
        cell = self._cell(question, perspective)
        return allowed and visible(cell.rated, cell.reacted, self.minimum_group)

    def spread_shown(self, question: str) -> bool:
        """Whether a question's spread and r_wg may be shown; False as well if there is nothing to spread."""
        shown = self.disclosure[self.questionnaire.field_of[question].id]
        return question in shown.spreads and self.question_shown(question) and self.question_raters(question) > 0

    def field_shown(self, field: Field, perspective: str | None = None) -> bool:
        """Whether a field's figures may be shown."""
        shown = self.disclosure[field.id]
        allowed = shown.total if perspective is None else perspective in shown.perspectives
        reacted = max(self._cell(question.id, perspective).reacted for question in field.questions)
        return allowed and visible(self.field_raters(field, perspective), reacted, self.minimum_group)

    def overall_shown(self, perspective: str | None = None) -> bool:
        """Whether the overall figures may be shown: if those of every field that enters them may (rule 6)."""
        for field in self.entering(self.column(perspective)):
            shown = self.disclosure[field.id]
            if not (shown.total if perspective is None else perspective in shown.perspectives):
                return False
        reacted = max(self._cell(question, perspective).reacted for question in self.questionnaire.questions)
        return visible(self.raters(perspective), reacted, self.minimum_group)

    def agreed_field_shown(self, field: Field) -> bool:
        """Whether a field's score with consensus may be shown: agreed levels stand in for all its hidden questions, or
        for none of them (rule 8)."""
        shown = self.disclosure[field.id]
        hidden = {q.id for q in field.questions if q.id not in shown.totals and self.question_raters(q.id)}
        return hidden <= self.consensus.keys() or (shown.total and hidden.isdisjoint(self.consensus))

    def agreed_overall_shown(self) -> bool:
        """Whether the overall score with consensus may be shown."""
        return all(self.agreed_field_shown(field) for field in self.entering(self.agreed))

    def entering(self, figures: Column) -> list[Field]:
        """The fields whose levels enter a column's overall level."""
        if self.questionnaire.rules.overall is Overall.FIELDS:
            return [field for field in self.questionnaire.fields if figures.fields[field.id].level is not None]
        return [
            field
            for field in self.questionnaire.fields
            if any(figures.points[question.id].level is not None for question in field.questions)
        ]

    def _names(self, perspective: str | None) -> tuple[str, ...]:
        return self.tally.perspectives if perspective is None else (perspective,)

    def _cell(self, question: str, perspective: str | None) -> Cell:
        return self.tally.total(question) if perspective is None else self.tally.cells[question, perspective]


def assess(questionnaire: Questionnaire, tally: Tally, consensus: Mapping[str, int], minimum_group: int) -> Assessed:
    """Calculates everything from the counts. `consensus`: agreed level by question."""
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


def _disclose(questionnaire: Questionnaire, tally: Tally, field: Field, minimum_group: int) -> FieldDisclosure:
    ids = [question.id for question in field.questions]
    names, cells = tally.perspectives, tally.cells
    levels = {(q, p): mean_level(cells[q, p], questionnaire.rules) for q in ids for p in names}
    groups = Groups(
        questions=ids,
        raters={question: {name: cells[question, name].rated for name in names} for question in ids},
        voices={question: sum(levels[question, name] is not None for name in names) for question in ids},
        people={name: tally.field_raters.get((field.id, name), 0) for name in names},
    )
    return disclose(groups, minimum_group)
