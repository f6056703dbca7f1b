"""HTTP API of the rights of a person."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.identity.passes import holds_pass
from chassis.service_definition import ServiceContext
from services.reporting.permissions import PersonOrCoordinator
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}/people/{id}", tags=["people"])


@router.get("/export", summary="What reporting holds about a person")
async def export_person(request: Request, caller: PersonOrCoordinator, id: str) -> dict[str, Any]:
    """Sizes and wishes without a name. `Authorization: Link <pass>`, which registration gives the holder of the link
    (`POST /registration/v1/{tenant}/people/{id}/pass`). Raises Problem 404: not the holder."""
    context: ServiceContext = request.app.state.context
    if not caller.is_staff and not holds_pass(context.signatures, caller.scope.tenant, id, caller.link):
        raise not_found("person")
    return await get_services(request).people.get(caller.scope, id)
