"""The public page of feedback on a gathering: three questions, answered once, without a name."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.page_context import PageContext
from chassis.pages.pages import see_other
from chassis.text.translations import mark
from services.notifications.domain.feedback import ANSWERS, QUESTIONS
from services.notifications.permissions import Anybody, Stranger
from services.notifications.services import Services, get_services

router = APIRouter(prefix="/notifications/{tenant}/feedback", include_in_schema=False)

PURPOSE = "feedback"
NO_ANSWER = mark("Please answer at least one of the questions.")
CHOOSE = mark("Please choose one of these answers.")


@router.get("/{gathering}/{ticket}")
async def show_questions(request: Request, caller: Anybody, gathering: str, ticket: str) -> Response:
    """Show the questions, or thanks once they were answered."""
    page = await _page(request, caller)
    return await _render_questions(page, gathering, ticket, page.form(PURPOSE))


@router.post("/{gathering}/{ticket}")
async def submit_answers(request: Request, caller: Stranger, gathering: str, ticket: str) -> Response:
    """Count what was chosen. Sent again, nothing changes."""
    page = await _page(request, caller)
    feedback = page.services.feedback
    await feedback.get_gathering(page.scope, gathering, ticket)
    form = await page.received(PURPOSE)
    answers: dict[str, str] = {question: form.value(question) for question in QUESTIONS if form.value(question)}
    if form.ok and not answers:
        form.error(QUESTIONS[0], NO_ANSWER)
    for question, answer in answers.items():
        if answer not in ANSWERS:
            form.error(question, CHOOSE)
    if not form.ok:
        return await _render_questions(page, gathering, ticket, form, 422)
    await feedback.submit(page.scope, gathering, ticket, answers)
    return see_other(f"{request.url.path}?lang={page.language}")


async def _page(request: Request, caller: Caller) -> PageContext[Services]:
    home = f"/notifications/{caller.scope.tenant}/"
    return await PageContext[Services].of(request, caller, get_services(request), home, staff=False)


async def _render_questions(
    page: PageContext[Services], gathering: str, ticket: str, form: Form, status: int = 200
) -> Response:
    feedback = page.services.feedback
    about_gathering = await feedback.get_gathering(page.scope, gathering, ticket)
    spent = await feedback.is_spent(page.scope, gathering, ticket)
    return page.render("feedback.html", status, gathering=about_gathering, spent=spent, form=form)
