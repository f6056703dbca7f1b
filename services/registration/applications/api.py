"""HTTP API of applications: applying, asking back, deciding; who applied corrects or erases their data."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit, Number
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.registration.applications.schemas import (
    AnswerText,
    ApplicantContact,
    Application,
    ApplicationResponse,
    ApplicationState,
    Applied,
    ContactCorrected,
    Decided,
    Decision,
    ListedApplication,
    OpenedApplication,
    Question,
)
from services.registration.erasures.schemas import Certificate
from services.registration.http import read_idempotency_key
from services.registration.permissions import ApplicantByLink, NewApplicant, ProgrammeOffice, ProgrammeOfficeOrApplicant
from services.registration.response_models import Page
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")


def _application_number(application: Number | None = None, number: Number | None = None) -> int | None:
    return application or number


ApplicationNumber = Annotated[int | None, Depends(_application_number)]
"""The number of the application of a municipality that the office means (`application`, or `number` as it was called before). Needed where several
wait and one is to be decided. A link is of one alone."""


@router.post(
    "/municipalities", status_code=201, response_model=Applied, **refusals("slug-taken", "too-many-applications")
)
async def apply_to_take_part(request: Request, caller: NewApplicant, body: Application, key: Key = None) -> Response:
    """Ask to take part. Several may apply for one short name; the programme office decides."""
    services = get_services(request)
    answer, replayed = await services.applying.apply(
        body, read_idempotency_key(request, key, body), services.clock.now()
    )
    return json_response(answer, 201, replayed)


@router.post(
    "/municipalities/{slug}/decision",
    response_model=Decided,
    **refusals("already-decided", "application-needed", "others-wait"),
)
async def decide_application(
    request: Request,
    caller: ProgrammeOffice,
    slug: str,
    body: Decision,
    number: ApplicationNumber = None,
    key: Key = None,
) -> Response:
    """Admit or decline an application. Whoever applied becomes the first coordinator of a municipality that is admitted."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(
        request, key, {**body.model_dump(mode="json"), "application": number} if number else body
    )
    answer, replayed = await services.reviewing.decide(slug, body, idempotency_key, services.clock.now(), number)
    return json_response(answer, 200, replayed)


@router.get("/applications", response_model=Page[ListedApplication])
async def list_applications(
    request: Request,
    caller: ProgrammeOffice,
    status: ApplicationState | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """All that ever applied, with those that are tenants now, by slug."""
    return json_response(
        page(await get_services(request).applications.list_page(status, limit + 1, cursor), limit, "slug")
    )


@router.get("/municipalities/{slug}/application", response_model=OpenedApplication)
async def get_application(
    request: Request, caller: ProgrammeOfficeOrApplicant, slug: str, number: ApplicationNumber = None
) -> Response:
    """An application with what was asked and answered."""
    return json_response(await get_services(request).applications.get(caller, slug, number))


@router.put("/municipalities/{slug}/contact", response_model=ContactCorrected, **refusals("no-applicant"))
async def correct_applicant_contact(
    request: Request,
    caller: ProgrammeOfficeOrApplicant,
    slug: str,
    body: ApplicantContact,
    number: ApplicationNumber = None,
) -> Response:
    """Of an application that was not admitted: who is written to from now on."""
    services = get_services(request)
    return json_response(await services.applications.correct(caller, slug, body, services.clock.now(), number))


@router.post("/municipalities/{slug}/erasure", status_code=201, response_model=Certificate)
async def erase_applicant(
    request: Request, caller: ProgrammeOfficeOrApplicant, slug: str, number: ApplicationNumber = None
) -> Response:
    """Erase who applied; an application that is not decided is withdrawn with that. Asking again changes nothing."""
    services = get_services(request)
    contact_id = await services.applications.applicant(caller, slug, number)
    return json_response(await services.erasures.begin_applicant(slug, contact_id, caller.is_staff), 201)


@router.get("/municipalities/{slug}/erasure", response_model=Certificate)
async def get_applicant_erasure(
    request: Request, caller: ProgrammeOfficeOrApplicant, slug: str, number: ApplicationNumber = None
) -> Response:
    """The certificate: what each service removed and what stays."""
    services = get_services(request)
    contact_id = await services.applications.applicant(caller, slug, number)
    return json_response(await services.erasures.of_applicant(slug, contact_id))


@router.post(
    "/municipalities/{slug}/questions",
    status_code=201,
    response_model=ApplicationResponse,
    **refusals("already-decided", "application-needed", "too-many-questions"),
)
async def ask_applicant(
    request: Request,
    caller: ProgrammeOffice,
    slug: str,
    body: Question,
    number: ApplicationNumber = None,
    key: Key = None,
) -> Response:
    """Ask an applicant back; they are told by mail and answer behind their link."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(
        request, key, {**body.model_dump(mode="json"), "application": number} if number else body
    )
    answer, replayed = await services.reviewing.ask(slug, body.question, idempotency_key, services.clock.now(), number)
    return json_response(answer, 201, replayed)


@router.post(
    "/municipalities/{slug}/answers",
    status_code=201,
    response_model=ApplicationResponse,
    **refusals("already-decided", "nothing-asked"),
)
async def answer_office(
    request: Request, caller: ApplicantByLink, slug: str, body: AnswerText, key: Key = None
) -> Response:
    """Answer all that is open."""
    services = get_services(request)
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await services.reviewing.answer(caller, slug, body.answer, idempotency_key, services.clock.now())
    return json_response(answer, 201, replayed)
