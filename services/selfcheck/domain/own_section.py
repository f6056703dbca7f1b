"""A section of a municipality's own: questions that it asks beside the questionnaire, in one self-check.

They are answered on the same scale by the same people, under the same rules for small groups, and are told apart: they are no part of the
questionnaire, so they enter no score of it, no overall score, no series, and nothing that goes beyond the municipality.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from services.selfcheck.domain.errors import Flaw, Invalid
from services.selfcheck.domain.questionnaire import Criterion, Field, Question, Questionnaire, Texts
from services.selfcheck.domain.responses import Response

SECTION = "own-section"
"""The id of the section, and what the ids of its questions begin with."""
MOST_QUESTIONS = 20


@dataclass(frozen=True)
class OwnSection:
    """Questions of a municipality's own; they never change once people may answer."""

    title: Texts
    questions: tuple[Texts, ...]

    @property
    def ids(self) -> list[str]:
        """Ids of the questions, in their order."""
        return [f"{SECTION}.{number}" for number in range(1, 1 + len(self.questions))]

    @property
    def field(self) -> Field:
        """As a field of action of which each question weighs the same."""
        questions = tuple(
            Question(id, text, None, Fraction(1), None) for id, text in zip(self.ids, self.questions, strict=True)
        )
        return Field(SECTION, self.title, Fraction(1), (Criterion(SECTION, self.title, questions),))


def is_own(id: str) -> bool:
    """Whether a field or question belongs to a section of its own."""
    return id == SECTION or id.startswith(f"{SECTION}.")


def checked(own_section: OwnSection, questionnaire: Questionnaire) -> OwnSection:
    """Raises `Invalid` where the questionnaire has ids of its own that look like these."""
    ids = [*questionnaire.questions, *(field.id for field in questionnaire.fields)]
    if any(is_own(id) for id in ids):
        raise Invalid(
            [Flaw("/own_section", "id_duplicate", "This questionnaire cannot be asked with questions of one's own.")]
        )
    return own_section


def with_own_section(questionnaire: Questionnaire, own_section: OwnSection | None) -> Questionnaire:
    """What people are asked: the questionnaire, then the section. Never scored."""
    return (
        questionnaire
        if own_section is None
        else replace(questionnaire, fields=(*questionnaire.fields, own_section.field))
    )


def alone(questionnaire: Questionnaire, own_section: OwnSection) -> Questionnaire:
    """The section by itself, on the scale and by the rules of the questionnaire."""
    return replace(questionnaire, title=own_section.title, fields=(own_section.field,))


def without_own(response: Response) -> Response:
    """The answers to the questionnaire."""
    return _filtered(response, own=False)


def own_answers(response: Response) -> Response:
    """The answers to the section."""
    return _filtered(response, own=True)


def _filtered(response: Response, own: bool) -> Response:
    answers = {question: answer for question, answer in response.answers.items() if is_own(question) is own}
    return response if len(answers) == len(response.answers) else replace(response, answers=answers)
