"""The agenda, for staff: questions are added, taken away and put in order; it works without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response

from chassis.http.problems import Problem
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import language_of
from chassis.text.languages import pick
from services.selfcheck.agenda.schemas import NewAgenda
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.domain.questionnaire_document import MAX_FIELDS
from services.selfcheck.permissions import Host, Moderator
from services.selfcheck.staff_page import StaffPage, from_the_reveal_on, staff_page
from services.selfcheck.workshop.board import entries_of

router = APIRouter(prefix="/selfcheck/{tenant}/assessments/{id}/agenda", include_in_schema=False)


@router.get("")
async def show_agenda(request: Request, caller: Host, id: str) -> Response:
    page = await staff_page(request, caller)
    return await from_the_reveal_on(page, id, _agenda(page, id))


@router.post("")
async def change_agenda(request: Request, caller: Moderator, id: str) -> Response:
    """Add the questions that are ticked, or all that can be carried over from the earlier self-check, or move or take away one, unless another moderator changed something since."""
    page = await staff_page(request, caller)
    form = await page.received(f"agenda:{id}")

    async def act() -> Response:
        assessment = await page.services.assessments.get(page.scope, id)
        step, _, question = form.value("do").partition(":")
        names = ["earlier", "suggested", *(f"in-{number}" for number in range(1, 2 + MAX_FIELDS))]
        ticked = [one for name in names for one in form.chosen(name)]
        if step == "earlier":
            offered = await page.services.agenda.earlier(page.scope, assessment)
            ticked = [one["question"] for one in offered["questions"] if one["question"]] if offered else []
        questions = changed(assessment.agenda.questions, step, question, ticked)
        try:
            body = NewAgenda.typed({"questions": questions, "revision": form.value("revision") or 0})
            await page.services.agenda.choose(
                page.scope, id, body, page.idempotency_key(f"agenda {id}", form), page.now
            )
        except Problem as problem:
            if problem.code != "agenda-changed-meanwhile":
                raise
            return await _agenda(page, id, status=409)
        return page.done(f"{page.address(id)}/agenda", SAVED)

    return await answer_form(form, act, lambda form, status: _agenda(page, id, form, status))


def changed(before: Sequence[str], step: str, question: str, ticked: Sequence[str]) -> list[str]:
    """The agenda after `add` or `earlier` (what is `ticked`), or `up`, `down` or `remove` of one question."""
    after = list(before)
    if step in ("add", "earlier"):
        return list(dict.fromkeys([*after, *ticked]))
    if question in after:
        place = after.index(question)
        after.remove(question)
        if step in ("up", "down"):
            after.insert(max(0, place - 1) if step == "up" else place + 1, question)
    return after


async def _agenda(page: StaffPage, id: str, form: Form | None = None, status: int = 200) -> Response:
    services, code = page.services, language_of(page.request, page.brand)
    shown = await services.agenda.show(page.scope, id)
    assessment = await services.assessments.get(page.scope, id)
    questionnaire = await services.assessments.questionnaire_of(assessment)
    board = await services.board.show(page.scope, id)

    def options(questions: Sequence[str]) -> list[tuple[str, str]]:
        return [
            (question, pick(questionnaire.questions[question].text, code)[0])
            for question in questions
            if question not in shown["questions"]
        ]

    earlier = shown["earlier"]["questions"] if shown["earlier"] else []
    return page.render(
        "staff/agenda.html",
        status,
        assessment=board,
        entries=entries_of(board),
        titles={one.id: one.title for one in questionnaire.fields},
        agenda=shown,
        carried=options([one["question"] for one in earlier if one["question"]]),
        discontinued=[one["text"] for one in earlier if one["question"] is None],
        earlier_consensus={one["question"]: one["consensus"] for one in earlier if one["consensus"]},
        suggested=options(shown["suggested"]),
        fields=[
            (field.title, is_own(field.id), options([question.id for question in field.questions]))
            for field in questionnaire.fields
        ],
        here=page.address(id),
        form=form or page.form(f"agenda:{id}"),
        overtaken=status == 409,
    )
