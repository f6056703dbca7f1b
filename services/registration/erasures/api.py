"""HTTP API of the rights of a person: erasure with its certificate, export."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.registration.domain.consent import Purpose
from services.registration.erasures.schemas import (
    Certificate,
    ConsentDecision,
    Consents,
    ErasureRequest,
    ListedErasure,
    Pass,
    PersonExport,
    Remaining,
)
from services.registration.permissions import Coordinator, CoordinatorOrHolder, DeskOrHolder
from services.registration.response_models import Page
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


@router.post("/{tenant}/erasures", status_code=201, response_model=Certificate)
async def erase_person(request: Request, caller: CoordinatorOrHolder, body: ErasureRequest) -> Response:
    """Asking again changes nothing, with or without a key."""
    answer, replayed = await get_services(request).erasures.request(caller, body)
    return json_response(answer, 201, replayed)


@router.get("/{tenant}/erasures", response_model=Page[ListedErasure])
async def list_erasures(request: Request, caller: Coordinator, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Erasures on request and by rule; those by rule name what they belong to (`about`) and how many people."""
    services = get_services(request)
    return json_response(page(await services.erasures.list_page(caller.scope, limit + 1, cursor), limit, "id"))


@router.get("/{tenant}/erasures/{id}", response_model=Certificate)
async def get_erasure_certificate(request: Request, caller: CoordinatorOrHolder, id: str) -> Response:
    """The certificate of an erasure: what each service removed and what stays."""
    return json_response(await get_services(request).erasures.certificate(caller, id))


@router.get("/{tenant}/people/{id}/export", response_model=PersonExport)
async def export_person(request: Request, caller: CoordinatorOrHolder, id: str) -> Response:
    """All that registration holds of a person, to take along."""
    return json_response(await get_services(request).person_exports.export(caller, id))


@router.post("/{tenant}/people/{id}/pass", response_model=Pass)
async def create_pass(request: Request, caller: CoordinatorOrHolder, id: str) -> Response:
    """A pass of five minutes, with which the holder of the link asks reporting for what it holds (`Authorization: Link <pass>`)."""
    return json_response(await get_services(request).person_exports.new_pass(caller, id))


@router.put("/{tenant}/people/{id}/consents/{purpose}", response_model=Consents)
async def set_consent(
    request: Request, caller: DeskOrHolder, id: str, purpose: Purpose, body: ConsentDecision
) -> Response:
    """Give an optional consent or take it back; saying it again changes nothing."""
    people = get_services(request).person_exports
    return json_response(await people.decide(caller, id, purpose, body.granted, body.text_version))


@router.get("/{tenant}/gatherings/{id}/remaining", response_model=Remaining)
async def get_remaining_data(request: Request, caller: Coordinator, id: str) -> Response:
    """How many registrations still hold which personal field, when they go, and what went already."""
    return json_response(await get_services(request).remaining.of_gathering(caller.scope, id))
