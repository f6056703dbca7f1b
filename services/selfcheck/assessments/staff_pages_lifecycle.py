"""Pages for coordinators: the deadline of a self-check, archiving it, deleting it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import see_other
from services.selfcheck.assessments.schemas import AssessmentResponse
from services.selfcheck.domain.deadline import REMINDER_DAYS
from services.selfcheck.permissions import Coordinator
from services.selfcheck.schemas import NewDeadline
from services.selfcheck.staff_page import StaffPage, local, moment, staff_page

router = APIRouter(prefix="/selfcheck/{tenant}/assessments/{id}", include_in_schema=False)

OFFERED_DAYS = (14, 7, 4, 2, 1)


@router.get("/keeping")
async def show_lifecycle(request: Request, caller: Coordinator, id: str) -> Response:
    return await _page(await staff_page(request, caller), id)


@router.post("/deadline")
async def set_deadline(request: Request, caller: Coordinator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"deadline:{id}")
    merge(form, _deadline(await page.services.get_assessment(page.scope, id)))

    async def act() -> Response:
        days = form.chosen("reminder_days")
        body = NewDeadline.typed({"deadline": moment(form, "deadline"), "reminder_days": days})
        idempotency_key = page.idempotency_key(f"deadline {id}", form)
        await page.services.lifecycle.set_deadline(caller.scope, id, body, idempotency_key, page.now)
        return page.done(page.address(id), SAVED)

    return await answer_form(form, act, lambda form, status: _page(page, id, deadline=form, status=status))


@router.post("/archival")
async def archive_assessment(request: Request, caller: Coordinator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"archive:{id}")

    async def act() -> Response:
        await page.services.lifecycle.archive(caller.scope, id, page.idempotency_key(f"archive {id}", form), page.now)
        return page.done(page.address(id), SAVED)

    return await answer_form(form, act, lambda form, _: _page(page, id, archive=form, status=409))


@router.post("/deletion")
async def delete_assessment(request: Request, caller: Coordinator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"delete:{id}")
    form.require("sure")
    if form.ok:
        await page.services.lifecycle.delete(caller.scope, id, page.now)
        return see_other(f"{page.address(id)}/deletion")
    return await _page(page, id, delete=form, status=422)


@router.get("/deletion")
async def show_deletion_certificate(request: Request, caller: Coordinator, id: str) -> Response:
    """The certificate, to be printed or kept."""
    page = await staff_page(request, caller)
    certificate = await page.services.lifecycle.certificate(caller.scope, id)
    at = certificate["completed_at"] or certificate["deleted_at"]
    return page.render("staff/deletion.html", certificate=certificate, at=datetime.fromisoformat(at))


def _deadline(assessment: AssessmentResponse) -> dict[str, Any]:
    """Until when people are asked to answer, and the days before it on which they are reminded, as the form's fields hold it."""
    at = datetime.fromisoformat(assessment["deadline"]) if assessment["deadline"] else None
    return {
        "deadline": local(at) if at else None,
        "reminder_days": list(assessment["reminder_days"] if at else REMINDER_DAYS),
    }


async def _page(
    page: StaffPage,
    id: str,
    status: int = 200,
    deadline: Form | None = None,
    archive: Form | None = None,
    delete: Form | None = None,
) -> Response:
    assessment = await page.services.get_assessment(page.scope, id)
    stored = _deadline(assessment)
    return page.render(
        "staff/keeping.html",
        status,
        assessment=assessment,
        here=page.address(id),
        days=sorted({*OFFERED_DAYS, *stored["reminder_days"]}, reverse=True),
        deadline=deadline or remember(page.form(f"deadline:{id}", stored), stored),
        archive=archive or page.form(f"archive:{id}"),
        delete=delete or page.form(f"delete:{id}"),
    )
