"""Pages where a coordinator says what is asked at a gathering, and keeps the municipality's set of questions to choose from."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.registration.page_context import PageContext, page_context, with_times
from services.registration.permissions import Coordinator
from services.registration.planning.staff_pages_part import save_part
from services.registration.questions import staff_question_form as question_form
from services.registration.questions.schemas import NewQuestionSet
from services.registration.questions.staff_question_form import KINDS, SentQuestion

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)

CHOOSE = mark("Please choose a question.")
STANDS_AFTER = mark(
    "“%(question)s” is only asked after a certain answer to “%(other)s”, which has to stand before it. Please change “%(question)s” first."
)


@router.get("/questions")
async def list_questions(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _questions_page(page, id, page.form(f"questions:{id}"))


@router.post("/questions")
async def change_questions(request: Request, caller: Coordinator, id: str) -> Response:
    """Add what was chosen of the set, or what one button says of one question: take it out, move it up, keep it in the set, drop it there."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"questions:{id}")
    current = (await page.services.gatherings.get_for_planning(page.scope, id, page.now))["questions"]
    in_set = (await page.services.question_sets.get(page.scope))["questions"]
    act, _, question_id = form.value("act").partition(" ")

    async def carry_out() -> Response | None:
        if act == "add":
            taken = {one["id"] for one in current}
            chosen = [one for one in in_set if one["id"] in form.chosen("chosen") and one["id"] not in taken]
            if not chosen:
                form.error("chosen", CHOOSE)
                return None
            return await save_part(page, id, "questions", [*current, *chosen], form)
        if act in ("out", "up") and any(one["id"] == question_id for one in current):
            changed = _without(current, question_id) if act == "out" else _moved_up(current, question_id)
            if separated := _separated(current, changed):
                question, other = (one["label"][page.languages[0]] for one in separated)
                form.error("", STANDS_AFTER, question=question, other=other)
                return None
            return await save_part(page, id, "questions", changed, form)
        if act in ("keep", "drop"):
            kept = [one for one in current if act == "keep" and one["id"] == question_id]
            # A set is chosen from one by one: what a question depends on stays with the gathering.
            kept = [{**one, "shown_if": None} for one in kept]
            body = NewQuestionSet.typed({"questions": [*_without(in_set, question_id), *kept]})
            await page.services.question_sets.replace(page.scope, body, page.languages[0])
        return page.done(f"{page.home}desk/{id}/questions", SAVED)

    async def show(form: Form, status: int) -> Response:
        return await _questions_page(page, id, form, status)

    return await answer_form(form, carry_out, show, {"/questions": ""})


@router.get("/question")
async def show_question(request: Request, caller: Coordinator, id: str, q: Filter = "") -> Response:
    """A new question, or with `q` one that is there."""
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    current = _find_question(gathering, q)
    stored = question_form.filled(current) if current else question_form.NEW
    form = remember(page.form(f"question:{id}", stored), stored)
    return _question_page(page, gathering, current, form)


@router.post("/question")
async def save_question(request: Request, caller: Coordinator, id: str, q: Filter = "") -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"question:{id}")
    gathering = await page.services.gatherings.get_for_desk(page.scope, id, page.now)
    current = _find_question(gathering, q)
    if current:
        merge(form, question_form.filled(current))
    questions: list[SentQuestion] = gathering["questions"]
    written = None
    if form.ok:
        fixed = _is_fixed(gathering, current)
        written = question_form.question(form, page.languages, gathering, current, fixed)
    if written is not None:
        at = questions.index(current) if current else len(questions)
        with form.refusals(_places(at, page.languages[0])):
            return await save_part(page, id, "questions", [*questions[:at], written, *questions[at + 1 :]], form)
    return _question_page(page, gathering, current, form, 422)


def _find_question(gathering: dict[str, Any], q: str) -> SentQuestion | None:
    sent_question: SentQuestion | None = next((one for one in gathering["questions"] if one["id"] == q), None)
    if q and sent_question is None:
        raise not_found("question")
    return sent_question


def _is_fixed(gathering: dict[str, Any], sent_question: SentQuestion | None) -> bool:
    """Whether people may have answered the question, so that its meaning is fixed."""
    return sent_question is not None and gathering["status"] != "draft"


def _without(questions: list[SentQuestion], id: str) -> list[SentQuestion]:
    return [one for one in questions if one["id"] != id]


def _moved_up(questions: list[SentQuestion], id: str) -> list[SentQuestion]:
    at = next(at for at, one in enumerate(questions) if one["id"] == id)
    return [*questions[: max(at - 1, 0)], questions[at], *questions[max(at - 1, 0) : at], *questions[at + 1 :]]


def _separated(questions: list[SentQuestion], changed: list[SentQuestion]) -> tuple[SentQuestion, SentQuestion] | None:
    """A question that would no longer stand after the one whose answer decides about it, and that one."""
    preceding: set[str] = set()
    for question in changed:
        if question["shown_if"] and question["shown_if"]["question"] not in preceding:
            return question, next(other for other in questions if other["id"] == question["shown_if"]["question"])
        preceding.add(question["id"])
    return None


def _places(at: int, language: str) -> dict[str, str]:
    """The fields of the form by the places that the API names when something is wrong."""
    place = f"/questions/{at}"
    return {
        f"{place}/label": f"label.{language}",
        f"{place}/options": f"more.{language}",
        f"{place}/shown_if": "shown_if",
        f"{place}/shown_if/question": "shown_if",
        f"{place}/shown_if/equals": "shown_if",
    }


async def _questions_page(page: PageContext, id: str, form: Form, status: int = 200) -> Response:
    gathering = with_times(await page.services.gatherings.get_for_planning(page.scope, id, page.now))
    question_set = await page.services.question_sets.get(page.scope)
    taken = {one["id"] for one in gathering["questions"]}
    return page.render(
        "staff/questions.html",
        status,
        gathering=gathering,
        form=form,
        here=f"{page.home}desk/{id}",
        kinds=KINDS,
        questions=gathering["questions"],
        kept=question_set["questions"],
        offered=[one for one in question_set["questions"] if one["id"] not in taken],
        standard=question_set["standard"],
    )


def _question_page(
    page: PageContext, gathering: dict[str, Any], sent_question: SentQuestion | None, form: Form, status: int = 200
) -> Response:
    return page.render(
        "staff/question.html",
        status,
        gathering=gathering,
        form=form,
        here=f"{page.home}desk/{gathering['id']}",
        sent_question=sent_question,
        fixed=_is_fixed(gathering, sent_question),
        kinds=KINDS,
        languages=[(code, LANGUAGES[code].endonym) for code in page.languages],
        conditions=question_form.conditions(gathering["questions"], sent_question["id"] if sent_question else None),
    )
