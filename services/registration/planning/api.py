"""HTTP API of planning gatherings: drafting, publishing, changing, calling off, the lottery."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.text.text_types import Changes
from services.registration.gatherings.schemas import GatheringResponse
from services.registration.http import default_language, ok, read_idempotency_key
from services.registration.permissions import Coordinator
from services.registration.planning.schemas import Cancellation, GatheringDraft, Preview
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.post("/{tenant}/gatherings", status_code=201, response_model=GatheringResponse)
async def create_gathering(request: Request, caller: Coordinator, body: GatheringDraft, key: Key = None) -> Response:
    """Store a draft of a gathering: nobody but staff sees it until it is published."""
    services = get_services(request)
    language = await default_language(services, caller)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.planning.draft(caller.scope, body, language, idempotency_key)
    return json_response(answer, 201, replayed)


@router.post(
    "/{tenant}/gatherings/{id}/publication", response_model=GatheringResponse, **refusals("cancelled", "in-the-past")
)
async def publish_gathering(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Open a gathering: it is listed, and people can sign up. Repeating it changes nothing."""
    services = get_services(request)
    return json_response(*ok(await services.planning.publish(caller.scope, id, read_idempotency_key(request, key))))


@router.post("/{tenant}/gatherings/{id}/cancellation", response_model=GatheringResponse)
async def call_off_gathering(
    request: Request, caller: Coordinator, id: str, body: Cancellation, key: Key = None
) -> Response:
    """Call a gathering off: everybody who is registered is told why."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    return json_response(*ok(await services.planning.cancel(caller.scope, id, body, idempotency_key)))


@router.patch("/{tenant}/gatherings/{id}", response_model=GatheringResponse, **refusals("cancelled"))
async def change_gathering(request: Request, caller: Coordinator, id: str, body: Changes, key: Key = None) -> Response:
    """Change any field of a draft; what is missing stays."""
    services = get_services(request)
    language = await default_language(services, caller)
    idempotency_key = read_idempotency_key(request, key, body)
    return json_response(*ok(await services.planning.change(caller.scope, id, body, language, idempotency_key)))


@router.post("/{tenant}/gatherings/{id}/draw", response_model=GatheringResponse, **refusals("no-lottery", "not-open"))
async def draw_seats(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Draw the lottery; the answer shows the seed that was committed to before. Drawing again changes nothing."""
    services = get_services(request)
    return json_response(*ok(await services.planning.draw(caller.scope, id, read_idempotency_key(request, key))))


@router.post("/{tenant}/gatherings/{id}/preview", response_model=Preview, **refusals("cancelled"))
async def preview_gathering(request: Request, caller: Coordinator, id: str, body: Changes) -> Response:
    """What a change would do: which fields, how many groups are told, how many are offered seats. Stores nothing."""
    services = get_services(request)
    language = await default_language(services, caller)
    return json_response(await services.planning.preview(caller.scope, id, body, language))
