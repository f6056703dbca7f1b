"""HTTP of the series over the years."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request

from chassis.http.permissions import ANY_STAFF, Caller, Permission
from services.reporting.series import Series, as_json, series_of
from services.reporting.store import Reports

router = APIRouter(prefix="/reporting/v1")
Staff = Annotated[Caller, Permission(*ANY_STAFF)]


@router.get("/{tenant}/series")
async def series(request: Request, caller: Staff) -> dict[str, Any]:
    """Closed self-checks over time: lines across what is the same or comparable, and why a line breaks."""
    return as_json(await of_municipality(request, caller))


async def of_municipality(request: Request, caller: Caller) -> list[Series]:
    """All series of the caller's municipality."""
    reports: Reports = request.app.state.reports
    return series_of(*await reports.closed(caller.scope))
