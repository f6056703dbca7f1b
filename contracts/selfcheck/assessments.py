"""Events of self-checks. Aggregate (record key): the assessment."""

from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.selfcheck.vocabulary import TOPIC, Texts, Titled


class AssessmentCreated(Event):
    """A municipality starts a self-check. `repeats`: an earlier assessment of the same municipality that this one is a new wave of;
    `joint_id`: the joint self-check of its district that it takes part in with this one;
    `institutions`: the perspectives that give official answers, which are shown from one voice on."""

    event_type = "selfcheck.assessment.created.v1"
    topic = TOPIC
    assessment_id: str
    title: Texts
    questionnaire_id: str
    version: str
    perspectives: tuple[Titled, ...]
    minimum_group: int
    repeats: str | None = None
    joint_id: str | None = None
    institutions: tuple[str, ...] = ()


class AssessmentDeadlineSet(Event):
    """People are asked to hand in by then; None: by no particular time. The newest event of an assessment holds."""

    event_type = "selfcheck.assessment.deadline-set.v1"
    topic = TOPIC
    assessment_id: str
    deadline: datetime | None = None


class AssessmentArchived(Event):
    """The self-check was put away: it can be read, it does not change, lists leave it out."""

    event_type = "selfcheck.assessment.archived.v1"
    topic = TOPIC
    assessment_id: str


class AssessmentDeleted(Event):
    """The municipality deleted the self-check with all its answers: forget what you hold of it, its result too."""

    event_type = "selfcheck.assessment.deleted.v1"
    topic = TOPIC
    assessment_id: str


class AssessmentRevealed(Event):
    """The moderator opened the answers: no one answers any more, the spread is visible."""

    event_type = "selfcheck.assessment.revealed.v1"
    topic = TOPIC
    assessment_id: str
    respondents: dict[str, int]


class ConsensusRecorded(Event):
    """The workshop agreed on a level for a question. The reason stays in selfcheck."""

    event_type = "selfcheck.consensus.recorded.v1"
    topic = TOPIC
    assessment_id: str
    question: str
    level: int


class ConsensusWithheld(Event):
    """The workshop talked about a question and did not agree; a level recorded before no longer stands. The reason stays in selfcheck."""

    event_type = "selfcheck.consensus.withheld.v1"
    topic = TOPIC
    assessment_id: str
    question: str


class AssessmentClosed(Event):
    """The self-check is finished. `result` is the disclosed result object of the HTTP API (hidden is null), with the version of
    the rule it was made by as `disclosure_rule` (not told: 1).

    `across`: the figures that count beyond the municipality, fields and overall in the shape of the result object, made of
    groups of at least five; joint figures, waves and recommendations take nothing else. Not told by the first rule.
    """

    event_type = "selfcheck.assessment.closed.v1"
    topic = TOPIC
    assessment_id: str
    result: dict[str, Any]
    across: dict[str, Any] | None = None
