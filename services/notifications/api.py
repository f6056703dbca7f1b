"""HTTP of notifications: what was sent, and whom to call."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field

from chassis.clock import rfc3339
from chassis.http.app import json_response
from chassis.http.base_schemas import RequestModel
from chassis.http.permissions import Caller, Permission
from chassis.http.problems import conflict, not_found
from chassis.service import ServiceContext
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from chassis.storage.mongo import Document
from chassis.storage.pagination import Cursor, page
from services.notifications.call_list import CallList, Outcome
from services.notifications.letters import Letters

router = APIRouter(prefix="/notifications/v1/{tenant}")
Coordinator = Annotated[Caller, Permission("coordinator")]
Intake = Annotated[Caller, Permission("coordinator", "intake")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]


class Printed(RequestModel):
    ids: list[str] = Field(min_length=1, max_length=200)


class CallOutcome(RequestModel):
    outcome: Outcome


@router.get("/messages")
async def messages(
    request: Request,
    caller: Coordinator,
    status: str | None = None,
    kind: str | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Messages without their recipients, by id."""
    wanted = {key: value for key, value in (("status", status), ("kind", kind)) if value}
    if cursor:
        wanted["_id"] = {"$gt": cursor}  # type: ignore[assignment]
    found = (
        await intents_of(request)
        .collection.find(caller.scope.filter(**wanted))
        .sort("_id")
        .limit(limit + 1)
        .to_list(None)
    )
    return page([_shown(one) for one in found], limit, "id")


@router.get("/messages/{id}")
async def message(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """One message with each attempt."""
    found = await intents_of(request).load(caller.scope, id)
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
        return Change(
            set={"status": "pending", "due_at": now, "at": now, "failed": []}, answer={"id": id, "status": "pending"}
        )

    done = await intents_of(request).execute(caller.scope, id, decide, now)
    if done is None:
        raise not_found("message")
    answer: dict[str, Any] = done[0]
    return answer


@router.get("/call-list")
async def call_list(request: Request, caller: Intake) -> dict[str, Any]:
    """People whom somebody has to call, because nothing written reaches them: those never tried first."""
    return {"items": await calls_of(request).entries(caller.scope), "next": None}


@router.post("/call-list/{id}/outcome")
async def outcome(request: Request, caller: Intake, id: str, body: CallOutcome, key: Key = None) -> Response:
    """What came of a call: reached, comes, cancels, not reached, wrong number."""
    secrets = _context(request).secrets
    once = Repeatable.of(secrets, f"{request.method} {request.url.path}", key, body)
    answer, replayed = await calls_of(request).settle(caller.scope, id, body.outcome, once)
    return json_response(answer, 200, replayed)


@router.get("/letters")
async def letters(request: Request, caller: Intake) -> dict[str, Any]:
    """Letters that are to be printed, oldest first."""
    return {"items": await letters_of(request).waiting(caller.scope), "next": None}


@router.get("/letters.pdf")
async def letters_pdf(request: Request, caller: Intake) -> Response:
    """All of them, one a page, for window envelopes. Printing changes nothing; `POST letters/printed` does."""
    municipality = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    if municipality is None:
        raise not_found("municipality")
    content = await letters_of(request).pdf(caller.scope, municipality)
    headers = {"Content-Disposition": 'inline; filename="letters.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/letters/printed")
async def letters_printed(request: Request, caller: Intake, body: Printed) -> dict[str, Any]:
    """These are in the post and are not printed again. Repeating it changes nothing."""
    return {"printed": await letters_of(request).printed(caller.scope, body.ids)}


def _shown(intent: Document) -> dict[str, Any]:
    attempts = [{"at": rfc3339(one["at"]), "outcome": one["outcome"]} for one in intent["attempts"]]
    return {
        "id": intent["_id"],
        "kind": intent["kind"],
        "status": intent["status"],
        "at": rfc3339(intent["at"]),
        "attempts": attempts,
    }


def calls_of(request: Request) -> CallList:
    calls: CallList = request.app.state.calls
    return calls


def letters_of(request: Request) -> Letters:
    found: Letters = request.app.state.letters
    return found


def intents_of(request: Request) -> Aggregates:
    intents: Aggregates = request.app.state.intents
    return intents


def _context(request: Request) -> ServiceContext:
    context: ServiceContext = request.app.state.context
    return context
