"""What the HTTP API takes, checked before anything else runs. Answers are checked by the domain, which knows the scale."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, EmailStr, Field, StringConstraints

from chassis.http.base_schemas import AsGerman, Id, Language, Line, OptionalLine, RequestModel
from chassis.text.one_line import one_line
from disclosure.scheme import Speaks
from services.selfcheck.domain.assessment import LEAST_MINIMUM_GROUP, MAX_MINIMUM_GROUP, MAX_PERSPECTIVES
from services.selfcheck.domain.deadline import REMINDER_DAYS
from services.selfcheck.domain.invitation_list import MAX_LINES
from services.selfcheck.domain.priorities import MOST_OPTIONS

Texts = Annotated[dict[Language, Line], Field(min_length=1), AsGerman]


NO_CONSENSUS = "no_consensus"


class QuestionnaireVersion(RequestModel):
    id: Id
    version: Id


class NewPerspective(RequestModel):
    """`speaks`: as persons, who are shown only in groups, or as an institution, whose official answer is shown."""

    id: Id
    title: Texts
    speaks: Speaks = Speaks.PERSON


class NewAssessment(RequestModel):
    questionnaire: QuestionnaireVersion
    title: Texts
    perspectives: list[NewPerspective] = Field(min_length=1, max_length=MAX_PERSPECTIVES)
    minimum_group: Annotated[int, Field(ge=LEAST_MINIMUM_GROUP, le=MAX_MINIMUM_GROUP, strict=True)] = 3
    deadline: AwareDatetime | None = None
    reminder_days: list[int] = Field(default_factory=lambda: list(REMINDER_DAYS), max_length=20)
    repeats: Id | None = None


class NewDeadline(RequestModel):
    """By when people are asked to hand in; null: by no particular time."""

    deadline: AwareDatetime | None
    reminder_days: list[int] = Field(default_factory=lambda: list(REMINDER_DAYS), max_length=20)


class Contact(RequestModel):
    """How someone is reached; it is passed on to notifications and not kept here."""

    name: Line | None = None
    email: EmailStr | None = None
    phone: Line | None = None
    language: Language = "de"

    @property
    def reachable(self) -> bool:
        """Whether there is any way to send the link."""
        return bool(self.email or self.phone)


class NewInvitation(RequestModel):
    """`label`: how the coordinator tells invitations apart, a role or an office rather than a name."""

    perspective: Id
    label: OptionalLine = ""
    contact: Contact | None = None
    fields: list[Id] | None = Field(None, max_length=200)


class NewInvitations(RequestModel):
    """Many at once: all of them, or none where one has a flaw."""

    invitations: list[NewInvitation] = Field(min_length=1, max_length=MAX_LINES)


class NewAddress(RequestModel):
    """For a new link: to be mailed there, or to be shown."""

    contact: Contact | None = None


class CorrectedContact(RequestModel):
    """Replaces what is known of how somebody is reached."""

    contact: Contact


Known = dict[str, Annotated[list[Any], Field(max_length=20)]]


class Seen(RequestModel):
    """By entry, the values the device knows it to have had: the one it showed, and those it sent without an answer."""

    answers: Known = Field(default_factory=dict, max_length=2000)
    notes: Known = Field(default_factory=dict, max_length=2000)


class AnswerSave(RequestModel):
    """What changed; the domain names every entry that is not possible. With `seen`, nothing is overwritten that the
    device does not know of."""

    answers: dict[str, Any] = Field(default_factory=dict, max_length=2000)
    notes: dict[str, Any] = Field(default_factory=dict, max_length=2000)
    seen: Seen = Field(default_factory=Seen)


class NewLink(RequestModel):
    question: str = Field(max_length=200)
    url: str
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(one_line)] = ""


class Delegation(RequestModel):
    """Questions, whole fields of action, or both."""

    questions: list[str] = Field(default_factory=list, max_length=2000)
    fields: list[str] = Field(default_factory=list, max_length=200)
    contact: Contact


class NewConsensus(RequestModel):
    """`level` is `"no_consensus"` where the workshop talked about a question and did not agree. `revision`: the one the
    moderator saw (0: none yet); without it the newest is replaced."""

    question: str
    level: Any
    reason: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    revision: Annotated[int, Field(ge=0)] | None = None

    @property
    def agreed_level(self) -> Any:
        """As the domain takes it."""
        return None if self.level == NO_CONSENSUS else "" if self.level is None else self.level


class NewStage(RequestModel):
    """What the room sees: `picture` participation, question (with `question`), vote or pause. `revision`: the one the
    moderator saw; without it the newest is replaced."""

    picture: str
    question: str | None = None
    revision: Annotated[int, Field(ge=0)] | None = None


class NewVote(RequestModel):
    """What is put to the vote: `kind` fields (all, or those of `options`) or questions (`options`); `most`: how many one may
    name, the most important first."""

    kind: Literal["fields", "questions"] = "fields"
    options: list[Id] = Field(default_factory=list, max_length=MOST_OPTIONS)
    most: Annotated[int, Field(ge=1, le=20, strict=True)] = 3


class Ballot(RequestModel):
    """Options, the most important first."""

    ranking: list[str] = Field(max_length=20)
