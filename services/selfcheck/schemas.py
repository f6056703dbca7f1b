"""Request models that several features share, checked before anything else runs. Answers are checked by the domain, which knows the scale."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from chassis.http.base_schemas import Labels, Language, RequestModel
from chassis.text.numbers import whole_number
from chassis.text.text_types import (
    EmailAddress,
    Identifier,
    Label,
    Moment,
    Name,
    OptionalLine,
    Value,
    bounded_integer,
    text,
)
from disclosure.scheme import Speaks
from services.selfcheck.domain.assessment import LEAST_MINIMUM_GROUP, MAX_MINIMUM_GROUP, MAX_PERSPECTIVES
from services.selfcheck.domain.deadline import REMINDER_DAYS
from services.selfcheck.domain.invitation_list import MAX_LINES
from services.selfcheck.domain.own_section import MOST_QUESTIONS
from services.selfcheck.domain.priorities import MOST_OPTIONS

Question = Annotated[str, text(200, visible=False)]
"""The id of a question or field as somebody sends it; the domain says that there is none."""
Note = Annotated[str, text(20_000, least=0, prose=True, visible=False, strip=False)]
"""Beside an answer; the domain says how long it may be."""
Revision = Annotated[int, bounded_integer(0, 10**9)]
ReminderDays = Annotated[list[Annotated[int, bounded_integer(0, 1000)]], Field(max_length=20)]

NO_CONSENSUS = "no_consensus"


def level_of(entered: str) -> int | str:
    """A level as a form sends it: a number, or one of the words beside the levels, which the domain knows."""
    try:
        return whole_number(entered)
    except ValueError:
        return entered


class QuestionnaireVersion(RequestModel):
    id: Identifier
    version: Identifier


class NewPerspective(RequestModel):
    """A perspective of a new self-check. `speaks`: as persons, who are shown only in groups, or as an institution, whose official
    answer is shown."""

    id: Identifier
    title: Labels
    speaks: Speaks = Speaks.PERSON


class NewOwnSection(RequestModel):
    """Questions of the municipality's own, on the scale of the questionnaire; shown apart and compared with nothing."""

    title: Labels
    questions: list[Labels] = Field(min_length=1, max_length=MOST_QUESTIONS)


class NewAssessment(RequestModel):
    questionnaire: QuestionnaireVersion
    title: Labels
    perspectives: list[NewPerspective] = Field(min_length=1, max_length=MAX_PERSPECTIVES)
    minimum_group: Annotated[int, bounded_integer(LEAST_MINIMUM_GROUP, MAX_MINIMUM_GROUP)] = 3
    deadline: Moment | None = None
    reminder_days: ReminderDays = Field(default_factory=lambda: list(REMINDER_DAYS))
    repeats: Identifier | None = None
    own_section: NewOwnSection | None = None


class NewDeadline(RequestModel):
    """The time by which people are asked to hand in; null: by no particular time."""

    deadline: Moment | None
    reminder_days: ReminderDays = Field(default_factory=lambda: list(REMINDER_DAYS))


class Contact(RequestModel):
    """How someone is reached; it is passed on to notifications and not kept here."""

    name: Name | None = None
    email: EmailAddress | None = None
    phone: Label | None = None
    language: Language = "de"

    @property
    def reachable(self) -> bool:
        """Whether there is any way to send the link."""
        return bool(self.email or self.phone)


class NewInvitation(RequestModel):
    """An invitation to answer. `label`: how the coordinator tells invitations apart, a role or an office rather than a name."""

    perspective: Identifier
    label: OptionalLine = ""
    contact: Contact | None = None
    fields: list[Identifier] | None = Field(None, max_length=200)


class NewInvitations(RequestModel):
    """Many at once: all of them, or none where one has a flaw."""

    invitations: list[NewInvitation] = Field(min_length=1, max_length=MAX_LINES)


class NewAddress(RequestModel):
    """For a new link: to be mailed there, or to be shown."""

    contact: Contact | None = None


class CorrectedContact(RequestModel):
    """Replaces what is known of how somebody is reached."""

    contact: Contact


SeenValues = dict[Question, Annotated[list[Value], Field(max_length=20)]]


class Seen(RequestModel):
    """The values that the device saw last, by entry: the one it showed, and those it sent without an answer."""

    answers: SeenValues = Field(default_factory=dict, max_length=2000)
    notes: SeenValues = Field(default_factory=dict, max_length=2000)


class AnswerSave(RequestModel):
    """What changed; the domain names every entry that is not possible. With `seen`, nothing is overwritten that the
    device does not know of."""

    answers: dict[Question, Value] = Field(default_factory=dict, max_length=2000)
    notes: dict[Question, Note | None] = Field(default_factory=dict, max_length=2000)
    seen: Seen = Field(default_factory=Seen)


class NewLink(RequestModel):
    question: Question
    url: Annotated[str, text(5000, least=0, visible=False)]
    name: Annotated[str, text(120, least=0)] = ""


class Delegation(RequestModel):
    """Questions, whole fields of action, or both."""

    questions: list[Question] = Field(default_factory=list, max_length=2000)
    fields: list[Question] = Field(default_factory=list, max_length=200)
    contact: Contact


class NewConsensus(RequestModel):
    """What the workshop agreed on. `level` is `"no_consensus"` where the workshop talked about a question and did not agree.
    `revision`: the one the moderator saw (0: none yet); without it the newest is replaced."""

    question: Question
    level: Value
    reason: Annotated[str, text(20_000, least=0, prose=True)] = ""
    revision: Revision | None = None

    @property
    def agreed_level(self) -> Any:
        """As the domain takes it."""
        return None if self.level == NO_CONSENSUS else "" if self.level is None else self.level


class NewStage(RequestModel):
    """What the room sees: `picture` participation, question (with `question`), perspectives (of all fields, or with `field` of the
    questions of one), vote or pause. `revision`: the one the moderator saw; without it the newest is replaced."""

    picture: Annotated[str, text(50, visible=False)]
    question: Question | None = None
    field: Question | None = None
    revision: Revision | None = None


class NewVote(RequestModel):
    """What is put to the vote: `kind` fields (all, or those of `options`) or questions (`options`); `most`: how many one may
    name, the most important first."""

    kind: Literal["fields", "questions"] = "fields"
    options: list[Identifier] = Field(default_factory=list, max_length=MOST_OPTIONS)
    most: Annotated[int, bounded_integer(1, 20)] = 3


class Ballot(RequestModel):
    """Options, the most important first."""

    ranking: list[Question] = Field(max_length=20)
