"""The page on which coordinators choose how often they get the link to the report."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done
from services.reporting.http import frame, new_form, received, render
from services.reporting.permissions import Coordinator
from services.reporting.report_mails.api import ReportMailBody
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/report-mail", include_in_schema=False)


@router.get("")
async def show_report_mail(request: Request, caller: Coordinator) -> Response:
    stored = await _stored_entries(request, caller)
    return await _page(request, caller, remember(new_form(request, caller, "report-mail", stored), stored))


@router.post("")
async def save_report_mail(request: Request, caller: Coordinator) -> Response:
    form = await received(request, caller, "report-mail")
    merge(form, await _stored_entries(request, caller))
    if form.ok:
        with form.refusals():
            body = ReportMailBody.typed({"every": form.value("every")})
            await get_services(request).report_mails.set(caller.scope, body.every)
            return done(request, f"/reporting/{caller.scope.tenant}/report-mail", SAVED)
    return await _page(request, caller, form, 422)


async def _stored_entries(request: Request, caller: Caller) -> dict[str, str]:
    return {"every": await get_services(request).report_mails.get(caller.scope)}


async def _page(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    home = f"/reporting/{caller.scope.tenant}/"
    return render(request, "staff/report_mail.html", status, form=form, home=home)
