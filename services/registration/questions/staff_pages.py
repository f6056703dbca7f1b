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
    return await _show(page, id, page.form(f"questions:{id}"))


@router.post("/questions")
async def change_questions(request: Request, caller: Coordinator, id: str) -> Response:
    """Add what was chosen of the set, or what one button says of one question: take it out, move it up, keep it in the set, drop it there."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"questions:{id}")
    there = (await page.services.gatherings.get_for_planning(page.scope, id, page.now))["questions"]
    offered = (await page.services.question_sets.get(page.scope))["questions"]
    act, _, which = form.value("act").partition(" ")

    async def carry_out() -> Response | None:
        if act == "add":
            taken = {one["id"] for one in there}
            chosen = [one for one in offered if one["id"] in form.chosen("chosen") and one["id"] not in taken]
            if not chosen:
                form.error("chosen", CHOOSE)
                return None
            return await save_part(page, id, "questions", [*there, *chosen], form)
        if act in ("out", "up") and any(one["id"] == which for one in there):
            wanted = _without(there, which) if act == "out" else _moved_up(there, which)
            if apart := _apart(there, wanted):
                question, other = (one["label"][page.languages[0]] for one in apart)
                form.error("", STANDS_AFTER, question=question, other=other)
                return None
            return await save_part(page, id, "questions", wanted, form)
        if act in ("keep", "drop"):
            kept = [one for one in there if act == "keep" and one["id"] == which]
            # A set is chosen from one by one: what a question depends on stays with the gathering.
            kept = [{**one, "shown_if": None} for one in kept]
            body = NewQuestionSet.typed({"questions": [*_without(offered, which), *kept]})
            await page.services.question_sets.replace(page.scope, body, page.languages[0])
        return page.done(f"{page.home}desk/{id}/questions", SAVED)

    async def show(form: Form, status: int) -> Response:
        return await _show(page, id, form, status)

    return await answer_form(form, carry_out, show, {"/questions": ""})


@router.get("/question")
async def show_question(request: Request, caller: Coordinator, id: str, q: Filter = "") -> Response:
    """A new question, or with `q` one that is there."""
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    known = _named(gathering, q)
    stored = question_form.filled(known) if known else question_form.NEW
    form = remember(page.form(f"question:{id}", stored), stored)
    return _write(page, gathering, known, form)


@router.post("/question")
async def save_question(request: Request, caller: Coordinator, id: str, q: Filter = "") -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"question:{id}")
    gathering = await page.services.gatherings.get_for_desk(page.scope, id, page.now)
    known = _named(gathering, q)
    if known:
        merge(form, question_form.filled(known))
    there: list[SentQuestion] = gathering["questions"]
    made = question_form.question(form, page.languages, gathering, known, _fixed(gathering, known)) if form.ok else None
    if made is not None:
        at = there.index(known) if known else len(there)
        with form.refusals(_places(at, page.languages[0])):
            return await save_part(page, id, "questions", [*there[:at], made, *there[at + 1 :]], form)
    return _write(page, gathering, known, form, 422)


def _named(found: dict[str, Any], q: str) -> SentQuestion | None:
    sent_question: SentQuestion | None = next((one for one in found["questions"] if one["id"] == q), None)
    if q and sent_question is None:
        raise not_found("question")
    return sent_question


def _fixed(found: dict[str, Any], sent_question: SentQuestion | None) -> bool:
    """Whether people may have answered the question, so that its meaning is fixed."""
    return sent_question is not None and found["status"] != "draft"


def _without(questions: list[SentQuestion], id: str) -> list[SentQuestion]:
    return [one for one in questions if one["id"] != id]


def _moved_up(questions: list[SentQuestion], id: str) -> list[SentQuestion]:
    at = next(at for at, one in enumerate(questions) if one["id"] == id)
    return [*questions[: max(at - 1, 0)], questions[at], *questions[max(at - 1, 0) : at], *questions[at + 1 :]]


def _apart(there: list[SentQuestion], wanted: list[SentQuestion]) -> tuple[SentQuestion, SentQuestion] | None:
    """A question that would no longer stand after the one whose answer decides about it, and that one."""
    before: set[str] = set()
    for one in wanted:
        if one["shown_if"] and one["shown_if"]["question"] not in before:
            return one, next(other for other in there if other["id"] == one["shown_if"]["question"])
        before.add(one["id"])
    return None


def _places(at: int, language: str) -> dict[str, str]:
    """Where the form shows what the API finds wrong."""
    place = f"/questions/{at}"
    return {
        f"{place}/label": f"label.{language}",
        f"{place}/options": f"more.{language}",
        f"{place}/shown_if": "shown_if",
        f"{place}/shown_if/question": "shown_if",
        f"{place}/shown_if/equals": "shown_if",
    }


async def _show(page: PageContext, id: str, form: Form, status: int = 200) -> Response:
    gathering = with_times(await page.services.gatherings.get_for_planning(page.scope, id, page.now))
    kept = await page.services.question_sets.get(page.scope)
    taken = {one["id"] for one in gathering["questions"]}
    return page.render(
        "staff/questions.html",
        status,
        gathering=gathering,
        form=form,
        here=f"{page.home}desk/{id}",
        kinds=KINDS,
        questions=gathering["questions"],
        kept=kept["questions"],
        offered=[one for one in kept["questions"] if one["id"] not in taken],
        standard=kept["standard"],
    )


def _write(
    page: PageContext, found: dict[str, Any], sent_question: SentQuestion | None, form: Form, status: int = 200
) -> Response:
    return page.render(
        "staff/question.html",
        status,
        gathering=found,
        form=form,
        here=f"{page.home}desk/{found['id']}",
        known=sent_question,
        fixed=_fixed(found, sent_question),
        kinds=KINDS,
        languages=[(code, LANGUAGES[code].endonym) for code in page.languages],
        conditions=question_form.conditions(found["questions"], sent_question["id"] if sent_question else None),
    )
