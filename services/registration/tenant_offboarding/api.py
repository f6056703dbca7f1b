"""HTTP API of the deletion of a municipality: announced, called off, with its certificate."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.registration.http import read_idempotency_key
from services.registration.permissions import ProgrammeOffice
from services.registration.services import get_services
from services.registration.tenant_offboarding.schemas import CalledOff, Deletion, DeletionCertificate

router = APIRouter(prefix="/registration/v1")


@router.post(
    "/municipalities/{slug}/deletion",
    status_code=201,
    response_model=DeletionCertificate,
    **refusals("leaving-already", "not-a-tenant"),
)
async def announce_deletion(
    request: Request, caller: ProgrammeOffice, slug: str, body: Deletion, key: Key = None
) -> Response:
    """Announced now, carried out after the delay."""
    offboarding, idempotency_key = get_services(request).offboarding, read_idempotency_key(request, key, body)
    answer, replayed = await offboarding.announce(slug, body.reason, timedelta(days=body.days), idempotency_key)
    return json_response(answer, 201, replayed)


@router.post(
    "/municipalities/{slug}/deletion/calling-off", response_model=CalledOff, **refusals("being-deleted", "not-leaving")
)
async def call_off_deletion(request: Request, caller: ProgrammeOffice, slug: str, key: Key = None) -> Response:
    """The municipality stays after all."""
    answer, replayed = await get_services(request).offboarding.call_off(slug, read_idempotency_key(request, key))
    return json_response(answer, 200, replayed)


@router.get("/municipalities/{slug}/deletion", response_model=DeletionCertificate)
async def get_deletion(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    """The certificate: what each service removed and what remains."""
    return json_response(await get_services(request).offboarding.certificate(slug))
