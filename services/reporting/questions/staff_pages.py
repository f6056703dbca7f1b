"""Pages of questions between municipalities, and what of them the programme office reads."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done, language_of
from chassis.storage.pagination import Cursor
from services.reporting.http import form_key, frame, new_form, received, render
from services.reporting.permissions import ProgrammeOffice, Staff
from services.reporting.questions.api import addressee_of
from services.reporting.questions.questions import Entry
from services.reporting.questions.schemas import AnswerBody, ModerationBody, OpenQuestionBody
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting", include_in_schema=False)
PAGE = 20


@router.get("/questions")
async def show_waiting_contributions(request: Request, caller: ProgrammeOffice, cursor: Cursor = None) -> Response:
    """What waits for the programme office, and everything there is."""
    reading = get_services(request).reading_questions
    form = new_form(request, caller, "moderation")
    waiting, listed = await reading.list_waiting(), await reading.list_page(None, PAGE, cursor)
    return render(request, "staff/questions_office.html", form=form, waiting=waiting, listed=listed)


@router.get("/questions/{id}")
async def show_question_to_office(request: Request, caller: ProgrammeOffice, id: str) -> Response:
    return await _office_question_page(request, caller, id, new_form(request, caller, "moderation"))


@router.post("/questions/{id}")
async def moderate_contribution(request: Request, caller: ProgrammeOffice, id: str) -> Response:
    """Show or hide the question, or one of its answers."""
    questions = get_services(request).questions
    form = await received(request, caller, "moderation")
    if form.ok:
        with form.refusals():
            body = ModerationBody.typed({"decision": form.value("decision"), "reason": form.value("reason")})
            show, answer = body.decision == "show", form.value("answer")
            if answer:
                await questions.moderate_answer(id, answer, show, body.reason)
            else:
                await questions.moderate_question(id, show, body.reason)
            return done(request, f"/reporting/questions/{id}", SAVED)
    return await _office_question_page(request, caller, id, form, 422)


@router.get("/{tenant}/questions")
async def show_questions(request: Request, caller: Staff, cursor: Cursor = None) -> Response:
    return await _questions_page(request, caller, new_form(request, caller, "follow"), cursor=cursor)


async def _questions_page(
    request: Request, caller: Caller, form: Form, status: int = 200, cursor: Cursor = None
) -> Response:
    await frame(request, caller)
    reading = get_services(request).reading_questions
    return render(
        request,
        "staff/questions.html",
        status,
        form=form,
        listed=await reading.list_page(caller.scope, PAGE, cursor),
        follows=await reading.follows_everything(caller.scope),
        home=_home(caller),
    )


@router.post("/{tenant}/questions")
async def follow_all_questions(request: Request, caller: Staff) -> Response:
    """Hear of new questions to everybody, or no more."""
    form = await received(request, caller, "follow")
    here = f"{_home(caller)}questions"
    if not form.ok:
        return await _questions_page(request, caller, form, 422)
    await get_services(request).questions.follow(caller.scope, "everybody", form.value("follows") == "yes")
    return done(request, here, SAVED)


@router.get("/{tenant}/questions/new")
async def show_new_question_form(
    request: Request, caller: Staff, practice: Filter = "", ring: Filter = "", to: Filter = ""
) -> Response:
    initial = {"practice": practice, "ring": ring, "to": to, "named": "yes"}
    return await _new_question_page(request, caller, new_form(request, caller, "question:new", initial))


@router.post("/{tenant}/questions/new")
async def ask_question(request: Request, caller: Staff) -> Response:
    await frame(request, caller)
    form = await received(request, caller, "question:new")
    if form.ok:
        with form.refusals():
            body = OpenQuestionBody.typed(
                {
                    **_entered(request, form),
                    "practice": form.value("practice") or None,
                    "ring": form.value("ring") or None,
                    "to": form.value("to") or None,
                }
            )
            about, subject = addressee_of(body)
            entry = Entry(body.text, body.named, caller.roles)
            key = form_key(request, caller, "questions", form)
            question, _ = await get_services(request).questions.ask(caller.scope, about, subject, entry, key)
            return done(request, f"{_home(caller)}questions/{question.id}", SAVED)
    return await _new_question_page(request, caller, form, 422)


@router.get("/{tenant}/questions/{id}")
async def show_question(request: Request, caller: Staff, id: str) -> Response:
    initial = {"named": "yes"}
    return await _question_page(request, caller, id, new_form(request, caller, f"question:{id}", initial))


@router.post("/{tenant}/questions/{id}")
async def change_question(request: Request, caller: Staff, id: str) -> Response:
    """An answer; that one helped; following or not."""
    await frame(request, caller)
    questions = get_services(request).questions
    form = await received(request, caller, f"question:{id}")
    if form.ok:
        with form.refusals():
            if form.value("button") == "follow":
                await questions.follow_question(caller.scope, id, form.value("follows") == "yes")
            elif form.value("button") == "helped":
                await questions.set_helped(caller.scope, id, form.value("answer"), form.value("helped") == "yes")
            else:
                body = AnswerBody.typed(_entered(request, form))
                entry = Entry(body.text, body.named, caller.roles)
                await questions.answer(caller.scope, id, entry, form_key(request, caller, "questions", form))
            return done(request, f"{_home(caller)}questions/{id}", SAVED)
    return await _question_page(request, caller, id, form, 422)


async def _new_question_page(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    practice, ring = form.value("practice"), form.value("ring")
    described_practice = None
    if practice:
        described_practice = await services.practices.describe(
            await services.practices.get_published(practice, public=False)
        )
    return render(
        request,
        "staff/question_new.html",
        status,
        form=form,
        practice=described_practice,
        ring=await services.rings.get(caller.scope, ring) if ring else None,
        others=[] if practice or ring else await services.municipalities.list_all_but(caller.scope.tenant),
        home=_home(caller),
    )


async def _question_page(request: Request, caller: Caller, id: str, form: Form, status: int = 200) -> Response:
    await frame(request, caller)
    services = get_services(request)
    question = await services.reading_questions.get(caller.scope, id)
    return render(
        request,
        "staff/question.html",
        status,
        form=form,
        question=question,
        # A field of its own, so that what was written in the answer stands there alone.
        buttons=new_form(request, caller, f"question:{id}"),
        home=_home(caller),
    )


async def _office_question_page(request: Request, caller: Caller, id: str, form: Form, status: int = 200) -> Response:
    question = await get_services(request).reading_questions.get(None, id)
    return render(request, "staff/question_office.html", status, form=form, question=question)


def _entered(request: Request, form: Form) -> dict[str, Any]:
    return {"text": {_language(request): form.value("text")}, "named": form.value("named") == "yes"}


def _language(request: Request) -> str:
    """In which somebody writes: that of the page."""
    return language_of(request, request.state.brand)


def _home(caller: Caller) -> str:
    return f"/reporting/{caller.scope.tenant}/"
