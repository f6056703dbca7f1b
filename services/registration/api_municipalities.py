"""HTTP API of municipalities: application, admission, membership in a district."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response

from chassis.audience import Audience, Caller
from chassis.pagination import Cursor, page
from chassis.web import json_response
from services.registration.routes import Anyone, Applicant, Key, Limit, Office, parts_of, repeatable
from services.registration.schemas import Application, Decision, Membership
from services.registration.schemas_settings import AnswerText, Question

router = APIRouter(prefix="/registration/v1")

OfficeOrApplicant = Annotated[Caller, Audience("programme_office", link=True)]
LinkOfApplicant = Annotated[Caller, Audience(link=True)]
Standing = Literal["applied", "declined", "admitted", "suspended", "deleted"]


@router.post("/municipalities")
async def apply(request: Request, caller: Applicant, body: Application, key: Key = None) -> Response:
    parts = parts_of(request)
    answer, replayed = await parts.administration.applications.apply(
        body, repeatable(request, key, body), parts.clock.now()
    )
    return json_response(answer, 201, replayed)


@router.post("/municipalities/{slug}/decision")
async def decide(request: Request, caller: Office, slug: str, body: Decision, key: Key = None) -> Response:
    parts = parts_of(request)
    once = repeatable(request, key, body)
    answer, replayed = await parts.administration.applications.decide(slug, body, once, parts.clock.now())
    return json_response(answer, 200, replayed)


@router.get("/applications")
async def applications(
    request: Request, caller: Office, status: Standing | None = None, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """All that ever applied, with those that are tenants now, by slug."""
    return json_response(
        page(await parts_of(request).administration.applications.listed(status, limit + 1, cursor), limit, "slug")
    )


@router.get("/municipalities/{slug}/application")
async def application(request: Request, caller: OfficeOrApplicant, slug: str) -> Response:
    return json_response(await parts_of(request).administration.applications.one(caller, slug))


@router.post("/municipalities/{slug}/questions")
async def ask(request: Request, caller: Office, slug: str, body: Question, key: Key = None) -> Response:
    parts = parts_of(request)
    once = repeatable(request, key, body)
    answer, replayed = await parts.administration.applications.ask(slug, body.question, once, parts.clock.now())
    return json_response(answer, 201, replayed)


@router.post("/municipalities/{slug}/answers")
async def answer(request: Request, caller: LinkOfApplicant, slug: str, body: AnswerText, key: Key = None) -> Response:
    parts = parts_of(request)
    once = repeatable(request, key, body)
    found, replayed = await parts.administration.applications.answer(caller, slug, body.answer, once, parts.clock.now())
    return json_response(found, 201, replayed)


@router.get("/municipalities")
async def municipalities(request: Request, caller: Anyone, limit: Limit = 100, cursor: Cursor = None) -> Response:
    return json_response(
        page(await parts_of(request).administration.municipalities.admitted(limit + 1, cursor), limit, "slug")
    )


@router.put("/{tenant}/membership/{district}")
async def set_membership(request: Request, caller: Office, district: str, body: Membership) -> Response:
    parts = parts_of(request)
    return json_response(
        await parts.administration.municipalities.set_membership(caller.scope, district, body, parts.clock.now())
    )
