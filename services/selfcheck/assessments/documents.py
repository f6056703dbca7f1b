"""Stored documents of assessments: collection `assessments`. Answers stand in sheets, so that nobody waits for another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, cast

import msgspec
from msgspec.structs import replace

from chassis.storage.documents import Part, StoredDocument
from disclosure import RULE
from disclosure.across import FIRST_RULE, GivenFigures
from disclosure.result import Result
from services.selfcheck.domain.agenda import Agenda
from services.selfcheck.domain.assessment_model import Assessment, Consensus, Perspective, Phase
from services.selfcheck.domain.deadline import Deadline
from services.selfcheck.domain.own_section import OwnSection
from services.selfcheck.domain.room import Stage


class Version(Part, frozen=True, kw_only=True):
    """A version of a questionnaire."""

    id: str
    version: str


class RecordedConsensus(Part, frozen=True, kw_only=True):
    """Consensus on one question; `level` None: it was talked about and not agreed on."""

    question: str
    level: int | None
    reason: str
    by: str
    at: datetime
    revision: int


class RoomLink(Part, frozen=True, kw_only=True):
    """The link of the room. `number` counts the links there were; without a `hash` the room is closed."""

    number: int
    hash: str | None = None


class VotePlace(Part, frozen=True, kw_only=True):
    """An option that the result of a vote shows."""

    option: str
    chosen: int
    mean_rank: float


class VoteAgreement(Part, frozen=True, kw_only=True):
    """Kendall's W, never without its words and the number of voters."""

    w: float
    words: str
    voters: int


class VoteResult(Part, frozen=True, kw_only=True):
    """Result of a vote; `voters` None: too few to tell anything."""

    voters: int | None
    places: tuple[VotePlace, ...]
    rest: tuple[str, ...]
    agreement: VoteAgreement | None


class Vote(Part, frozen=True, kw_only=True):
    """A vote of the room; its ballots are documents of their own."""

    id: str
    kind: Literal["fields", "questions"]
    options: tuple[str, ...]
    most: int
    status: Literal["open", "closed"]
    opened_at: datetime
    closed_at: datetime | None = None
    result: VoteResult | None = None


class Certificate(Part, frozen=True, kw_only=True):
    """How many of what were removed when the assessment was deleted."""

    at: datetime
    removed: dict[str, int]


class StoredAssessment(StoredDocument, frozen=True, kw_only=True):
    """One self-check. Of a deleted one only phase, times, certificate and its joint self-check stay.

    `version` counts the changes; `extended`: people are to be told that there is more time; `disclosure_rule`: the version of the
    rule its figures are told under; `across`: what it gives beyond the municipality;
    `own_section`: what only it is asked, `own_result` what came of that.
    """

    version: int = 0
    phase: Phase
    created_at: datetime
    questionnaire: Version = Version(id="", version="")
    title: dict[str, str] = msgspec.field(default_factory=dict)
    perspectives: tuple[Perspective, ...] = ()
    minimum_group: int = 0
    consensus: tuple[RecordedConsensus, ...] = ()
    repeats: str | None = None
    own_section: OwnSection | None = None
    joint: str | None = None
    deadline: datetime | None = None
    reminder_days: tuple[int, ...] = ()
    extended: bool = False
    revealed_at: datetime | None = None
    closed_at: datetime | None = None
    archived_at: datetime | None = None
    deleted_at: datetime | None = None
    disclosure_rule: int | None = None
    result: dict[str, Any] | None = None
    across: dict[str, Any] | None = None
    own_result: dict[str, Any] | None = None
    room: RoomLink = RoomLink(number=0)
    stage: Stage = Stage()
    agenda: Agenda = Agenda()
    votes: tuple[Vote, ...] = ()
    certificate: Certificate | None = None

    @property
    def state(self) -> Assessment:
        """The domain's view."""
        return Assessment(
            self.id,
            (self.questionnaire.id, self.questionnaire.version),
            self.title,
            self.perspectives,
            self.minimum_group,
            self.phase,
            consensus={
                entry.question: Consensus(entry.level, entry.reason, entry.by, entry.at, entry.revision)
                for entry in self.consensus
            },
        )

    @property
    def rule(self) -> int:
        """The version of the rule under which its figures are told. Closed ones that name none were told under the first; ones
        that were only revealed by then go on under the present rule."""
        if self.disclosure_rule is not None:
            return self.disclosure_rule
        return FIRST_RULE if self.phase is Phase.CLOSED else RULE

    @property
    def published_result(self) -> Result | None:
        """The result that stands."""
        return cast("Result | None", self.result)

    @property
    def given_figures(self) -> GivenFigures | None:
        """What it gives beyond the municipality; results of an earlier rule give nothing."""
        return cast("GivenFigures | None", self.across)

    @property
    def asked_until(self) -> Deadline | None:
        return Deadline(self.deadline, self.reminder_days) if self.deadline else None

    @property
    def open_vote(self) -> Vote | None:
        """The vote the room can take part in now."""
        return next((vote for vote in self.votes if vote.status == "open"), None)

    def with_deadline(self, deadline: Deadline | None, now: datetime) -> StoredAssessment:
        """The assessment with another deadline, and the moment when it has to be looked at (`reminders`)."""
        if deadline is None:
            return replace(self, deadline=None, reminder_days=(), due_at=None)
        return replace(self, deadline=deadline.at, reminder_days=deadline.days, due_at=deadline.next_after(now))

    def with_vote(self, id: str, vote: Vote) -> StoredAssessment:
        """The assessment with `vote` in the place of the one with this id."""
        return replace(self, votes=tuple(vote if one.id == id else one for one in self.votes))


def stored_consensus(consensus: dict[str, Consensus] | Any) -> Sequence[RecordedConsensus]:
    """The consensus as it is stored: a list, because question ids may hold dots, which mean something in paths of documents."""
    return [
        RecordedConsensus(
            question=question, level=one.level, reason=one.reason, by=one.by, at=one.at, revision=one.revision
        )
        for question, one in consensus.items()
    ]
