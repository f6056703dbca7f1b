"""HTTP API of a municipality's profile, crest and legal texts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from services.registration.municipalities.schemas_settings import NewText, ProfileChange, Subject
from services.registration.permissions import Anybody, Coordinator, CoordinatorOrProgrammeOffice
from services.registration.routes import parts_of, repeatable

router = APIRouter(prefix="/registration/v1/{tenant}")


@router.get("/profile")
async def profile(request: Request, caller: Anybody) -> Response:
    return json_response(await parts_of(request).administration.profiles.shown(caller.scope))


@router.patch("/profile")
@router.put("/profile")
async def change(request: Request, caller: CoordinatorOrProgrammeOffice, body: ProfileChange) -> Response:
    """Fields that are sent are set, the others stay."""
    by_office = "programme_office" in caller.roles
    return json_response(await parts_of(request).administration.profiles.change(caller.scope, body, by_office))


@router.put("/profile/crest")
async def set_crest(request: Request, caller: Coordinator) -> Response:
    """The body is the picture itself, SVG or PNG."""
    return json_response(await parts_of(request).administration.profiles.set_crest(caller.scope, await request.body()))


@router.delete("/profile/crest")
async def remove_crest(request: Request, caller: Coordinator) -> Response:
    return json_response(await parts_of(request).administration.profiles.set_crest(caller.scope, None))


@router.get("/texts/{subject}")
async def versions(request: Request, caller: Anybody, subject: Subject) -> Response:
    found = await parts_of(request).administration.texts.versions(caller.scope, subject)
    return json_response({"items": found, "next": None})


@router.get("/texts/{subject}/{version}")
async def version(request: Request, caller: Anybody, subject: Subject, version: str) -> Response:
    return json_response(await parts_of(request).administration.texts.one(caller.scope, subject, version))


@router.post("/texts/{subject}")
async def publish(request: Request, caller: Coordinator, subject: Subject, body: NewText, key: Key = None) -> Response:
    once = repeatable(request, key, body)
    answer, replayed = await parts_of(request).administration.texts.publish(caller.scope, subject, body, once)
    return json_response(answer, 201, replayed)
