"""State of the room's screen: what the people there see, one thing at a time, chosen by a moderator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.selfcheck.domain.assessment_model import Assessment, Phase
from services.selfcheck.domain.errors import Flaw, Invalid, Refused
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.domain.questionnaire import Questionnaire


class Picture(StrEnum):
    """Who has answered; one question with its spread; the perspectives compared, of all fields or in one; the vote on priorities; or
    nothing, while people talk."""

    PARTICIPATION = "participation"
    QUESTION = "question"
    PERSPECTIVES = "perspectives"
    VOTE = "vote"
    PAUSE = "pause"


@dataclass(frozen=True)
class Stage:
    """Content of the room's screen. `field`: whose questions are compared, None for all fields. `revision` counts the changes, so that two moderators don't step over each other unawares."""

    picture: Picture = Picture.PARTICIPATION
    question: str | None = None
    revision: int = 0
    field: str | None = None


def show(
    assessment: Assessment,
    questionnaire: Questionnaire,
    before: Stage,
    picture: str,
    question: str | None,
    field: str | None,
    expected_revision: int | None,
) -> Stage:
    """The stage after a moderator chose among all that was asked (`questionnaire`). Raises `Invalid`, or `Refused` if somebody else chose meanwhile or it is too early."""
    if picture not in list(Picture):
        raise Invalid([Flaw("/picture", "picture_unknown", f"Choose one of {', '.join(Picture)}.")])
    if (picture == Picture.QUESTION) != (question is not None) or question not in {None, *questionnaire.questions}:
        detail = "Name a question of the questionnaire where a question is to be shown, and only there."
        raise Invalid([Flaw("/question", "question_unknown", detail)])
    compared = {one.id for one in questionnaire.fields if not is_own(one.id)}
    if field is not None and (picture != Picture.PERSPECTIVES or field not in compared):
        detail = "Name a field of the questionnaire, and only where perspectives are compared."
        raise Invalid([Flaw("/field", "field_unknown", detail)])
    if picture in {Picture.QUESTION, Picture.PERSPECTIVES} and assessment.phase is Phase.OPEN:
        raise Refused("assessment_not_revealed", "Reveal the answers first; until then the room sees who has answered.")
    if expected_revision is not None and expected_revision != before.revision:
        raise Refused("stage_changed_meanwhile", "Someone else has changed what the room sees; look at it first.")
    return Stage(Picture(picture), question, before.revision + 1, field)
