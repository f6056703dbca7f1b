"""HTTP API of municipalities: application, admission, membership in a district."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.pagination import Cursor, page
from chassis.web import json_response
from services.registration.routes import Anyone, Applicant, Key, Limit, Office, parts_of, repeatable
from services.registration.schemas import Application, Decision, Membership

router = APIRouter(prefix="/registration/v1")


@router.post("/municipalities")
async def apply(request: Request, caller: Applicant, body: Application, key: Key = None) -> Response:
    parts = parts_of(request)
    answer, replayed = await parts.municipalities.apply(body, repeatable(request, key, body), parts.clock.now())
    return json_response(answer, 201, replayed)


@router.post("/municipalities/{slug}/decision")
async def decide(request: Request, caller: Office, slug: str, body: Decision, key: Key = None) -> Response:
    parts = parts_of(request)
    once = repeatable(request, key, body)
    answer, replayed = await parts.municipalities.decide(slug, body, once, parts.clock.now())
    return json_response(answer, 200, replayed)


@router.get("/municipalities")
async def municipalities(request: Request, caller: Anyone, limit: Limit = 100, cursor: Cursor = None) -> Response:
    return json_response(page(await parts_of(request).municipalities.admitted(limit + 1, cursor), limit, "slug"))


@router.put("/{tenant}/membership/{district}")
async def set_membership(request: Request, caller: Office, district: str, body: Membership) -> Response:
    parts = parts_of(request)
    return json_response(await parts.municipalities.set_membership(caller.scope, district, body, parts.clock.now()))
