"""HTTP of the export of personal data."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from services.notifications.permissions import Anybody, CoordinatorOrHolder
from services.notifications.services import get_services

router = APIRouter(tags=["people"])


@router.get("/notifications/v1/{tenant}/people/{id}/export", summary="What is held about a person")
async def export_person(request: Request, caller: CoordinatorOrHolder, id: str) -> dict[str, Any]:
    """Export what notifications holds about a person, for staff and for the person.

    Raises: Problem 404 for anybody else, and where nothing is held."""
    services = get_services(request)
    if not caller.is_staff and not await services.person_export.is_holder(caller.scope, id, caller.link):
        raise not_found("person")
    return await services.person_export.export(caller.scope, id)


@router.get("/notifications/{tenant}/people/{id}/{code}/messages.json", include_in_schema=False)
async def download_person_export(request: Request, caller: Anybody, id: str, code: str) -> Response:
    """Download the same export in a browser: the code of the person's link is part of the address, as in the link itself."""
    services = get_services(request)
    if not await services.person_export.is_holder(caller.scope, id, code):
        raise not_found("person")
    response = json_response(await services.person_export.export(caller.scope, id))
    response.headers["Content-Disposition"] = 'attachment; filename="messages.json"'
    response.headers["Cache-Control"] = "no-store"
    return response
