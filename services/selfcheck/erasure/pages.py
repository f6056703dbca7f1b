"""Pages for respondents: what is deleted and what stays, the decision, the certificate."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request, Response

from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import Pages, see_other
from programme.frames import of_tenant
from services.selfcheck.answering.api import guarded
from services.selfcheck.answering.frame import Desk, at_desk
from services.selfcheck.erasure.schemas import ErasureCertificate
from services.selfcheck.permissions import Public
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/answers/{code}", include_in_schema=False)


@router.get("/forget")
async def show_erasure_form(request: Request, caller: Public, code: str) -> Response:
    desk = await at_desk(request, caller, code)
    return _page(desk, desk.form("forget"))


@router.post("/forget")
async def erase_respondent(request: Request, caller: Public, code: str) -> Response:
    desk = await at_desk(request, caller, code)
    form = await desk.received("forget")
    form.require("sure")
    if not form.ok:
        return _page(desk, form, 422)
    await guarded(request, caller, desk.services.erasure_by_link.erase(code, desk.resume))
    return see_other(f"{desk.here}/forgotten")


@router.get("/forgotten")
async def show_erasure(request: Request, caller: Public, code: str) -> Response:
    """The certificate, to be printed or kept; the link leads here from now on."""
    certificate: ErasureCertificate = await guarded(
        request, caller, get_services(request).erasure_by_link.certificate(code)
    )
    facts = await request.app.state.tenant_registry.tenant(certificate["tenant"])
    if facts is None:
        raise not_found("municipality")
    pages: Pages = request.app.state.pages
    return pages.render(
        request,
        "answer_erased.html",
        brand=of_tenant(certificate["tenant"], facts).without_partial_languages(),
        certificate=certificate,
        at=datetime.fromisoformat(certificate["forgotten_at"]),
    )


def _page(desk: Desk, form: Form, status: int = 200) -> Response:
    return desk.render("answer_erase.html", status, form=form, closed=desk.closed, handed_on=bool(desk.handed_on))
