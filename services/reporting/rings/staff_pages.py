"""Pages of rings."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done
from services.reporting.domain.ring import Invite, Join, Leave, Remove
from services.reporting.http import form_key, frame, new_form, received, render
from services.reporting.permissions import Coordinator, Staff
from services.reporting.rings.schemas import DocumentBody, InvitationBody, MeasureBody, MeetingBody, RingBody
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/rings", include_in_schema=False)


@router.get("")
async def show_rings(request: Request, caller: Staff) -> Response:
    return await _rings_page(request, caller, new_form(request, caller, "ring:new"))


@router.post("")
async def create_ring(request: Request, caller: Coordinator) -> Response:
    """Found a ring."""
    form = await received(request, caller, "ring:new")
    if form.ok:
        with form.refusals():
            entered = {"title": form.value("title"), "purpose": form.value("purpose")}
            body = RingBody.typed({**entered, "municipalities": form.chosen("municipalities")})
            ring, _ = await get_services(request).rings.create(
                caller.scope, body, form_key(request, caller, "rings", form)
            )
            return done(request, f"{_here(caller)}/{ring['id']}", SAVED)
    return await _rings_page(request, caller, form, 422)


@router.get("/{id}")
async def show_ring(request: Request, caller: Staff, id: str) -> Response:
    return await _ring_page(request, caller, id, new_form(request, caller, f"ring:{id}"))


@router.post("/{id}")
async def change_ring(request: Request, caller: Coordinator, id: str) -> Response:
    """What a button says: join, leave, invite, add or remove."""
    form = await received(request, caller, f"ring:{id}")
    button = form.value("button")
    if button == "status":
        measures = (await get_services(request).rings.get(caller.scope, id))["measures"]
        merge(form, next((_status_entries(one) for one in measures if one["id"] == form.value("entry")), {}))
    if form.ok:
        with form.refusals(
            {f"/{name}": f"{button}_{name}" for name in ("title", "url", "findings", "starts_at", "due")}
            | {"/status": _status_of(form.value("entry"))}
        ):
            await _carry_out(request, caller, id, form)
            return done(request, _here(caller) if button == "leave" else f"{_here(caller)}/{id}", SAVED)
    return await _ring_page(request, caller, id, form, 422)


async def _carry_out(request: Request, caller: Caller, id: str, form: Form) -> None:
    rings, scope, key = get_services(request).rings, caller.scope, form_key(request, caller, "rings", form)
    match form.value("button"):
        case "join":
            await rings.carry_out(scope, id, Join())
        case "leave":
            await rings.carry_out(scope, id, Leave())
        case "remove":
            await rings.carry_out(scope, id, Remove(form.value("entry")))
        case "invite":
            body = InvitationBody.typed({"municipality": form.value("municipality")})
            await rings.carry_out(scope, id, Invite(body.municipality))
        case "document":
            await rings.add_document(
                scope, id, DocumentBody.typed(_entered(form, "title", "url", kind="document")), key
            )
        case "meeting":
            entered = _entered(form, "title", "url", kind="meeting") | {
                "starts_at": form.local_time("meeting_starts_at")
            }
            await rings.add_meeting(scope, id, MeetingBody.typed(entered), key)
        case "measure":
            entered = _entered(form, "title", "due", kind="measure")
            await rings.add_measure(scope, id, MeasureBody.typed(entered), key)
        case "status":
            await rings.mark_measure(scope, id, form.value("entry"), form.value(_status_of(form.value("entry"))))


def _status_entries(measure: dict[str, Any]) -> dict[str, Any]:
    """How far a common measure is, as its form holds it."""
    return {_status_of(measure["id"]): measure["status"]}


def _status_of(measure: str) -> str:
    """The field that says how far a common measure is."""
    return f"status.{measure}"


def _entered(form: Form, *names: str, kind: str) -> dict[str, Any]:
    return {name: form.value(f"{kind}_{name}") for name in names if form.value(f"{kind}_{name}")}


async def _rings_page(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    return render(
        request,
        "staff/rings.html",
        status,
        form=form,
        rings=await services.rings.list_all(caller.scope),
        others=await services.municipalities.list_all_but(caller.scope.tenant),
        home=_home(caller),
        writes="coordinator" in caller.roles,
    )


async def _ring_page(request: Request, caller: Caller, id: str, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    ring = await services.rings.get(caller.scope, id)
    own = caller.scope.tenant
    statuses = {one["id"]: _status_form(request, caller, id, form, one) for one in ring["measures"]}
    is_member = any(one["slug"] == own for one in ring["members"])
    return render(
        request,
        "staff/ring.html",
        status,
        form=form if form not in statuses.values() else new_form(request, caller, f"ring:{id}"),
        statuses=statuses,
        ring=ring,
        member=is_member,
        questions=await services.reading_questions.list_page(caller.scope, 20, None, id) if is_member else None,
        others=await services.municipalities.list_all_but(own),
        home=_home(caller),
        writes="coordinator" in caller.roles,
    )


def _status_form(request: Request, caller: Caller, id: str, sent: Form, measure: dict[str, Any]) -> Form:
    """The form of one measure: the one that was sent where it was sent for this measure, else what is stored."""
    if sent.value("button") == "status" and sent.value("entry") == measure["id"]:
        return sent
    stored = _status_entries(measure)
    return remember(new_form(request, caller, f"ring:{id}", stored), stored)


def _home(caller: Caller) -> str:
    return f"/reporting/{caller.scope.tenant}/"


def _here(caller: Caller) -> str:
    return f"{_home(caller)}rings"
