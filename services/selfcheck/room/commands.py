"""Commands of a moderator for the room: its link, what it sees, its votes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from chassis.http.problems import conflict, not_found
from chassis.storage.repository import Decision
from services.selfcheck.assessments.documents import (
    RoomLink,
    StoredAssessment,
    Vote,
    VoteAgreement,
    VotePlace,
    VoteResult,
)
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.priorities import Outcome, tally
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.room import Picture, Stage, show
from services.selfcheck.room.responses import shown_stage, shown_vote

OVER = conflict("vote-closed", "This vote is closed; thank you for taking part.")
MOST_VOTES = 20


@dataclass(frozen=True)
class OpenRoom:
    """Open the room with a new link; a former one shows nothing any more. `hash_of` and `address_of` take the link's number."""

    hash_of: Callable[[int], str]
    address_of: Callable[[int], str]

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        number = assessment.room.number + 1
        room = RoomLink(number=number, hash=self.hash_of(number))
        return Decision(replace(assessment, room=room), answer={"room_url": self.address_of(number)})


@dataclass(frozen=True)
class CloseRoom:
    """Close the room: its link shows nothing any more."""

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment] | None:
        return (
            Decision(replace(assessment, room=RoomLink(number=assessment.room.number)))
            if assessment.room.hash
            else None
        )


@dataclass(frozen=True)
class ShowInRoom:
    """Choose what the room sees; with `revision`, not over somebody else's choice unawares."""

    questionnaire: Questionnaire
    picture: str
    question: str | None
    field: str | None
    revision: int | None

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        stage = show(
            assessment.state,
            self.questionnaire,
            assessment.stage,
            self.picture,
            self.question,
            self.field,
            self.revision,
        )
        return Decision(replace(assessment, stage=stage), answer=shown_stage(stage))


@dataclass(frozen=True)
class OpenVote:
    """Open a vote, one at a time; the room is shown it."""

    id: str
    kind: Literal["fields", "questions"]
    options: Sequence[str]
    most: int

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        if assessment.phase is Phase.CLOSED:
            raise conflict("assessment-already-closed", "The workshop is over; a new vote has no place any more.")
        if assessment.open_vote is not None:
            raise conflict("vote-open", "A vote is open already; close it first.")
        if len(assessment.votes) >= MOST_VOTES:
            raise conflict("too-many-votes", f"There were {MOST_VOTES} votes in this workshop; that is the most.")
        vote = Vote(
            id=self.id,
            kind=self.kind,
            options=tuple(self.options),
            most=min(self.most, len(self.options)),
            status="open",
            opened_at=now,
        )
        stage = Stage(Picture.VOTE, None, assessment.stage.revision + 1)
        return Decision(replace(assessment, votes=(*assessment.votes, vote), stage=stage), answer=shown_vote(vote))


@dataclass(frozen=True)
class RestartVote:
    """Restart a vote with the same options under a new id; ballots of the former one count nowhere any more."""

    vote: str
    id: str

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        vote = vote_of(assessment, self.vote)
        if vote.status != "open":
            raise OVER
        fresh = replace(vote, id=self.id, opened_at=now)
        return Decision(assessment.with_vote(self.vote, fresh), answer=shown_vote(fresh))


@dataclass(frozen=True)
class EndVote:
    """End a vote: no ballot is taken any more."""

    vote: str

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment] | None:
        vote = vote_of(assessment, self.vote)
        if vote.status != "open":
            return None
        return Decision(assessment.with_vote(vote.id, replace(vote, status="closed", closed_at=now)))


@dataclass(frozen=True)
class CountVote:
    """Count a vote that was ended, once."""

    vote: str
    rankings: Sequence[Sequence[str]]

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        vote = vote_of(assessment, self.vote)
        result = vote.result or _result(tally(vote.options, self.rankings, assessment.minimum_group))
        counted = replace(vote, result=result)
        return Decision(assessment.with_vote(vote.id, counted), answer=shown_vote(counted))


def vote_of(assessment: StoredAssessment, id: str) -> Vote:
    """A vote of an assessment. Raises Problem 404."""
    vote = next((one for one in assessment.votes if one.id == id), None)
    if vote is None:
        raise not_found("vote")
    return vote


def _result(outcome: Outcome) -> VoteResult:
    agreement = None
    if outcome.w is not None and outcome.words is not None and outcome.voters is not None:
        agreement = VoteAgreement(w=float(outcome.w), words=outcome.words, voters=outcome.voters)
    return VoteResult(
        voters=outcome.voters,
        places=tuple(
            VotePlace(option=place.option, chosen=place.chosen, mean_rank=float(place.rank)) for place in outcome.places
        ),
        rest=tuple(outcome.rest),
        agreement=agreement,
    )
