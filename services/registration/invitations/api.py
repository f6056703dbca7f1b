"""HTTP API of a gathering's invitations. They are changed with the gathering (`invitations`)."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from services.registration.invitations.schemas import InvitationsResponse
from services.registration.permissions import Coordinator
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.get("/{tenant}/gatherings/{id}/invitations", response_model=InvitationsResponse)
async def list_invitations(request: Request, caller: Coordinator, id: str) -> Response:
    """The invitations of a gathering: codes and links to pass on, and how many came by each."""
    return json_response({"items": await get_services(request).invitations.list_with_codes(caller.scope, id)})
