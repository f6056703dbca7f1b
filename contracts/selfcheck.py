"""Events of selfcheck: questionnaires, assessments and their disclosed results. Never an individual answer.

Aggregates (record keys): a questionnaire version (`id:version`), an assessment, a respondent's answer sheet, a joint self-check.
"""

from datetime import date, datetime
from typing import Any, Literal

from contracts.envelope import Event, Model

Texts = dict[str, str]
TOPIC = "selfcheck.v1"


class Titled(Model):
    """An id with the words people read for it."""

    id: str
    title: Texts


class QuestionTitle(Titled):
    """A question's text, and the field it belongs to; `continues` names its predecessor and how far it compares.

    `weight` counts within its field (not told: 1).
    """

    field: str
    continues: dict[str, str] | None = None
    weight: float | None = None


class QuestionnairePublished(Event):
    """A questionnaire version exists and will never change. `content_hash` is the SHA-256 of its canonical JSON.

    `follows`: the version that `continues` speaks about, null for a first one. `rules`: how answers become scores.
    """

    event_type = "selfcheck.questionnaire.published.v1"
    topic = TOPIC
    questionnaire_id: str
    version: str
    title: Texts
    content_hash: str
    fields: tuple[Titled, ...]
    questions: tuple[QuestionTitle, ...]
    follows: str | None = None
    rules: dict[str, Any] | None = None


class QuestionnaireTranslated(Event):
    """What a published version and its fields are called in all languages that are known now, what its author wrote included.

    The version itself and its hash stay. The newest event of a version holds; there is none where no translation is known.
    """

    event_type = "selfcheck.questionnaire.translated.v1"
    topic = TOPIC
    questionnaire_id: str
    version: str
    title: Texts
    fields: tuple[Titled, ...]


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


class RespondentInvited(Event):
    """Someone is asked to answer; with a contact, notifications sends the link. `handed_on`: by a colleague, for part of it."""

    event_type = "selfcheck.respondent.invited.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str
    perspective: str
    contact_id: str | None = None
    handed_on: bool = False


class RespondentRevoked(Event):
    """An invitation was taken back before anything was answered with it."""

    event_type = "selfcheck.respondent.revoked.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str


class ReminderDue(Event):
    """Someone who has not handed in is to be written to once; never after `not_after` (None: as long as it takes).

    `stage` says why: a number of days before the deadline (`days-7`), `by-hand` (the coordinator asked for it), `extended`
    (there is more time now) or `new-link` (the former link leads nowhere any more).
    """

    event_type = "selfcheck.reminder.due.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str
    contact_id: str
    stage: str
    deadline: datetime | None = None
    not_after: datetime | None = None


class RespondentSubmitted(Event):
    """Someone says they are done. What they answered stays in selfcheck."""

    event_type = "selfcheck.respondent.submitted.v1"
    topic = TOPIC
    assessment_id: str
    respondent_id: str
    perspective: str


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


class JointOpened(Event):
    """A district asks its members for a joint self-check. `district`: its slug; `members`: slugs, in the order of asking;
    `institutions`: the perspectives that give official answers, as for an assessment."""

    event_type = "selfcheck.joint.opened.v1"
    topic = TOPIC
    joint_id: str
    district: str
    title: Texts
    questionnaire_id: str
    version: str
    perspectives: tuple[Titled, ...]
    members: tuple[str, ...]
    institutions: tuple[str, ...] = ()


class JointMemberChanged(Event):
    """A member of a joint self-check was asked, agreed (`accepted`), declined, left, was taken back, or deleted its own
    self-check (`gone`). `title`: of the joint self-check, for whoever is asked."""

    event_type = "selfcheck.joint.member-changed.v1"
    topic = TOPIC
    joint_id: str
    member: str
    stance: Literal["asked", "accepted", "declined", "left", "taken_back", "gone"]
    title: Texts | None = None


class JointMember(Model):
    """A member's figures in a joint self-check, in the shape of the result object, without questions (hidden is null).

    `disclosure_rule`: the version of the rule they were made by (not told: 1).

    Beside each `consensus_score` stands `consensus_questions`, on how many questions the member's workshop agreed.
    """

    member: str
    overall: dict[str, Any]
    fields: dict[str, Any]
    disclosure_rule: int | None = None


class JointClosed(Event):
    """The joint result stands. `together`: the means of the members' figures beside it, each with `members`, how many entered,
    and `consensus_members`, how many agreed on a value in their workshop.

    The newest event holds: it is told anew without a member that deleted its self-check.
    """

    event_type = "selfcheck.joint.closed.v1"
    topic = TOPIC
    joint_id: str
    members: tuple[JointMember, ...]
    together: dict[str, Any]


class JointDeleted(Event):
    """The district deleted the joint self-check: forget it and its figures. The members' own self-checks stay with them."""

    event_type = "selfcheck.joint.deleted.v1"
    topic = TOPIC
    joint_id: str


class MeasureAgreed(Event):
    """A measure was agreed or its state changed. The owner stays in selfcheck. `assessment_id`: the self-check it belongs
    to now; `carried_from`: the earlier one it was agreed in, where work on it went on beyond that."""

    event_type = "selfcheck.measure.agreed.v1"
    topic = TOPIC
    assessment_id: str
    measure_id: str
    field: str
    title: str
    due: date | None = None
    status: Literal["planned", "started", "done", "dropped"]
    questions: tuple[str, ...] = ()
    carried_from: str | None = None


class MeasureDeleted(Event):
    """The self-check that a measure belonged to was deleted, and the measure with it: forget it."""

    event_type = "selfcheck.measure.deleted.v1"
    topic = TOPIC
    assessment_id: str
    measure_id: str


class MeasureDue(Event):
    """A measure that is not done yet is due soon (two weeks before the day) or overdue (the day after): the coordinators are told once each."""

    event_type = "selfcheck.measure.due.v1"
    topic = TOPIC
    assessment_id: str
    measure_id: str
    field: str
    title: str
    due: date
    state: Literal["soon", "overdue"]


class ErasureReceipted(Event):
    """Selfcheck's receipt for an erasure."""

    event_type = "selfcheck.erasure.receipted.v1"
    topic = TOPIC
    person_id: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class DepartureReceipted(Event):
    """Selfcheck's receipt for a municipality that left: what was removed (documents by collection), what remains."""

    event_type = "selfcheck.departure.receipted.v1"
    topic = TOPIC
    slug: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()
