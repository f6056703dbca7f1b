"""One field of action of a respondent's sheet: its questions, saved one by one by script or together by button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import Request, Response

from chassis.http.problems import Problem, not_found
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import language_of, see_other
from chassis.text.languages import pick
from disclosure.scheme import NOT_APPLICABLE, UNSURE
from services.selfcheck.answering.respondent_page import RespondentPage, respondent_page
from services.selfcheck.answering.schemas import AnswerConflict
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.domain.questionnaire import Field, Question
from services.selfcheck.permissions import Public
from services.selfcheck.schemas import AnswerSave, Seen, level_of

router = APIRouter(prefix="/selfcheck/answers/{code}/fields/{field}", include_in_schema=False)

SEEN = "seen"
"""The field of the form with what the page showed: who sends it changes what differs from that, and nothing unseen."""


@router.get("")
async def show_field(request: Request, caller: Public, code: str, field: str) -> Response:
    page = await respondent_page(request, caller, code)
    return _page(page, _field(page, field))


@router.post("")
async def save_field(request: Request, caller: Public, code: str, field: str) -> Response:
    """The whole field by button, for browsers without JavaScript and as the way on."""
    page = await respondent_page(request, caller, code)
    shown = _field(page, field)
    form = await page.received("answers")
    if not form.ok:
        return _page(page, shown, form, 422)
    body = _changes(page, shown, form)
    if body.answers or body.notes:
        try:
            saved = await page.services.answering.save(code, body, page.resume, page.now)
        except Problem as problem:
            if problem.status != 422:
                raise
            form.show_problem(problem)
            return _page(page, shown, form, 422)
        if saved["conflicts"]:
            return _page(await respondent_page(request, caller, code), shown, form, 409, saved["conflicts"])
    fields = page.fields()
    place = fields.index(shown)
    if form.value("then") == "overview" or place + 1 == len(fields):
        return see_other(page.here)
    return see_other(page.address(fields[place + 1]))


def _field(page: RespondentPage, id: str) -> Field:
    for field in page.fields():
        if field.id == id:
            return field
    raise not_found("field")


def _answer_name(question: str) -> str:
    return f"a.{question}"


def _note_name(question: str) -> str:
    return f"n.{question}"


def _page(
    page: RespondentPage,
    field: Field,
    form: Form | None = None,
    status: int = 200,
    conflicts: Sequence[AnswerConflict] = (),
) -> Response:
    fields = page.fields()
    place = fields.index(field)
    question_ids = set(page.questions_of(field))
    answers = {q: answer for q, answer in page.sheet["answers"].items() if q in question_ids}
    notes = {q: note for q, note in page.sheet["notes"].items() if q in question_ids}
    initial = {_answer_name(q): answer for q, answer in answers.items()} | {_note_name(q): n for q, n in notes.items()}
    progress = page.sheet["progress"]["fields"][field.id]
    scale = page.questionnaire.scale
    neighbours = [
        {"title": fields[at].title, "address": page.address(fields[at])} if 0 <= at < len(fields) else None
        for at in (place - 1, place + 1)
    ]
    language = language_of(page.request, page.request.state.brand)
    criteria = [
        {
            "title": criterion.title,
            "questions": [
                _question_as_shown(page, question, language, conflicts)
                for question in criterion.questions
                if question.id in question_ids
            ],
        }
        for criterion in field.criteria
    ]
    return page.render(
        "answer_field.html",
        status=status,
        field_id=field.id,
        field_title=field.title,
        number=place + 1,
        count=len(fields),
        answered=progress["answered"],
        asked=progress["asked"],
        former=neighbours[0],
        following=neighbours[1],
        form=form or page.form("answers", initial),
        seen=orjson.dumps({"answers": answers, "notes": notes}).decode(),
        closed=page.closed,
        levels=[(scale.min + step, words) for step, words in enumerate(scale.labels)],
        unsure=UNSURE,
        not_applicable=NOT_APPLICABLE,
        differing=bool(conflicts),
        own=is_own(field.id),
        paper=page.paper,
        criteria=[criterion for criterion in criteria if criterion["questions"]],
    )


def _question_as_shown(
    page: RespondentPage, question: Question, language: str, conflicts: Sequence[AnswerConflict]
) -> dict[str, Any]:
    """A question for the template, with what another device stored of it in the meantime."""
    words, spoken_in = pick(question.text, language)
    stored_meanwhile = {one["part"]: {"value": one["there"]} for one in conflicts if one["question"] == question.id}
    return {
        "id": question.id,
        "text": question.text,
        "words": words,
        "spoken_in": spoken_in,
        "help": question.help,
        "name": _answer_name(question.id),
        "note": _note_name(question.id),
        "handed_on": question.id in page.handed_on,
        "evidence": sum(one["question"] == question.id for one in page.sheet["evidence"]),
        "answer_there": stored_meanwhile.get("answers"),
        "note_there": stored_meanwhile.get("notes"),
    }


def _changes(page: RespondentPage, field: Field, form: Form) -> AnswerSave:
    """What differs from what the page had shown: a level as a number, one of the two words, or null to take an answer back."""
    answers_seen, notes_seen = _values_shown(form)
    answers: dict[str, Any] = {}
    notes: dict[str, Any] = {}
    for question in page.questions_of(field):
        if form.chosen(_answer_name(question)):
            entered = form.value(_answer_name(question))
            answer = level_of(entered) if entered else None
            if answer != answers_seen.get(question):
                answers[question] = answer
        if form.chosen(_note_name(question)):
            note = form.value(_note_name(question)).replace("\r\n", "\n")
            if note != str(notes_seen.get(question) or "").strip().replace("\r\n", "\n"):
                notes[question] = note
    values_seen = Seen(
        answers={question: [answers_seen.get(question)] for question in answers},
        notes={question: [notes_seen.get(question) or ""] for question in notes},
    )
    return AnswerSave(answers=answers, notes=notes, seen=values_seen)


def _values_shown(form: Form) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the answers and notes that the page had shown. A page that does not say it, as of an earlier version, has shown an empty
    sheet: what stands there is then not overwritten but asked about."""
    try:
        shown = orjson.loads(form.value(SEEN) or "{}")
        answers, notes = shown.get("answers", {}), shown.get("notes", {})
    except (orjson.JSONDecodeError, AttributeError):
        return {}, {}
    return (answers if isinstance(answers, dict) else {}), (notes if isinstance(notes, dict) else {})
