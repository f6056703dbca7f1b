"""HTTP of figures that a municipality enters of itself."""

from __future__ import annotations

from fastapi import Request

from chassis.http.routing import APIRouter
from services.reporting.own_figures.schemas import OwnFiguresBody, OwnFiguresResponse, own_figure
from services.reporting.permissions import Coordinator, Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}/own-figures", tags=["similar municipalities"])


@router.get("", response_model=OwnFiguresResponse, summary="Public figures that the municipality entered of itself")
async def get_own_figures(request: Request, caller: Staff) -> OwnFiguresResponse:
    return OwnFiguresResponse.of(await get_services(request).own_figures.get(caller.scope))


@router.put("", response_model=OwnFiguresResponse, summary="Enter public figures of the municipality")
async def replace_own_figures(request: Request, caller: Coordinator, body: OwnFiguresBody) -> OwnFiguresResponse:
    """Share of foreign nationals and fiscal strength, which the official list does not have. They take part in the comparison with
    municipalities that entered them too; what is left out is taken away."""
    foreigners, fiscal_strength = own_figure(body.foreigners), own_figure(body.fiscal_strength)
    return OwnFiguresResponse.of(
        await get_services(request).own_figures.enter(caller.scope, foreigners, fiscal_strength)
    )
