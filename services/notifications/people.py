"""What notifications holds about a person, for the person and for staff: how they are reached, and the messages to them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from chassis.clock import rfc3339
from chassis.http.app import json_response
from chassis.http.permissions import Caller, Permission
from chassis.http.problems import not_found
from chassis.service import ServiceContext
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope

router = APIRouter()
Keeper = Annotated[Caller, Permission("coordinator", link=True)]
Holder = Annotated[Caller, Permission(public=True)]
BOOKKEEPING = frozenset(("_id", "tenant", "seq", "codes"))
"""The codes are the person's own links: whoever holds one of them asks here."""


@router.get("/notifications/v1/{tenant}/people/{id}/export")
async def export(request: Request, caller: Keeper, id: str) -> dict[str, Any]:
    """Raises Problem 404 for whoever is neither staff nor the holder, and where nothing is held."""
    context: ServiceContext = request.app.state.context
    if not caller.is_staff and not context.secrets.holds("manage", id, caller.link):
        raise not_found("person")
    return await _held(context, caller.scope, id)


@router.get("/notifications/{tenant}/people/{id}/{code}/messages.json", include_in_schema=False)
async def download(request: Request, caller: Holder, id: str, code: str) -> Response:
    """The same for a browser: the code of the link stands in the address, as in the link itself."""
    context: ServiceContext = request.app.state.context
    if not context.secrets.holds("manage", id, code):
        raise not_found("person")
    response = json_response(await _held(context, caller.scope, id))
    response.headers["Content-Disposition"] = 'attachment; filename="messages.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


async def _held(context: ServiceContext, scope: TenantScope, id: str) -> dict[str, Any]:
    contact = await context.database["contacts"].find_one(scope.filter(_id=id))
    if contact is None or contact.get("erased"):
        raise not_found("person")
    found = await context.database["intents"].find(scope.filter(contact=id), {"outbox": 0}).sort("_id", 1).to_list(None)
    held = {key: value for key, value in contact.items() if key not in BOOKKEEPING}
    return {
        "service": "notifications",
        "person_id": id,
        "contact": _plain(held),
        "messages": [_message(one) for one in found],
    }


def _message(intent: Document) -> Document:
    left_out = ("_id", "tenant", "version", "seq", "outbox", "pending", "contact", "requests", "due_at", "failures")
    return {"id": intent["_id"], **{key: _plain(value) for key, value in intent.items() if key not in left_out}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return rfc3339(value) if hasattr(value, "astimezone") else value
