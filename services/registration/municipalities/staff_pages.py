"""Pages of the programme office about one municipality: district, suspension, deletion with its certificate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done
from chassis.storage.tenancy import of_document
from chassis.text.translations import mark
from services.registration.applications.staff_pages import form_key, moment, received, render, show
from services.registration.erasures.certificate import PARTS
from services.registration.memberships.schemas import Membership
from services.registration.municipalities.schemas import Reason
from services.registration.permissions import ProgrammeOffice
from services.registration.services import get_services
from services.registration.settings.schemas import ProfileChange
from services.registration.staff.schemas import CoordinatorAppointment
from services.registration.tenant_offboarding.schemas import Deletion

router = APIRouter(prefix="/registration/office/{slug}", include_in_schema=False)

SAID_BY_RULES = (
    mark("events without names, addresses or answers, from which figures can be counted again"),
    mark("that the municipality took part and when it left, with this certificate"),
)
"""Sentences of the use cases, marked for the catalogues here."""


@router.post("/suspension")
async def suspend_municipality(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    async def act(form: Form) -> None:
        body = Reason(reason=form.value("reason"))
        services = get_services(request)
        idempotency_key = form_key(request, caller, f"suspend {slug}", form)
        await services.suspension.suspend(slug, body.reason, idempotency_key, services.clock.now())

    return await _act(request, caller, slug, "suspend", ("reason",), act)


@router.post("/resumption")
async def resume_municipality(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    async def act(form: Form) -> None:
        services = get_services(request)
        idempotency_key = form_key(request, caller, f"resume {slug}", form)
        await services.suspension.resume(slug, idempotency_key, services.clock.now())

    return await _act(request, caller, slug, "resume", (), act)


@router.post("/deletion")
async def announce_deletion(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    async def act(form: Form) -> None:
        body = Deletion.typed({"reason": form.value("reason"), "days": form.value("days")})
        idempotency_key = form_key(request, caller, f"leave {slug}", form)
        await get_services(request).offboarding.announce(slug, body.reason, timedelta(days=body.days), idempotency_key)

    return await _act(request, caller, slug, "leave", ("reason", "days", "sure"), act)


@router.post("/calling-off")
async def call_off_deletion(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    async def act(form: Form) -> None:
        idempotency_key = form_key(request, caller, f"stay {slug}", form)
        await get_services(request).offboarding.call_off(slug, idempotency_key)

    return await _act(request, caller, slug, "stay", (), act)


@router.post("/coordinator")
async def appoint_coordinator(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    async def act(form: Form) -> None:
        body = CoordinatorAppointment(email=form.value("email"), name=form.value("name") or None)
        services, scope = get_services(request), of_document({"tenant": slug})
        await services.staff.appoint(scope, body)
        await services.erasures.successor_found(scope)

    return await _act(request, caller, slug, "appoint", ("email",), act)


@router.post("/key")
async def change_municipality_key(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    """The official key (AGS), by which the municipality stands in the official list."""

    profiles, scope = get_services(request).profiles, of_document({"tenant": slug})
    stored = {"ags": (await profiles.get_public(scope))["ags"]}

    async def act(form: Form) -> None:
        await profiles.change(scope, ProfileChange.typed({"ags": form.value("ags")}), by_office=True)

    return await _act(request, caller, slug, "key", ("ags",), act, stored)


@router.post("/membership")
async def set_membership(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    async def act(form: Form) -> None:
        body = Membership.typed(
            {"valid_from": form.value("valid_from"), "valid_until": form.value("valid_until") or None}
        )
        services = get_services(request)
        scope = of_document({"tenant": slug})
        await services.municipalities.set_membership(scope, form.value("district"), body, services.clock.now())

    return await _act(request, caller, slug, "member", ("district", "valid_from"), act)


@router.post("/withdrawal")
async def withdraw_membership(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    """A membership that was a mistake."""

    async def act(form: Form) -> None:
        services, scope = get_services(request), of_document({"tenant": slug})
        day = Membership.typed({"valid_from": form.value("valid_from")}).valid_from
        await services.municipalities.withdraw(scope, form.value("district"), day, services.clock.now())

    return await _act(request, caller, slug, "withdraw", ("district", "valid_from"), act)


@router.get("/certificate")
async def show_certificate(request: Request, caller: ProgrammeOffice, slug: str) -> Response:
    """Show the certificate of the deletion, to be printed."""
    certificate = await get_services(request).offboarding.certificate(slug)
    times = {name: moment(certificate[name]) for name in ("announced_at", "deletion_at", "begun_at", "deleted_at")}
    receipts = {name: {**one, "at": moment(one["at"])} for name, one in certificate["receipts"].items()}
    certificate = {**certificate, **times, "receipts": receipts}
    return render(request, "staff/office_certificate.html", certificate=certificate, parts=PARTS)


async def _act(
    request: Request,
    caller: Caller,
    slug: str,
    name: str,
    required: tuple[str, ...],
    act: Callable[[Form], Awaitable[Any]],
    stored: Mapping[str, Any] | None = None,
) -> Response:
    """Answer the form of one step of the office; with mistakes it is shown again in its place. `stored`: what the form showed, as it is by
    now."""
    form = await received(request, caller, f"{name}:{slug}")
    if stored is not None:
        merge(form, stored)
    form.require(*required)
    if form.ok:
        with form.refusals():
            await act(form)
            return done(request, f"/registration/office/{slug}", SAVED)
    return await show(request, caller, slug, {name: form}, 422)
