"""Pages on which an applicant's contact is corrected or erased: by themself behind their own link, and by the office when they call."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done, see_other
from chassis.text.translations import mark
from services.registration.applications.schemas import ApplicantContact
from services.registration.applications.staff_pages import (
    BRAND,
    ApplicationNumber,
    filled,
    new_form,
    query_of,
    received,
    show,
)
from services.registration.erasures.pages import certificate_context
from services.registration.json_values import as_json
from services.registration.permissions import ApplicantOfPage, ProgrammeOffice
from services.registration.services import get_services

router = APIRouter(prefix="/registration", include_in_schema=False)

OURS = "/applications/{slug}/{code}"
_TEXTS = {"name": mark("Please write a name on one line.")}


@router.post("/office/{slug}/contact")
async def correct_contact(
    request: Request, caller: ProgrammeOffice, slug: str, number: ApplicationNumber = None
) -> Response:
    form = await received(request, caller, f"contact:{slug}")
    merge(form, (await get_services(request).applications.get(caller, slug, number))["contact"])
    if await _corrected(request, caller, slug, form, number):
        return done(request, f"/registration/office/{slug}{query_of(number)}", SAVED)
    return await show(request, caller, slug, {"contact": form}, 422, number)


@router.post("/office/{slug}/erasure")
async def erase_contact(
    request: Request, caller: ProgrammeOffice, slug: str, number: ApplicationNumber = None
) -> Response:
    """The applicant asked for it."""
    form = await received(request, caller, f"forget:{slug}")
    if await _erase(request, caller, slug, form, number):
        return see_other(f"/registration/office/{slug}/erasure{query_of(number)}")
    return await show(request, caller, slug, {"forget": form}, 422, number)


@router.get("/office/{slug}/erasure")
async def show_certificate(
    request: Request, caller: ProgrammeOffice, slug: str, number: ApplicationNumber = None
) -> Response:
    return await _certificate(request, caller, slug, number)


@router.get(OURS + "/data")
async def show_own_data(request: Request, caller: ApplicantOfPage, slug: str, code: str) -> Response:
    """The applicant's contact, and erasing it."""
    applicant = caller.as_holder(code)
    return await _own(request, applicant, slug, None, None)


@router.post(OURS + "/contact")
async def correct_own_contact(request: Request, caller: ApplicantOfPage, slug: str, code: str) -> Response:
    applicant = caller.as_holder(code)
    form = await received(request, applicant, f"contact:{slug}")
    merge(form, await _current_values(request, applicant, slug))
    if await _corrected(request, applicant, slug, form):
        return done(request, f"/registration/applications/{slug}/{code}/data", SAVED)
    return await _own(request, applicant, slug, form, None, 422)


@router.post(OURS + "/erasure")
async def erase_own_contact(request: Request, caller: ApplicantOfPage, slug: str, code: str) -> Response:
    applicant = caller.as_holder(code)
    form = await received(request, applicant, f"forget:{slug}")
    if await _erase(request, applicant, slug, form):
        return see_other(f"/registration/applications/{slug}/{code}/erasure")
    return await _own(request, applicant, slug, None, form, 422)


@router.get(OURS + "/erasure")
async def show_own_certificate(request: Request, caller: ApplicantOfPage, slug: str, code: str) -> Response:
    return await _certificate(request, caller.as_holder(code), slug)


async def _corrected(request: Request, caller: Caller, slug: str, form: Form, number: int | None = None) -> bool:
    form.require("name", "email")
    if not form.ok:
        return False
    with form.refusals(texts=_TEXTS):
        entered = {name: form.value(name) or None for name in ("name", "email", "phone")}
        contact, services = ApplicantContact.typed(entered), get_services(request)
        await services.applications.correct(caller, slug, contact, services.clock.now(), number)
    return form.ok


async def _erase(request: Request, caller: Caller, slug: str, form: Form, number: int | None = None) -> bool:
    form.require("sure")
    if form.ok:
        services = get_services(request)
        contact_id = await services.applications.applicant(caller, slug, number)
        await services.erasures.begin_applicant(slug, contact_id, caller.is_staff)
    return form.ok


async def _certificate(request: Request, caller: Caller, slug: str, number: int | None = None) -> Response:
    services = get_services(request)
    contact_id = await services.applications.applicant(caller, slug, number)
    certificate = await services.erasures.of_applicant(slug, contact_id)
    return _render(request, "erased.html", **certificate_context(certificate), here="")


async def _own(
    request: Request, applicant: Caller, slug: str, contact: Form | None, forget: Form | None, status: int = 200
) -> Response:
    applications = get_services(request).applications
    application = await applications.get(applicant, slug)
    current_values = await _current_values(request, applicant, slug)
    return _render(
        request,
        "staff/application_data.html",
        status,
        application=application,
        here=f"/registration/applications/{slug}/{applicant.link}",
        current_values=current_values,
        contact=contact or filled(request, applicant, f"contact:{slug}", current_values),
        forget=forget or new_form(request, applicant, f"forget:{slug}"),
    )


async def _current_values(request: Request, applicant: Caller, slug: str) -> dict[str, Any]:
    """The contact as the form's fields hold it; nothing once it was erased."""
    contact = await get_services(request).applications.contact(applicant, slug)
    return as_json(contact) if contact.is_known else {}


def _render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    response: Response = request.app.state.pages.render(request, template, brand=BRAND, status=status, **context)
    return response
