"""The workshop: reveal, consensus, closing, and the figures that may be shown from the reveal on."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.http.problems import FieldError, Problem
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.envelope import Event
from contracts.selfcheck import AssessmentClosed, AssessmentRevealed, ConsensusWithheld
from contracts.selfcheck import ConsensusRecorded as ConsensusTold
from disclosure import RULE
from disclosure.result import Result
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.assessments import Assessments, shown, state_of, stored_consensus
from services.selfcheck.domain.assessment import MAX_REASON, decide, evolve
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
from services.selfcheck.results.results import Results
from services.selfcheck.room.voting import Voting, open_vote
from services.selfcheck.schemas import NO_CONSENSUS, NewConsensus


@dataclass
class Workshop:
    """What the moderator does, and what everybody then sees."""

    assessments: Assessments
    sheets: Sheets
    voting: Voting
    results: Results

    async def reveal(
        self, scope: TenantScope, id: str, by: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Open the answers and end the answering; (answer, replayed).

        First the assessment says so, then every sheet is frozen; whoever looks at figures in between freezes first (`Results`).
        """
        await self.assessments.document(scope, id)
        people = await self._people(scope, id)

        def change(document: Document) -> Change:
            state = state_of(document)
            _apply(state, Reveal(by), now)
            return _changed(
                document,
                {"phase": Phase.REVEALED.value, "revealed_at": now, "disclosure_rule": RULE},
                [AssessmentRevealed(assessment_id=id, respondents=_large_enough(people, state))],
            )

        done = await self.assessments.execute(scope, id, change, request, now)
        await self.sheets.freeze(scope, id)
        return done

    async def agree(
        self, scope: TenantScope, id: str, body: NewConsensus, by: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Record or change a consensus; (answer, replayed). With `revision`, never over somebody else's unawares."""
        questionnaire = await self.assessments.questionnaire(await self.assessments.document(scope, id))

        def change(document: Document) -> Change:
            command = RecordConsensus(questionnaire, body.question, body.agreed_level, body.reason, by, body.revision)
            before = state_of(document)
            try:
                state = _apply(before, command, now)
            except Refused as error:
                if error.code == "consensus_changed_meanwhile":
                    raise _overtaken(before.consensus[body.question], body) from None
                raise
            return _changed(
                document, {"consensus": stored_consensus(state.consensus)}, [_told(id, state, body.question)]
            )

        return await self.assessments.execute(scope, id, change, request, now)

    async def close(
        self, scope: TenantScope, id: str, by: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Finish: the result is calculated once and stands; (answer, replayed)."""
        document = await self.assessments.document(scope, id)
        questionnaire = await self.assessments.questionnaire(document)
        if Phase(document["phase"]) is not Phase.OPEN:
            await self.sheets.freeze(scope, id)
        if Phase(document["phase"]) is Phase.REVEALED and open_vote(document) is not None:
            await self.voting.close_open(scope, document, now)
            document = await self.assessments.document(scope, id)
        responses = tuple(await self.results.responses(scope, id))

        def finished(current: Document) -> Assessment:
            return _apply(state_of(current), Close(questionnaire, responses, by), now)

        # Scoring many sheets takes a while, so it is done beside the event loop; the same consensus gives the same result.
        ready = await asyncio.to_thread(finished, document) if Phase(document["phase"]) is Phase.REVEALED else None

        def change(current: Document) -> Change:
            state = ready if ready and current["version"] == document["version"] else finished(current)
            assert state.result is not None
            assert state.across is not None
            result: Result = {**state.result, "disclosure_rule": RULE}
            fields: Document = {
                "phase": Phase.CLOSED.value,
                "closed_at": now,
                "disclosure_rule": RULE,
                "result": result,
                "across": state.across,
            }
            if current.get("joint"):
                fields["due_at"] = now  # what may be shown beyond this municipality is put into the joint self-check
            closed = AssessmentClosed(assessment_id=id, result=dict(result), across=dict(state.across))
            return _changed(current, fields, [closed])

        return await self.assessments.execute(scope, id, change, request, now)

    async def _people(self, scope: TenantScope, id: str) -> dict[str, int]:
        """Voices that answered anything, by perspective."""
        return dict(Counter(one.perspective for one in await self.results.responses(scope, id) if one.takes_part))


def _told(id: str, state: Assessment, question: str) -> Event:
    level = state.consensus[question].level
    if level is None:
        return ConsensusWithheld(assessment_id=id, question=question)
    return ConsensusTold(assessment_id=id, question=question, level=level)


def _overtaken(standing: Consensus, mine: NewConsensus) -> Problem:
    """Both texts, so that the moderators can settle it between them."""
    level = NO_CONSENSUS if standing.level is None else standing.level
    return Problem(
        409,
        "consensus-changed-meanwhile",
        "Someone else has recorded a consensus here",
        "Look at what stands there now; to replace it, send yours again with its revision.",
        [
            FieldError("/revision", f"Standing is revision {standing.revision}: {level} – {standing.reason}"),
            FieldError("/reason", f"Not recorded: {mine.level} – {mine.reason[:MAX_REASON]}"),
        ],
    )


def _apply(state: Assessment, command: Command, now: datetime) -> Assessment:
    after: Assessment = state
    for event in decide(state, command, now):
        after = evolve(after, event)
    return after


def _changed(document: Document, fields: Document, events: list[Any]) -> Change:
    return Change(fields, events=events, answer=shown({**document, **fields}))


def _large_enough(people: dict[str, int], state: Assessment) -> dict[str, int]:
    """Numbers of voices that may be told beyond selfcheck."""
    return {
        name: number for name, number in people.items() if number >= state.minimum_group or name in state.institutions
    }
