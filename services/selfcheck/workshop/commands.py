"""Commands of a moderator in the workshop; the domain decides, this writes what it decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from msgspec.structs import replace

from chassis.http.problems import FieldError, Problem
from chassis.storage.repository import Decision
from contracts.envelope import Event
from contracts.selfcheck import AssessmentClosed, AssessmentRevealed, ConsensusWithheld
from contracts.selfcheck import ConsensusRecorded as ConsensusTold
from disclosure import RULE
from services.selfcheck.assessments.assessments import to_response
from services.selfcheck.assessments.documents import StoredAssessment, stored_consensus
from services.selfcheck.domain import assessment as domain
from services.selfcheck.domain.assessment_model import (
    Assessment,
    Close,
    Command,
    Consensus,
    Phase,
    RecordConsensus,
    Reveal,
)
from services.selfcheck.domain.errors import Refused
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.results.schemas import OwnResult
from services.selfcheck.schemas import NO_CONSENSUS, NewConsensus


@dataclass(frozen=True)
class RevealAnswers:
    """Open the answers and end the answering. `people`: voices that answered anything, by perspective."""

    by: str
    people: Mapping[str, int]

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        state = assessment.state
        apply(state, Reveal(self.by), now)
        after = replace(assessment, phase=Phase.REVEALED, revealed_at=now, disclosure_rule=RULE)
        event = AssessmentRevealed(assessment_id=assessment.id, respondents=_large_enough(self.people, state))
        return Decision(after, [event], to_response(after))


@dataclass(frozen=True)
class Agree:
    """Record or change a consensus. With `revision`, never over somebody else's unawares. On a question of the municipality's own
    nothing is published: it stays there."""

    command: RecordConsensus
    sent: NewConsensus

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        before = assessment.state
        try:
            state = apply(before, self.command, now)
        except Refused as error:
            if error.code == "consensus_changed_meanwhile":
                raise _changed_meanwhile(before.consensus[self.sent.question], self.sent) from None
            raise
        after = replace(assessment, consensus=tuple(stored_consensus(state.consensus)))
        question = self.sent.question
        events = [] if is_own(question) else [_consensus_recorded(assessment.id, state, question)]
        return Decision(after, events, to_response(after))


@dataclass(frozen=True)
class CloseWorkshop:
    """Close the workshop: the result is calculated once and stands. `ready`: what it is for the assessment at `version`, calculated before.
    `own_result`: of the municipality's own questions, which stay with it."""

    command: Close
    ready: Assessment | None
    version: int
    own_result: OwnResult | None = None

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        same = self.ready is not None and assessment.version == self.version
        state = self.ready if same and self.ready else apply(assessment.state, self.command, now)
        assert state.result is not None
        assert state.across is not None
        result = {**state.result, "disclosure_rule": RULE}
        across = cast("dict[str, object]", state.across)
        after = replace(
            assessment,
            phase=Phase.CLOSED,
            closed_at=now,
            disclosure_rule=RULE,
            result=result,
            across=dict(across),
            own_result=None if self.own_result is None else dict(self.own_result),
            # What may be shown beyond this municipality is put into the joint self-check.
            due_at=now if assessment.joint else assessment.due_at,
        )
        return Decision(
            after,
            [AssessmentClosed(assessment_id=assessment.id, result=dict(result), across=dict(across))],
            to_response(after),
        )


def apply(state: Assessment, command: Command, now: datetime) -> Assessment:
    """The state after a command. Raises `Refused`, `Invalid`."""
    for event in domain.decide(state, command, now):
        state = domain.evolve(state, event)
    return state


def _consensus_recorded(id: str, state: Assessment, question: str) -> Event:
    level = state.consensus[question].level
    if level is None:
        return ConsensusWithheld(assessment_id=id, question=question)
    return ConsensusTold(assessment_id=id, question=question, level=level)


def _changed_meanwhile(recorded: Consensus, sent: NewConsensus) -> Problem:
    """The problem that a consensus was changed meanwhile, with both texts, so that the moderators can settle it between them."""
    level = NO_CONSENSUS if recorded.level is None else recorded.level
    return Problem(
        409,
        "consensus-changed-meanwhile",
        "Someone else has recorded a consensus here",
        "Look at what stands there now; to replace it, send yours again with its revision.",
        [
            FieldError("/revision", f"Standing is revision {recorded.revision}: {level} – {recorded.reason}"),
            FieldError("/reason", f"Not recorded: {sent.level} – {sent.reason[: domain.MAX_REASON]}"),
        ],
    )


def _large_enough(people: Mapping[str, int], state: Assessment) -> dict[str, int]:
    """The numbers of voices that are large enough for events, which other services read."""
    return {
        name: number for name, number in people.items() if number >= state.minimum_group or name in state.institutions
    }
