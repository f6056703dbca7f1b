"""The page behind the link in an applicant's mails: status of the application, the office's questions, answering."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import done
from chassis.storage.idempotency import IdempotencyKey
from chassis.text.translations import mark
from services.registration.applications.schemas import AnswerText
from services.registration.applications.staff_pages import BRAND, SHORTEN, STANDINGS, moment
from services.registration.permissions import ApplicantOfPage
from services.registration.services import get_services

router = APIRouter(prefix="/registration/applications/{slug}/{code}", include_in_schema=False)

SENT = mark("Your answer is sent.")


@router.get("")
async def show_own_application(request: Request, caller: ApplicantOfPage, slug: str, code: str) -> Response:
    """Opening it changes nothing."""
    return await _show(request, caller.as_holder(code), slug, request.app.state.forms.new(request, f"answer:{slug}"))


@router.post("")
async def answer_office(request: Request, caller: ApplicantOfPage, slug: str, code: str) -> Response:
    form: Form = await request.app.state.forms.received(request, f"answer:{slug}", min_age=False)
    applicant, services = caller.as_holder(code), get_services(request)
    form.require("answer")

    async def act() -> Response:
        body = AnswerText(answer=form.value("answer"))
        idempotency_key = IdempotencyKey.of(services.secrets, f"page answer {slug}", form.value("form_token"), body)
        await services.reviewing.answer(applicant, slug, body.answer, idempotency_key, services.clock.now())
        return done(request, f"/registration/applications/{slug}/{code}", SENT)

    return await answer_form(
        form, act, lambda form, status: _show(request, applicant, slug, form, status), texts={"answer": SHORTEN}
    )


async def _show(request: Request, applicant: Caller, slug: str, form: Form, status: int = 200) -> Response:
    application = await get_services(request).applications.get(applicant, slug)
    questions = [
        {**one, "asked_at": moment(one["asked_at"]), "answered_at": moment(one["answered_at"])}
        for one in application["questions"]
    ]
    response: Response = request.app.state.pages.render(
        request,
        "staff/application.html",
        brand=BRAND,
        status=status,
        one=application,
        questions=questions,
        form=form,
        standings=STANDINGS,
        open=[one for one in questions if not one["answered_at"]],
        here=f"/registration/applications/{slug}/{applicant.link}",
    )
    return response
