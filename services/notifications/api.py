"""HTTP of notifications: what was sent, and whom to call."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from chassis.aggregates import Aggregates, Change
from chassis.audience import Audience, Caller
from chassis.clock import rfc3339
from chassis.mongo import Document
from chassis.pagination import Cursor, page
from chassis.problems import conflict, not_found
from chassis.service import Context

router = APIRouter(prefix="/notifications/v1/{tenant}")
Coordinator = Annotated[Caller, Audience("coordinator")]
Intake = Annotated[Caller, Audience("coordinator", "intake")]
Keeper = Annotated[Caller, Audience("coordinator", link=True)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/messages")
async def messages(
    request: Request, caller: Coordinator, status: str | None = None, kind: str | None = None,
    limit: Limit = 50, cursor: Cursor = None,
) -> dict[str, Any]:  # fmt: skip
    """Messages without their recipients, by id."""
    wanted = {key: value for key, value in (("status", status), ("kind", kind)) if value}
    if cursor:
        wanted["_id"] = {"$gt": cursor}  # type: ignore[assignment]
    found = (
        await _intents(request)
        .collection.find(caller.scope.filter(**wanted))
        .sort("_id")
        .limit(limit + 1)
        .to_list(None)
    )
    return page([_shown(one) for one in found], limit, "id")


@router.get("/messages/{id}")
async def message(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """One message with each attempt."""
    found = await _intents(request).load(caller.scope, id)
    if found is None:
        raise not_found("message")
    return _shown(found)


@router.post("/messages/{id}/retry", status_code=202)
async def retry(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """Try a message again that did not reach its recipient."""
    now = _context(request).clock.now()

    def decide(intent: Document) -> Change:
        if intent["status"] not in ("pending", "failed", "bounced", "expired"):
            raise conflict("not-retryable", "Only messages that did not arrive can be tried again.")
        return Change(set={"status": "pending", "due_at": now, "at": now}, answer={"id": id, "status": "pending"})

    done = await _intents(request).execute(caller.scope, id, decide, now)
    if done is None:
        raise not_found("message")
    answer: dict[str, Any] = done[0]
    return answer


@router.get("/call-list")
async def call_list(request: Request, caller: Intake) -> dict[str, Any]:
    """People without e-mail, whom somebody has to call; oldest first."""
    database = _context(request).database
    intents = (
        await _intents(request)
        .collection.find(caller.scope.filter(status="to_call"))
        .sort("at")
        .limit(200)
        .to_list(None)
    )
    wanted = caller.scope.filter(_id={"$in": [one["contact"] for one in intents]})
    people = {one["_id"]: one for one in await database["contacts"].find(wanted).to_list(None) if not one.get("erased")}
    return {"items": [
        {**_shown(one), **{key: people[one["contact"]].get(key) for key in ("name", "phone", "language")}}
        for one in intents if one["contact"] in people
    ], "next": None}  # fmt: skip


@router.get("/people/{id}/export")
async def export(request: Request, caller: Keeper, id: str) -> dict[str, Any]:
    """What notifications holds about a person: how they are reached, and the messages to them."""
    context = _context(request)
    if not caller.is_staff and not context.secrets.holds("manage", id, caller.link):
        raise not_found("person")
    contact = await context.database["contacts"].find_one(caller.scope.filter(_id=id))
    if contact is None or contact.get("erased"):
        raise not_found("person")
    found = await _intents(request).collection.find(caller.scope.filter(contact=id)).sort("_id").to_list(None)
    held = {key: contact.get(key) for key in ("name", "language", "email", "phone", "post")}
    return {"service": "notifications", "person_id": id, "contact": held, "messages": [_shown(one) for one in found]}


def _shown(intent: Document) -> dict[str, Any]:
    attempts = [{"at": rfc3339(one["at"]), "outcome": one["outcome"]} for one in intent["attempts"]]
    return {
        "id": intent["_id"], "kind": intent["kind"], "status": intent["status"], "at": rfc3339(intent["at"]),
        "attempts": attempts,
    }  # fmt: skip


def _intents(request: Request) -> Aggregates:
    intents: Aggregates = request.app.state.intents
    return intents


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context
