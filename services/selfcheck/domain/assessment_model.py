"""Types of an assessment: its state, the commands on it, the events that change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from disclosure.across import GivenFigures
from disclosure.result import Result
from disclosure.scheme import Speaks
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.domain.questionnaire import Questionnaire, Texts
from services.selfcheck.domain.responses import Response


class Phase(StrEnum):
    """Phase of an assessment."""

    OPEN = "open"
    REVEALED = "revealed"
    CLOSED = "closed"


@dataclass(frozen=True)
class Perspective:
    """A group whose view counts as one, such as the administration or civil society. An institution gives an official
    answer, which is shown from one voice on."""

    id: str
    title: Texts
    speaks: Speaks = Speaks.PERSON


@dataclass(frozen=True)
class Invitation:
    """Someone who is asked, known by a pseudonymous id. `asked`: question ids, None for all of the questionnaire."""

    id: str
    perspective: str
    label: str
    asked: frozenset[str] | None = None


@dataclass(frozen=True)
class Consensus:
    """What the workshop agreed on for one question; `level` is None where it talked and did not agree. `revision` counts
    its changes, from 1."""

    level: int | None
    reason: str
    by: str
    at: datetime
    revision: int


@dataclass(frozen=True)
class Assessment:
    """The state. `questionnaire` is (id, version); `result` is there once closed."""

    id: str
    questionnaire: tuple[str, str]
    title: Texts
    perspectives: tuple[Perspective, ...]
    minimum_group: int
    phase: Phase = Phase.OPEN
    invitations: Mapping[str, Invitation] = field(default_factory=dict)
    consensus: Mapping[str, Consensus] = field(default_factory=dict)
    result: Result | None = None
    across: GivenFigures | None = None

    @property
    def agreed(self) -> dict[str, int]:
        """The levels that were agreed on, by question of the questionnaire; what was agreed on a municipality's own ones counts nowhere."""
        return {
            question: one.level
            for question, one in self.consensus.items()
            if one.level is not None and not is_own(question)
        }

    @property
    def institutions(self) -> frozenset[str]:
        """The perspectives that give official answers."""
        return frozenset(one.id for one in self.perspectives if one.speaks is Speaks.INSTITUTION)

    @property
    def accepts_answers(self) -> bool:
        """Whether sheets may still change."""
        return self.phase is Phase.OPEN


@dataclass(frozen=True)
class Create:
    """Start a self-check with a published questionnaire version."""

    id: str
    questionnaire: Questionnaire
    title: Texts
    perspectives: tuple[Perspective, ...]
    minimum_group: int


@dataclass(frozen=True)
class Invite:
    """Ask someone, for all questions or for those of some `fields` or for some `questions` (handed on by a colleague)."""

    id: str
    questionnaire: Questionnaire
    perspective: str
    label: str = ""
    fields: tuple[str, ...] | None = None
    questions: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Reveal:
    """Open the answers to the workshop, and end the answering."""

    by: str


@dataclass(frozen=True)
class RecordConsensus:
    """Record or change what the workshop agreed on; `level` None: that it did not agree.

    `expected_revision`: the revision the moderator saw (0: none yet); None accepts whatever there is. With it, two
    moderators can't overwrite each other unawares. `questionnaire`: all that was asked, the municipality's own questions too.
    """

    questionnaire: Questionnaire
    question: str
    level: int | None
    reason: str
    by: str
    expected_revision: int | None = None


@dataclass(frozen=True)
class Close:
    """Finish, and calculate the result from everybody's answers. `responses`: one for each voice."""

    questionnaire: Questionnaire
    responses: tuple[Response, ...]
    by: str


@dataclass(frozen=True)
class Created:
    """The assessment exists."""

    id: str
    questionnaire: tuple[str, str]
    title: Texts
    perspectives: tuple[Perspective, ...]
    minimum_group: int
    at: datetime


@dataclass(frozen=True)
class Invited:
    """Someone is asked."""

    invitation: Invitation
    at: datetime


@dataclass(frozen=True)
class Revealed:
    """The answers are open, and final."""

    by: str
    at: datetime


@dataclass(frozen=True)
class ConsensusRecorded:
    """The workshop agreed on a level for a question, for the first time or anew."""

    question: str
    consensus: Consensus


@dataclass(frozen=True)
class Closed:
    """The result stands. `across`: what of it goes beyond the municipality."""

    result: Result
    across: GivenFigures
    by: str
    at: datetime


Command = Create | Invite | Reveal | RecordConsensus | Close
Event = Created | Invited | Revealed | ConsensusRecorded | Closed
