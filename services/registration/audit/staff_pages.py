"""The audit trail of a gathering's seats, to be read by its staff and handed to whoever checks it."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, cursor_at, number_from_place
from services.registration.page_context import page_context, with_times
from services.registration.permissions import Staff

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)

SHOWN = 200


@router.get("/audit")
async def show_audit_trail(request: Request, caller: Staff, id: str, after: Cursor = None) -> Response:
    """Every decision in order, and whether all of them follow from the rules."""
    page = await page_context(request, caller, staff=True)
    audit = page.services.audit
    decided = await audit.length(page.scope, id)
    entries = await audit.page(page.scope, id, SHOWN + 1, number_from_place(after))
    return page.render(
        "staff/audit.html",
        gathering=with_times(await page.services.gatherings.get_for_planning(page.scope, id, page.now)),
        here=f"{page.home}desk/{id}",
        entries=entries[:SHOWN],
        next=cursor_at(str(entries[SHOWN - 1].n)) if len(entries) > SHOWN else None,
        decided=decided,
        verdict=await audit.verdict(page.scope, id),
        download=f"/registration/v1/{page.scope.tenant}/gatherings/{id}/audit.jsonl",
    )
