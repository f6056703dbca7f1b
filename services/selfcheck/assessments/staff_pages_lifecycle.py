"""Pages for coordinators: the deadline of a self-check, archiving it, deleting it."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response

from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from services.selfcheck.domain.deadline import REMINDER_DAYS
from services.selfcheck.permissions import Coordinator
from services.selfcheck.schemas import NewDeadline
from services.selfcheck.staff_frame import Office, at_office, local, moment

router = APIRouter(prefix="/selfcheck/{tenant}/assessments/{id}", include_in_schema=False)

OFFERED_DAYS = (14, 7, 4, 2, 1)


@router.get("/keeping")
async def show(request: Request, caller: Coordinator, id: str) -> Response:
    return await _page(await at_office(request, caller), id)


@router.post("/deadline")
async def set_deadline(request: Request, caller: Coordinator, id: str) -> Response:
    office = await at_office(request, caller)
    form = await office.received(f"deadline:{id}")
    if form.ok:
        with form.refusals():
            days = form.chosen("reminder_days")
            body = NewDeadline.typed({"deadline": moment(form, "deadline"), "reminder_days": days})
            once = office.once(f"deadline {id}", form)
            await office.parts.lifecycle.set_deadline(caller.scope, id, body, once, office.now)
            return see_other(office.address(id))
    return await _page(office, id, deadline=form, status=422)


@router.post("/archival")
async def archive(request: Request, caller: Coordinator, id: str) -> Response:
    office = await at_office(request, caller)
    form = await office.received(f"archive:{id}")
    if form.ok:
        with form.refusals():
            await office.parts.lifecycle.archive(caller.scope, id, office.once(f"archive {id}", form), office.now)
            return see_other(office.address(id))
    return await _page(office, id, archive=form, status=409)


@router.post("/deletion")
async def delete(request: Request, caller: Coordinator, id: str) -> Response:
    office = await at_office(request, caller)
    form = await office.received(f"delete:{id}")
    form.require("sure")
    if form.ok:
        await office.parts.lifecycle.delete(caller.scope, id, office.now)
        return see_other(f"{office.address(id)}/deletion")
    return await _page(office, id, delete=form, status=422)


@router.get("/deletion")
async def certificate(request: Request, caller: Coordinator, id: str) -> Response:
    """The certificate, to be printed or kept."""
    office = await at_office(request, caller)
    found = await office.parts.lifecycle.certificate(caller.scope, id)
    at = found["completed_at"] or found["deleted_at"]
    return office.render("staff/deletion.html", certificate=found, at=datetime.fromisoformat(at))


async def _page(
    office: Office,
    id: str,
    status: int = 200,
    deadline: Form | None = None,
    archive: Form | None = None,
    delete: Form | None = None,
) -> Response:
    assessment = await office.parts.one(office.caller.scope, id)
    at = datetime.fromisoformat(assessment["deadline"]) if assessment["deadline"] else None
    days = assessment["reminder_days"] if at else REMINDER_DAYS
    now = {"deadline": local(at) if at else None, "reminder_days": [str(day) for day in days]}
    return office.render(
        "staff/keeping.html",
        status,
        assessment=assessment,
        here=office.address(id),
        days=sorted({*OFFERED_DAYS, *days}, reverse=True),
        deadline=deadline or office.form(f"deadline:{id}", now),
        archive=archive or office.form(f"archive:{id}"),
        delete=delete or office.form(f"delete:{id}"),
    )
