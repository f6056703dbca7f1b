"""Pages for respondents: the sheet of one link, on a phone, without an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.documents.qr_codes import qr_data_uri
from chassis.http.problems import Problem
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import Pages, see_other
from chassis.text.translations import mark
from disclosure.scheme import NOT_APPLICABLE, UNSURE
from services.selfcheck.answering.api import guarded
from services.selfcheck.answering.respondent_page import RespondentPage, remember, respondent_page, show_frame
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.permissions import Public
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/answers/{code}", include_in_schema=False)

_WRONG_CODE = mark("This is not the right code. Please compare it letter by letter.")


@router.get("")
async def show_overview(request: Request, caller: Public, code: str) -> Response:
    try:
        page = await respondent_page(request, caller, code)
    except Problem as problem:
        if problem.status == 404 and await get_services(request).answering.sheets.erased_by_code(code):
            return see_other(f"/selfcheck/answers/{code}/forgotten")
        if problem.code != "resume-code-needed":
            raise
        return _resume_page(request, request.app.state.forms.new(request, f"resume:{code}"))
    progress = page.sheet["progress"]
    resume_code = page.resume if page.sheet["claimed"] else None
    deadline = page.sheet["assessment"]["deadline"]
    return page.render(
        "answer.html",
        title=page.pages.texts(request, request.state.brand).gettext("My answers"),
        status_of_sheet=page.sheet["status"],
        answered=progress["answered"],
        asked=progress["asked"],
        deadline=datetime.fromisoformat(deadline) if deadline else None,
        fields=[
            {
                "id": field.id,
                "title": field.title,
                "own": is_own(field.id),
                "address": page.address(field),
                **progress["fields"][field.id],
                "handed_on": len({q.id for q in field.questions} & set(page.handed_on)),
            }
            for field in page.fields()
        ],
        resume_code=resume_code,
        picture=_picture(page, resume_code) if resume_code else None,
        paper=page.paper,
        submission=page.form("submission"),
    )


@router.post("")
async def resume_answering(request: Request, caller: Public, code: str) -> Response:
    """The resume code, typed in on another device."""
    services = get_services(request)
    form = await request.app.state.forms.received(request, f"resume:{code}", min_age=False)
    form.require("resume_code")
    typed = "".join(char for char in form.value("resume_code").lower() if char.isascii() and char.isalnum())
    if form.ok:
        try:
            await guarded(request, caller, services.answering.view(code, typed))
        except Problem as problem:
            if problem.status != 403:
                raise
            form.error("resume_code", _WRONG_CODE)
    if not form.ok:
        await show_frame(request, caller, code)
        return _resume_page(request, form, 422)
    response = see_other(f"/selfcheck/answers/{code}")
    remember(request, response, code, typed)
    return response


@router.get("/print")
async def get_questionnaire_pdf(request: Request, caller: Public, code: str) -> Response:
    """All questions with one's answers, to be printed or kept."""
    page = await respondent_page(request, caller, code)
    scale = page.questionnaire.scale
    words: dict[Any, Any] = {scale.min + step: label for step, label in enumerate(scale.labels)}
    return page.render(
        "answer_print.html",
        levels=words,
        unsure=UNSURE,
        not_applicable=NOT_APPLICABLE,
        at=page.now,
        sections=[
            {
                "title": field.title,
                "own": is_own(field.id),
                "questions": [
                    {
                        "text": q.text,
                        "answer": page.sheet["answers"].get(q.id),
                        "note": page.sheet["notes"].get(q.id),
                        "evidence": [one for one in page.sheet["evidence"] if one["question"] == q.id],
                    }
                    for q in field.questions
                    if q.id in set(page.questions_of(field))
                ],
            }
            for field in page.fields()
        ],
    )


@router.post("/submission")
async def submit_sheet(request: Request, caller: Public, code: str) -> Response:
    page = await respondent_page(request, caller, code)
    form = await page.received("submission")
    if form.ok:
        await page.services.answering.submit(code, page.resume, page.idempotency_key("submission", form), page.now)
    return see_other(page.here)


def _resume_page(request: Request, form: Form, status: int = 200) -> Response:
    pages: Pages = request.app.state.pages
    return pages.render(request, "answer_resume.html", brand=request.state.brand, status=status, form=form)


def _picture(page: RespondentPage, resume_code: str) -> str:
    """A QR code that opens the sheet on another device. The resume code stands behind #, which browsers keep to
    themselves: it reaches no server and no log that way."""
    address = f"{page.services.invitations.link(page.code)}#{resume_code}"
    return qr_data_uri(address, scale=4, border=4, dark="#000", light="#fff")
