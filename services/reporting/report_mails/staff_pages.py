"""The page on which coordinators choose how often they get the link to the report."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.http.permissions import Caller
from chassis.pages.forms import Form, Forms
from chassis.pages.pages import see_other
from services.reporting.http import frame, render
from services.reporting.permissions import Coordinator
from services.reporting.report_mails.api import ReportMailBody
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/report-mail", include_in_schema=False)


@router.get("")
async def chosen(request: Request, caller: Coordinator) -> Response:
    every = await get_services(request).report_mails.chosen(caller.scope)
    return await _page(
        request, caller, _forms(request).new(request, "report-mail", {"every": every}, holder=_by(caller))
    )


@router.post("")
async def choose(request: Request, caller: Coordinator) -> Response:
    form = await _forms(request).received(request, "report-mail", holder=_by(caller), min_age=False)
    if form.ok:
        with form.refusals():
            body = ReportMailBody.typed({"every": form.value("every")})
            await get_services(request).report_mails.choose(caller.scope, body.every)
            return see_other(f"/reporting/{caller.scope.tenant}/report-mail")
    return await _page(request, caller, form, 422)


async def _page(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    home = f"/reporting/{caller.scope.tenant}/"
    return render(request, "staff/report_mail.html", status, form=form, home=home)


def _forms(request: Request) -> Forms:
    forms: Forms = request.app.state.forms
    return forms


def _by(caller: Caller) -> str:
    return caller.identity.subject if caller.identity else "-"
