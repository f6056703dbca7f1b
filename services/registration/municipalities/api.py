"""HTTP API of municipalities that take part: their list, closing and opening their pages."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.registration.http import read_idempotency_key
from services.registration.municipalities.schemas import MunicipalityResponse, Reason, Status
from services.registration.permissions import ProgrammeOffice, Public
from services.registration.response_models import Page
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.post("/municipalities/{slug}/suspension", response_model=Status, **refusals("not-a-tenant"))
async def suspend_municipality(
    request: Request, caller: ProgrammeOffice, slug: str, body: Reason, key: Key = None
) -> Response:
    """Close a municipality's pages for a while."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.suspension.suspend(slug, body.reason, idempotency_key, services.clock.now())
    return json_response(answer, 200, replayed)


@router.post("/municipalities/{slug}/resumption", response_model=Status, **refusals("being-deleted", "not-a-tenant"))
async def resume_municipality(request: Request, caller: ProgrammeOffice, slug: str, key: Key = None) -> Response:
    """Open a suspended municipality again."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key)
    answer, replayed = await services.suspension.resume(slug, idempotency_key, services.clock.now())
    return json_response(answer, 200, replayed)


@router.get("/municipalities", response_model=Page[MunicipalityResponse])
async def list_municipalities(request: Request, caller: Public, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Municipalities that take part, by short name."""
    return json_response(page(await get_services(request).municipalities.admitted(limit + 1, cursor), limit, "slug"))
