"""HTTP of participation: the overview of a municipality, the figures of the programme."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from services.reporting.measures.agreed import counted
from services.reporting.permissions import ProgrammeOffice, Staff, sees_registrations
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1", tags=["participation"])


@router.get("/programme", summary="Figures of the programme")
async def programme(request: Request, caller: ProgrammeOffice) -> dict[str, Any]:
    """Counts per municipality, and of people by month, kind, language and channel: below 8 hidden, then rounded to 5."""
    return await get_services(request).programme.figures()


@router.get("/{tenant}/overview", summary="Participation, needs, self-checks and measures")
async def overview(request: Request, caller: Staff) -> dict[str, Any]:
    """Live for coordinators and the sign-up desk; for others as of the last night, with groups below 5 folded into `others`."""
    services = get_services(request)
    measures = await services.measures.listed(caller.scope)
    read = services.overview.live if sees_registrations(caller) else services.overview.frozen
    return await read(caller.scope) | {"measures": {"counts": counted(measures), "items": measures}}
