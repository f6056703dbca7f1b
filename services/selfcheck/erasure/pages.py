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
from services.selfcheck.answering.respondent_page import RespondentPage, respondent_page
from services.selfcheck.erasure.schemas import ErasureCertificate
from services.selfcheck.permissions import Public
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/answers/{code}", include_in_schema=False)


@router.get("/forget")
async def show_erasure_form(request: Request, caller: Public, code: str) -> Response:
    page = await respondent_page(request, caller, code)
    return _page(page, page.form("forget"))


@router.post("/forget")
async def erase_respondent(request: Request, caller: Public, code: str) -> Response:
    page = await respondent_page(request, caller, code)
    form = await page.received("forget")
    form.require("sure")
    if not form.ok:
        return _page(page, form, 422)
    await guarded(request, caller, page.services.erasure_by_link.erase(code, page.resume))
    return see_other(f"{page.here}/forgotten")


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


def _page(page: RespondentPage, form: Form, status: int = 200) -> Response:
    return page.render("answer_erase.html", status, form=form, closed=page.closed, handed_on=bool(page.handed_on))
