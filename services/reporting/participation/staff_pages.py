"""Pages of who takes part and what they need: for whoever prepares, whoever decides, and the programme office."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.text.languages import LANGUAGES
from services.reporting.http import frame, render
from services.reporting.participation.bars import bars
from services.reporting.participation.schemas import GatheringFigures
from services.reporting.permissions import ProgrammeOffice, Staff, sees_registrations
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting", include_in_schema=False)


@router.get("/programme")
async def show_programme(
    request: Request, caller: ProgrammeOffice, year: Filter = "", municipality: Filter = ""
) -> Response:
    """All municipalities in numbers, or one year or municipality of them."""
    chosen_year = int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None
    query = {"year": chosen_year or "", "municipality": municipality}
    return render(
        request,
        "staff/programme.html",
        programme=await get_services(request).programme.get_figures(chosen_year, municipality or None),
        year_chosen=chosen_year,
        municipality_chosen=municipality,
        query=urlencode({name: value for name, value in query.items() if value}),
        bars=bars,
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
    )


@router.get("/{tenant}/")
async def show_overview(request: Request, caller: Staff) -> Response:
    await frame(request, caller)
    services = get_services(request)
    get_figures = services.overview.get_live if sees_registrations(caller) else services.overview.get_frozen
    overview = await get_figures(caller.scope)
    return render(
        request,
        "staff/overview.html",
        overview=overview,
        measures=await services.measures.list_all(caller.scope),
        joint=await services.joint.list_all(caller.scope),
        home=f"/reporting/{caller.scope.tenant}/",
        coordinates="coordinator" in caller.roles,
        as_of=_moment(overview["as_of"]),
        gatherings=[_with_moments(one) for one in overview["participation"]],
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
    )


def _with_moments(gathering: GatheringFigures) -> dict[str, Any]:
    """A gathering with points in time, where the API gives text."""
    attended: dict[str, Any] | None = None
    if gathering["attended"]:
        meetings = [{**one, "starts_at": _moment(one["starts_at"])} for one in gathering["attended"]["meetings"]]
        attended = {**gathering["attended"], "meetings": meetings}
    return {**gathering, "starts_at": _moment(gathering["starts_at"]), "attended": attended}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
