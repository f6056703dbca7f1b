"""HTTP API for staff: assessments and invitations. The workshop has a module of its own."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit
from chassis.storage.pagination import Cursor, page
from services.selfcheck.permissions import Coordinator, Staff
from services.selfcheck.routes import parts_of, repeatable
from services.selfcheck.schemas import NewAssessment, NewDeadline

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments")


@router.post("")
async def open_assessment(request: Request, caller: Coordinator, body: NewAssessment, key: Key = None) -> Response:
    parts = parts_of(request)
    once = repeatable(request, key, body)
    answer, replayed = await parts.assessments.open(caller.scope, body, once, parts.clock.now())
    parts.metrics.steps.labels(caller.scope.tenant, "opened").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.get("")
async def listed(
    request: Request, caller: Staff, limit: Limit = 100, cursor: Cursor = None, archived: bool = False
) -> Response:
    found = await parts_of(request).assessments.listed(caller.scope, limit + 1, cursor, archived)
    return json_response(page(found, limit, "id"))


@router.get("/{id}")
async def one(request: Request, caller: Staff, id: str) -> Response:
    return json_response(await parts_of(request).one(caller.scope, id))


@router.put("/{id}/deadline")
async def set_deadline(request: Request, caller: Coordinator, id: str, body: NewDeadline) -> Response:
    """By when people are asked to hand in. Earlier reminders count anew; whoever gets more time is told so."""
    parts = parts_of(request)
    answer, _ = await parts.keeping.set_deadline(caller.scope, id, body, repeatable(request, None), parts.clock.now())
    return json_response(answer)


@router.post("/{id}/archival")
async def archive(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Put a closed assessment away: it can be read and does not change any more."""
    parts = parts_of(request)
    answer, replayed = await parts.keeping.archive(caller.scope, id, repeatable(request, key), parts.clock.now())
    return json_response(answer, 200, replayed)


@router.post("/{id}/deletion")
async def delete(request: Request, caller: Coordinator, id: str, key: Key = None) -> Response:
    """Forget an assessment with all its answers. Repeating it gives the certificate again, with or without a key."""
    parts = parts_of(request)
    return json_response(await parts.keeping.delete(caller.scope, id, parts.clock.now()))


@router.get("/{id}/deletion")
async def certificate(request: Request, caller: Coordinator, id: str) -> Response:
    return json_response(await parts_of(request).keeping.certificate(caller.scope, id))
