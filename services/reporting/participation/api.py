"""HTTP of participation: the overview of a municipality, the figures of the programme."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.text.text_types import Identifier, bounded_integer
from services.reporting.http import Wanted, file
from services.reporting.measures.agreed import count_by_status
from services.reporting.participation import programme_files
from services.reporting.permissions import ProgrammeOffice, Staff, sees_registrations
from services.reporting.services import get_services
from services.reporting.workbook import MEDIA_TYPE

router = APIRouter(prefix="/reporting/v1", tags=["participation"])
Year = Annotated[int, bounded_integer(2000, 2100, in_address=True)]


@router.get("/programme", summary="Figures of the programme")
async def get_programme(
    request: Request, caller: ProgrammeOffice, year: Year | None = None, municipality: Identifier | None = None
) -> dict[str, Any]:
    """Counts per municipality, and of people by month, kind, language and channel: below 8 hidden, then rounded to 5."""
    return await get_services(request).programme.get_figures(year, municipality)


@router.get("/programme.csv", summary="Figures of the programme as a table", response_class=Response)
async def get_programme_csv(
    request: Request,
    caller: ProgrammeOffice,
    year: Year | None = None,
    municipality: Identifier | None = None,
    language: Wanted = None,
) -> Response:
    """One row for each number."""
    figures = await get_services(request).programme.get_figures(year, municipality)
    return file(programme_files.csv(figures, language or "de"), "text/csv; charset=utf-8", "programme.csv")


@router.get("/programme.xlsx", summary="Figures of the programme as a workbook", response_class=Response)
async def get_programme_workbook(
    request: Request,
    caller: ProgrammeOffice,
    year: Year | None = None,
    municipality: Identifier | None = None,
    language: Wanted = None,
) -> Response:
    """A sheet with a chart for each table."""
    figures = await get_services(request).programme.get_figures(year, municipality)
    content = await to_thread(programme_files.workbook, figures, language or "de")
    return file(content, MEDIA_TYPE, "programme.xlsx")


@router.get("/{tenant}/overview", summary="Participation, needs, self-checks and measures")
async def get_overview(request: Request, caller: Staff) -> dict[str, Any]:
    """Live for coordinators and the sign-up desk; for others as of the last night, with groups below 5 folded into `others`."""
    services = get_services(request)
    measures = await services.measures.list_all(caller.scope)
    get_figures = services.overview.get_live if sees_registrations(caller) else services.overview.get_frozen
    figures = await get_figures(caller.scope)
    return {**figures, "measures": {"counts": count_by_status(measures), "items": measures}}
