"""HTTP API of a municipality's profile, crest and legal texts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from services.registration.permissions import Anybody, Coordinator, CoordinatorOrProgrammeOffice
from services.registration.requests import repeatable
from services.registration.services import get_services
from services.registration.settings.schemas import NewText, ProfileChange, Subject

router = APIRouter(prefix="/registration/v1/{tenant}")


@router.get("/profile")
async def profile(request: Request, caller: Anybody) -> Response:
    return json_response(await get_services(request).profiles.shown(caller.scope))


@router.patch("/profile")
@router.put("/profile")
async def change(request: Request, caller: CoordinatorOrProgrammeOffice, body: ProfileChange) -> Response:
    """Fields that are sent are set, the others stay."""
    by_office = "programme_office" in caller.roles
    return json_response(await get_services(request).profiles.change(caller.scope, body, by_office))


@router.put("/profile/crest")
async def set_crest(request: Request, caller: Coordinator) -> Response:
    """The body is the picture itself, SVG or PNG."""
    return json_response(await get_services(request).profiles.set_crest(caller.scope, await request.body()))


@router.delete("/profile/crest")
async def remove_crest(request: Request, caller: Coordinator) -> Response:
    return json_response(await get_services(request).profiles.set_crest(caller.scope, None))


@router.get("/texts/{subject}")
async def versions(request: Request, caller: Anybody, subject: Subject) -> Response:
    found = await get_services(request).legal_texts.versions(caller.scope, subject)
    return json_response({"items": found, "next": None})


@router.get("/texts/{subject}/{version}")
async def version(request: Request, caller: Anybody, subject: Subject, version: str) -> Response:
    return json_response(await get_services(request).legal_texts.one(caller.scope, subject, version))


@router.post("/texts/{subject}")
async def publish(request: Request, caller: Coordinator, subject: Subject, body: NewText, key: Key = None) -> Response:
    once = repeatable(request, key, body)
    answer, replayed = await get_services(request).legal_texts.publish(caller.scope, subject, body, once)
    return json_response(answer, 201, replayed)
