"""HTTP of the series over the years."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.routing import APIRouter
from services.reporting.permissions import Staff
from services.reporting.series.lines import as_json
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1", tags=["series"])


@router.get("/{tenant}/series", summary="Closed self-checks over time")
async def get_series(request: Request, caller: Staff) -> dict[str, Any]:
    """Lines across what is the same or comparable, and why a line breaks."""
    return as_json(await get_services(request).series.list_all(caller.scope))
