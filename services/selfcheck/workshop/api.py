"""HTTP API of the workshop: reveal, board, room, consensus, closing, result."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.event_stream import EventStream
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.text.languages import pick
from services.selfcheck.assessments.schemas import AssessmentResponse
from services.selfcheck.http import EVENTS, PDF, LastEvent, Since, read_idempotency_key
from services.selfcheck.permissions import Host, Moderator, Staff
from services.selfcheck.room.responses import shown_vote
from services.selfcheck.room.schemas import RoomOpened, StageResponse, VoteList, VoteResponse
from services.selfcheck.room.voting import votes_in_words
from services.selfcheck.schemas import NewConsensus, NewStage, NewVote
from services.selfcheck.services import get_services
from services.selfcheck.workshop.board import as_json
from services.selfcheck.workshop.protocol import Protocol, pdf
from services.selfcheck.workshop.schemas import BoardResponse

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments", tags=["workshop"])

Language = Literal["de", "en"]


@router.post(
    "/{id}/reveal",
    response_model=AssessmentResponse,
    summary="Reveal the answers",
    **refusals("assessment-already-revealed", "assessment-archived"),
)
async def reveal_answers(request: Request, caller: Moderator, id: str, key: Key = None) -> Response:
    """From now on nobody answers any more."""
    services = get_services(request)
    answer, replayed = await services.workshop.reveal(
        caller.scope, id, caller.actor, read_idempotency_key(request, key), services.clock.now()
    )
    services.metrics.steps.labels(caller.scope.tenant, "revealed").inc(not replayed)
    return json_response(answer, 200, replayed)


@router.post(
    "/{id}/consensus",
    response_model=AssessmentResponse,
    summary="Record a consensus",
    **refusals(
        "assessment-already-closed", "assessment-archived", "assessment-not-revealed", "consensus-changed-meanwhile"
    ),
)
async def agree_on_answer(
    request: Request, caller: Moderator, id: str, body: NewConsensus, key: Key = None
) -> Response:
    """Or that there is none; with `revision`, never over somebody else's."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.workshop.agree(
        caller.scope, id, body, caller.actor, idempotency_key, services.clock.now()
    )
    services.metrics.steps.labels(caller.scope.tenant, "consensus").inc(not replayed)
    return json_response(answer, 200, replayed)


@router.post(
    "/{id}/closing",
    response_model=AssessmentResponse,
    summary="Close the workshop",
    **refusals("assessment-already-closed", "assessment-archived", "assessment-not-revealed"),
)
async def close_assessment(request: Request, caller: Moderator, id: str, key: Key = None) -> Response:
    """The result is calculated once and stands."""
    services = get_services(request)
    answer, replayed = await services.workshop.close(
        caller.scope, id, caller.actor, read_idempotency_key(request, key), services.clock.now()
    )
    services.metrics.steps.labels(caller.scope.tenant, "closed").inc(not replayed)
    return json_response(answer, 200, replayed)


@router.get("/{id}/board", response_model=BoardResponse, summary="The board")
async def get_board(request: Request, caller: Host, id: str) -> Response:
    """Before the reveal who takes part, then every question, the largest disagreement first."""
    return json_response(await get_services(request).board.show(caller.scope, id))


@router.get("/{id}/board/stream", responses=EVENTS, response_class=Response, summary="The board, live")
async def stream_board(
    request: Request, caller: Host, id: str, since: Since = None, last_event: LastEvent = None
) -> Response:
    """Server-sent events: `board` with all of it, then `change` with what changed; `since`: a board's `as_of`."""
    return EventStream(await get_services(request).board.follow(caller.scope, id, as_json(), last_event or since))


@router.post("/{id}/room", response_model=RoomOpened, summary="Open the room", **refusals("assessment-archived"))
async def open_room(request: Request, caller: Moderator, id: str, key: Key = None) -> Response:
    """A link that shows, without an account, what the moderator shows; a former link ends."""
    services = get_services(request)
    answer, replayed = await services.room.open(
        caller.scope, id, read_idempotency_key(request, key), services.clock.now()
    )
    return json_response(answer, 200, replayed)


@router.delete("/{id}/room", status_code=204, summary="Close the room")
async def close_room(request: Request, caller: Moderator, id: str) -> Response:
    """Its link shows nothing any more."""
    services = get_services(request)
    await services.room.close(caller.scope, id, services.clock.now())
    return Response(status_code=204)


@router.post(
    "/{id}/stage",
    response_model=StageResponse,
    summary="Show something in the room",
    **refusals("assessment-archived", "assessment-not-revealed", "stage-changed-meanwhile"),
)
async def set_stage(request: Request, caller: Moderator, id: str, body: NewStage, key: Key = None) -> Response:
    """Choose what the room sees; 409 if somebody else chose since `revision`."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.room.show(caller.scope, id, body, idempotency_key, services.clock.now())
    return json_response(answer, 200, replayed)


@router.post(
    "/{id}/votes",
    status_code=201,
    response_model=VoteResponse,
    summary="Open a vote",
    **refusals("assessment-already-closed", "assessment-archived", "too-many-votes", "vote-open"),
)
async def open_vote(request: Request, caller: Moderator, id: str, body: NewVote, key: Key = None) -> Response:
    """Put fields or questions to the vote of the room; the room is shown it."""
    services = get_services(request)
    answer, replayed = await services.voting.open(
        caller.scope, id, body, read_idempotency_key(request, key, body), services.clock.now()
    )
    return json_response(answer, 201, replayed)


@router.get("/{id}/votes", response_model=VoteList, summary="Votes")
async def list_votes(request: Request, caller: Staff, id: str) -> Response:
    """All votes of the workshop, the newest last; results once they are closed."""
    assessment = await get_services(request).assessments.get(caller.scope, id)
    return json_response({"items": [shown_vote(vote) for vote in assessment.votes], "next": None})


@router.post(
    "/{id}/votes/{vote}/restart",
    response_model=VoteResponse,
    summary="Start a vote afresh",
    **refusals("assessment-archived", "vote-closed"),
)
async def start_vote_afresh(request: Request, caller: Moderator, id: str, vote: str, key: Key = None) -> Response:
    """Throw away every ballot of an open vote and begin it again under a new id."""
    services = get_services(request)
    answer, replayed = await services.voting.start_afresh(
        caller.scope, id, vote, read_idempotency_key(request, key), services.clock.now()
    )
    return json_response(answer, 200, replayed)


@router.post(
    "/{id}/votes/{vote}/closing", response_model=VoteResponse, summary="Close a vote", **refusals("assessment-archived")
)
async def close_vote(request: Request, caller: Moderator, id: str, vote: str, key: Key = None) -> Response:
    """Ballots are counted once."""
    services = get_services(request)
    answer, replayed = await services.voting.close(
        caller.scope, id, vote, read_idempotency_key(request, key), services.clock.now()
    )
    return json_response(answer, 200, replayed)


@router.get(
    "/{id}/protocol.pdf",
    responses=PDF,
    response_class=Response,
    summary="The protocol",
    **refusals("assessment-not-revealed"),
)
async def get_protocol(request: Request, caller: Staff, id: str, language: Language | None = None) -> Response:
    """The workshop as a document, in the municipality's language unless another is asked for; 409 before the reveal."""
    services, scope = get_services(request), caller.scope
    town = await request.app.state.tenant_registry.tenant(scope.tenant)
    first = town["languages"][0]
    chosen: Language = language or ("en" if first == "en" else "de")
    assessment = await services.assessments.get(scope, id)
    questionnaire = await services.assessments.questionnaire(assessment)
    content = Protocol(
        pick(town["name"], chosen)[0],
        chosen,
        services.clock.now(),
        await services.board.show(scope, id),
        questionnaire,
        await services.results.result(scope, id),
        await services.measures.list_all(scope, id),
        votes_in_words(assessment, await services.assessments.questionnaire_of(assessment), chosen),
        await services.results.own_result(scope, id) if assessment.own_section else None,
    )
    headers = {"Content-Disposition": 'inline; filename="protocol.pdf"', "Cache-Control": "private, no-store"}
    return Response(await asyncio.to_thread(pdf, content), headers=headers, media_type="application/pdf")
