"""HTTP API of the audit trail of a gathering's seats."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from chassis.http.app import json_response
from chassis.http.base_schemas import Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, cursor_at, number_from_place
from services.registration.audit.schemas import AuditPage
from services.registration.audit.trail import as_json
from services.registration.permissions import Staff
from services.registration.response_models import file_of
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1/{tenant}/gatherings/{id}")


@router.get("/audit", response_model=AuditPage)
async def list_audit_entries(
    request: Request, caller: Staff, id: str, limit: Limit = 500, cursor: Cursor = None
) -> Response:
    """Every decision about seats, in order. `decided`: entries there will be once all that happened has arrived."""
    audit = get_services(request).audit
    decided = await audit.length(caller.scope, id)
    entries = await audit.page(caller.scope, id, limit + 1, number_from_place(cursor))
    following = cursor_at(str(entries[limit - 1].n)) if len(entries) > limit else None
    return json_response(
        {"items": [as_json(entry) for entry in entries[:limit]], "next": following, "decided": decided}
    )


@router.get("/audit.jsonl", response_class=Response, **file_of("application/jsonl"))
async def export_audit_trail(request: Request, caller: Staff, id: str) -> Response:
    """The whole trail, one entry a line, for `kommune audit`."""
    audit = get_services(request).audit
    await audit.length(caller.scope, id)
    return StreamingResponse(
        audit.lines(caller.scope, id),
        media_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="audit-{id}.jsonl"', "Cache-Control": "no-store"},
    )
