"""HTTP API of municipalities: application, admission, suspension, deletion."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit, Number
from chassis.storage.pagination import Cursor, page
from chassis.storage.tenancy import of_document
from services.registration.applications.schemas import ApplicantContact, Application, Decision
from services.registration.permissions import (
    ApplicantByLink,
    NewApplicant,
    ProgrammeOffice,
    ProgrammeOfficeOrApplicant,
    Public,
)
from services.registration.requests import repeatable
from services.registration.services import get_services
from services.registration.settings.schemas import AnswerText, CoordinatorAppointment, Deletion, Question, Reason

router = APIRouter(prefix="/registration/v1")


def _which(application: Number | None = None, number: Number | None = None) -> int | None:
    return application or number


Which = Annotated[int | None, Depends(_which)]
"""Which application of a municipality the office means (`application`, or `number` as it was called before). Needed where several
wait and one is to be decided. A link is of one alone."""
Standing = Literal["applied", "declined", "withdrawn", "admitted", "suspended", "deleted"]


@router.post("/municipalities")
async def apply(request: Request, caller: NewApplicant, body: Application, key: Key = None) -> Response:
    services = get_services(request)
    answer, replayed = await services.applying.apply(body, repeatable(request, key, body), services.clock.now())
    return json_response(answer, 201, replayed)


@router.post("/municipalities/{slug}/decision")
async def decide(
    request: Request, caller: ProgrammeOffice, slug: str, body: Decision, which: Which = None, key: Key = None
) -> Response:
    services = get_services(request)
    once = repeatable(request, key, {**body.model_dump(mode="json"), "application": which} if which else body)
    answer, replayed = await services.reviewing.decide(slug, body, once, services.clock.now(), which)
    return json_response(answer, 200, replayed)


@router.get("/applications")
async def applications(
    request: Request, caller: ProgrammeOffice, status: Standing | None = None, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """All that ever applied, with those that are tenants now, by slug."""
    return json_response(
        page(await get_services(request).applications.listed(status, limit + 1, cursor), limit, "slug")
    )


@router.get("/municipalities/{slug}/application")
async def application(request: Request, caller: ProgrammeOfficeOrApplicant, slug: str, which: Which = None) -> Response:
    return json_response(await get_services(request).applications.one(caller, slug, which))


@router.put("/municipalities/{slug}/contact")
async def correct(
    request: Request, caller: ProgrammeOfficeOrApplicant, slug: str, body: ApplicantContact, which: Which = None
) -> Response:
    """Of an application that was not admitted: who is written to from now on."""
    services = get_services(request)
    return json_response(await services.applications.correct(caller, slug, body, services.clock.now(), which))


@router.post("/municipalities/{slug}/erasure")
async def forget(request: Request, caller: ProgrammeOfficeOrApplicant, slug: str, which: Which = None) -> Response:
    """Forget who applied; an application that is not decided is withdrawn with that. Asking again changes nothing."""
    services = get_services(request)
    contact_id = await services.applications.applicant(caller, slug, which)
    return json_response(await services.erasures.begin_applicant(slug, contact_id, caller.is_staff), 201)


@router.get("/municipalities/{slug}/erasure")
async def erasure(request: Request, caller: ProgrammeOfficeOrApplicant, slug: str, which: Which = None) -> Response:
    """The certificate: what each service removed and what stays."""
    services = get_services(request)
    contact_id = await services.applications.applicant(caller, slug, which)
    return json_response(await services.erasures.of_applicant(slug, contact_id))


@router.put("/municipalities/{slug}/coordinator")
async def appoint(request: Request, caller: ProgrammeOffice, slug: str, body: CoordinatorAppointment) -> Response:
    """Somebody coordinates the municipality from now on, besides those who do already; whoever is new is invited by mail."""
    services = get_services(request)
    scope = of_document({"tenant": slug})
    appointed = await services.staff.appoint(scope, body)
    await services.erasures.successor_found(scope)
    return json_response(appointed)


@router.post("/municipalities/{slug}/questions")
async def ask(
    request: Request, caller: ProgrammeOffice, slug: str, body: Question, which: Which = None, key: Key = None
) -> Response:
    services = get_services(request)
    once = repeatable(request, key, {**body.model_dump(mode="json"), "application": which} if which else body)
    answer, replayed = await services.reviewing.ask(slug, body.question, once, services.clock.now(), which)
    return json_response(answer, 201, replayed)


@router.post("/municipalities/{slug}/answers")
async def answer(request: Request, caller: ApplicantByLink, slug: str, body: AnswerText, key: Key = None) -> Response:
    services = get_services(request)
    once = repeatable(request, key, body)
    found, replayed = await services.reviewing.answer(caller, slug, body.answer, once, services.clock.now())
    return json_response(found, 201, replayed)


@router.post("/municipalities/{slug}/suspension")
async def suspend(request: Request, caller: ProgrammeOffice, slug: str, body: Reason, key: Key = None) -> Response:
    services = get_services(request)
    once = repeatable(request, key, body)
    found, replayed = await services.suspension.suspend(slug, body.reason, once, services.clock.now())
    return json_response(found, 200, replayed)


@router.post("/municipalities/{slug}/resumption")
async def resume(request: Request, caller: ProgrammeOffice, slug: str, key: Key = None) -> Response:
    services = get_services(request)
    once = repeatable(request, key)
    found, replayed = await services.suspension.resume(slug, once, services.clock.now())
    return json_response(found, 200, replayed)


@router.post("/municipalities/{slug}/deletion")
async def announce_deletion(
    request: Request, caller: ProgrammeOffice, slug: str, body: Deletion, key: Key = None
) -> Response:
    """Announced now, carried out after the delay."""
    leaving, once = get_services(request).offboarding, repeatable(request, key, body)
    found, replayed = await leaving.announce(slug, body.reason, timedelta(days=body.days), once)
    return json_response(found, 201, replayed)


@router.post("/municipalities/{slug}/deletion/calling-off")
async def call_off_deletion(request: Request, caller: ProgrammeOffice, slug: str, key: Key = None) -> Response:
    found, replayed = await get_services(request).offboarding.call_off(slug, repeatable(request, key))
    return json_response(found, 200, replayed)


@router.get("/municipalities/{slug}/deletion")
async def deletion(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    """The certificate: what each service removed and what remains."""
    return json_response(await get_services(request).offboarding.certificate(slug))


@router.get("/municipalities")
async def municipalities(request: Request, caller: Public, limit: Limit = 100, cursor: Cursor = None) -> Response:
    return json_response(page(await get_services(request).municipalities.admitted(limit + 1, cursor), limit, "slug"))
