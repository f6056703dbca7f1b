"""HTTP API of gatherings made of others: copies and series."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.routing import APIRouter
from services.registration.gathering_series.schemas import Copy, Repetition, SeriesResponse
from services.registration.gatherings.schemas import GatheringResponse
from services.registration.http import default_language, ok, read_idempotency_key
from services.registration.permissions import Coordinator
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.post("/{tenant}/gatherings/{id}/copy", status_code=201, response_model=GatheringResponse)
async def copy_gathering(request: Request, caller: Coordinator, id: str, body: Copy, key: Key = None) -> Response:
    """A draft like this one at another time."""
    services = get_services(request)
    language = await default_language(services, caller)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.series.copy(caller.scope, id, body, language, idempotency_key)
    return json_response(answer, 201, replayed)


@router.post("/{tenant}/gatherings/{id}/series", status_code=201, response_model=SeriesResponse)
async def repeat_gathering(
    request: Request, caller: Coordinator, id: str, body: Repetition, key: Key = None
) -> Response:
    """Drafts of all further gatherings of a series that begins with this one."""
    services = get_services(request)
    answer, replayed = await services.series.repeat(caller.scope, id, body, read_idempotency_key(request, key, body))
    return json_response(answer, 201, replayed)


@router.post("/{tenant}/series/{id}/publication", response_model=SeriesResponse)
async def publish_series(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Publish all drafts of a series."""
    services = get_services(request)
    return json_response(*ok(await services.series.publish(caller.scope, id, read_idempotency_key(request, key))))
