"""HTTP API of the agenda."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.selfcheck.agenda.schemas import AgendaResponse, ChosenAgenda, NewAgenda
from services.selfcheck.http import read_idempotency_key
from services.selfcheck.permissions import Moderator, Staff
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments", tags=["workshop"])


@router.get(
    "/{id}/agenda",
    response_model=AgendaResponse,
    summary="Questions for the workshop",
    **refusals("assessment-not-revealed"),
)
async def get_agenda(request: Request, caller: Staff, id: str) -> Response:
    """Those chosen, in their order; those suggested: where views differ most, from shown figures alone; and those that the workshop of the
    self-check that this one repeats had chosen, with what was agreed on then."""
    return json_response(await get_services(request).agenda.show(caller.scope, id))


@router.post(
    "/{id}/agenda",
    response_model=ChosenAgenda,
    summary="Choose questions for the workshop",
    **refusals(
        "agenda-changed-meanwhile", "assessment-already-closed", "assessment-archived", "assessment-not-revealed"
    ),
)
async def choose_agenda(request: Request, caller: Moderator, id: str, body: NewAgenda, key: Key = None) -> Response:
    """All of the agenda anew, in its order; 409 if somebody else chose since `revision`."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.agenda.choose(caller.scope, id, body, idempotency_key, services.clock.now())
    return json_response(answer, 200, replayed)
