"""HTTP of rings."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.routing import APIRouter
from services.reporting.domain.ring import Invite, Join, Leave, Remove
from services.reporting.http import read_idempotency_key
from services.reporting.permissions import Coordinator, Staff
from services.reporting.rings.schemas import DocumentBody, InvitationBody, MeasureBody, MeetingBody, RingBody
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}/rings", tags=["rings"])
JsonObject = dict[str, Any]


@router.get("", summary="Rings of the municipality")
async def list_rings(request: Request, caller: Staff) -> JsonObject:
    """Those it belongs to, and those that invite it."""
    return await get_services(request).rings.list_all(caller.scope)


@router.post("", summary="Found a ring", status_code=201)
async def create_ring(request: Request, caller: Coordinator, body: RingBody, key: Key = None) -> Response:
    """The municipalities named are invited and told."""
    ring, replayed = await get_services(request).rings.create(
        caller.scope, body, read_idempotency_key(request, key, body)
    )
    return json_response(ring, 201, replayed)


@router.get("/{id}", summary="A ring with its documents, meetings and measures")
async def get_ring(request: Request, caller: Staff, id: str) -> JsonObject:
    return await get_services(request).rings.get(caller.scope, id)


@router.post("/{id}/invitations", summary="Invite a municipality")
async def invite_to_ring(
    request: Request, caller: Coordinator, id: str, body: InvitationBody, key: Key = None
) -> JsonObject:
    return await get_services(request).rings.carry_out(caller.scope, id, Invite(body.municipality))


@router.put("/{id}/membership", summary="Join a ring")
async def join_ring(request: Request, caller: Coordinator, id: str) -> JsonObject:
    """For who is invited."""
    return await get_services(request).rings.carry_out(caller.scope, id, Join())


@router.delete("/{id}/membership", summary="Leave a ring, or decline its invitation")
async def leave_ring(request: Request, caller: Coordinator, id: str) -> JsonObject:
    return await get_services(request).rings.carry_out(caller.scope, id, Leave())


@router.post("/{id}/documents", summary="Add a document", status_code=201)
async def add_document(
    request: Request, caller: Coordinator, id: str, body: DocumentBody, key: Key = None
) -> JsonObject:
    """An address that members may open."""
    return await get_services(request).rings.add_document(
        caller.scope, id, body, read_idempotency_key(request, key, body)
    )


@router.post("/{id}/meetings", summary="Add a meeting", status_code=201)
async def add_meeting(request: Request, caller: Coordinator, id: str, body: MeetingBody, key: Key = None) -> JsonObject:
    return await get_services(request).rings.add_meeting(
        caller.scope, id, body, read_idempotency_key(request, key, body)
    )


@router.put("/{id}/meetings/{entry}", summary="Change a meeting or write what came of it")
async def change_meeting(request: Request, caller: Coordinator, id: str, entry: str, body: MeetingBody) -> JsonObject:
    return await get_services(request).rings.change_meeting(caller.scope, id, body, entry)


@router.post("/{id}/measures", summary="Add a common measure", status_code=201)
async def add_measure(request: Request, caller: Coordinator, id: str, body: MeasureBody, key: Key = None) -> JsonObject:
    return await get_services(request).rings.add_measure(
        caller.scope, id, body, read_idempotency_key(request, key, body)
    )


@router.put("/{id}/measures/{entry}", summary="Change a common measure")
async def change_measure(request: Request, caller: Coordinator, id: str, entry: str, body: MeasureBody) -> JsonObject:
    return await get_services(request).rings.change_measure(caller.scope, id, body, entry)


@router.delete("/{id}/entries/{entry}", summary="Remove a document, meeting or measure")
async def remove_entry(request: Request, caller: Coordinator, id: str, entry: str) -> JsonObject:
    return await get_services(request).rings.carry_out(caller.scope, id, Remove(entry))
