"""Pages for respondents: the sheet of one link, field by field, on a phone, without an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from chassis.audience import Audience, Caller
from chassis.brand import of_tenant
from chassis.forms import Form, Forms
from chassis.idempotency import Request as Repeatable
from chassis.languages import LANGUAGES
from chassis.pages import Pages, see_other
from chassis.problems import Problem, not_found
from chassis.translations import mark
from services.selfcheck.api_answers import guarded, resume_code, resume_cookie
from services.selfcheck.domain.questionnaire import Field, Questionnaire
from services.selfcheck.domain.responses import NOT_APPLICABLE, UNSURE
from services.selfcheck.parts import Selfcheck
from services.selfcheck.schemas import AnswerSave, Contact, Delegation

router = APIRouter(prefix="/selfcheck/answers/{code}", include_in_schema=False)

Respondent = Annotated[Caller, Audience(public=True)]
KEEP_RESUME_CODE = 180 * 24 * 3600
_WRONG_CODE = mark("This is not the right code. Please compare it letter by letter.")


@dataclass(frozen=True)
class Desk:
    """What one request to these pages works with: the sheet as its respondent sees it, and the frame around it."""

    request: Request
    code: str
    sheet: dict[str, Any]
    questionnaire: Questionnaire
    parts: Selfcheck
    pages: Pages
    forms: Forms

    @property
    def here(self) -> str:
        return f"/selfcheck/answers/{self.code}"

    @property
    def now(self) -> Any:
        return self.parts.clock.now()

    @property
    def resume(self) -> str | None:
        return resume_code(self.request, self.code)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """The page, with a resume code for a browser that has none: it means nothing until the first save."""
        response = self.pages.render(
            self.request, template, brand=self.request.state.brand, status=status,
            assessment=self.sheet["assessment"]["title"], perspective=self.sheet["perspective"]["title"], **context,
        )  # fmt: skip
        if self.sheet["status"] == "invited" and self.resume is None:
            remember(self.request, response, self.code, self.parts.answering.new_resume_code())
        return response

    def fields(self) -> list[Field]:
        """The fields of action this person was asked about."""
        return [field for field in self.questionnaire.fields if field.id in self.sheet["progress"]["fields"]]

    def asked(self, field: Field) -> list[str]:
        """Ids of the questions to show, those handed on among them."""
        own, handed = self.sheet["asked"], set(self.handed_on)
        return [
            q.id
            for q in field.questions
            if own is None or q.id in own or q.id in handed or q.id in self.sheet["answers"]
        ]

    @property
    def handed_on(self) -> list[str]:
        return [question for colleague in self.sheet["handed_on"] for question in colleague["questions"]]

    def address(self, field: Field) -> str:
        return f"{self.here}/fields/{field.id}"


def remember(request: Request, response: Response, code: str, resume: str) -> None:
    """Keep the resume code in this browser, out of reach of scripts."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        resume_cookie(code),
        resume,
        max_age=KEEP_RESUME_CODE,
        path="/selfcheck/",
        httponly=True,
        secure=secure,
        samesite="lax",
    )


async def _desk(request: Request, caller: Caller, code: str) -> Desk:
    state = request.app.state
    parts: Selfcheck = state.selfcheck
    tenant = await guarded(request, caller, parts.answering.tenant(code))
    facts = await state.directory.tenant(tenant)
    if facts is None:
        raise not_found("municipality")
    request.state.brand = of_tenant(tenant, facts)
    sheet = await guarded(request, caller, parts.answering.look(code, resume_code(request, code)))
    version = sheet["questionnaire"]
    questionnaire = await parts.questionnaires.parsed(version["id"], version["version"])
    return Desk(request, code, sheet, questionnaire, parts, state.pages, state.forms)


@router.get("")
async def overview(request: Request, caller: Respondent, code: str) -> Response:
    try:
        desk = await _desk(request, caller, code)
    except Problem as problem:
        if problem.code != "resume-code-needed":
            raise
        return _resume_page(request, request.app.state.forms.new(request, f"resume:{code}"))
    progress, claimed = desk.sheet["progress"], desk.sheet["status"] != "invited"
    return desk.render(
        "answer.html", title=desk.pages.texts(request, request.state.brand).gettext("My answers"),
        status_of_sheet=desk.sheet["status"], answered=progress["answered"], asked=progress["asked"],
        fields=[
            {
                "title": field.title, "address": desk.address(field), **progress["fields"][field.id],
                "handed_on": len({q.id for q in field.questions} & set(desk.handed_on)),
            }
            for field in desk.fields()
        ],
        resume_code=desk.resume if claimed else None, here=desk.here, questionnaire=desk.sheet["questionnaire"],
        submission=desk.forms.new(request, f"submission:{code}"),
    )  # fmt: skip


@router.post("")
async def resume(request: Request, caller: Respondent, code: str) -> Response:
    """The resume code, typed in on another device."""
    parts: Selfcheck = request.app.state.selfcheck
    form = await request.app.state.forms.received(request, f"resume:{code}", min_age=False)
    form.require("resume_code")
    typed = form.value("resume_code").lower().replace(" ", "").replace("-", "")
    if form.ok:
        try:
            await guarded(request, caller, parts.answering.look(code, typed))
        except Problem as problem:
            if problem.status != 403:
                raise
            form.error("resume_code", _WRONG_CODE)
    if not form.ok:
        await _brand(request, code)
        return _resume_page(request, form, 422)
    response = see_other(f"/selfcheck/answers/{code}")
    remember(request, response, code, typed)
    return response


@router.get("/fields/{field}")
async def field_page(request: Request, caller: Respondent, code: str, field: str) -> Response:
    desk = await _desk(request, caller, code)
    return _field_page(desk, _field(desk, field))


@router.post("/fields/{field}")
async def save_field(request: Request, caller: Respondent, code: str, field: str) -> Response:
    """The whole field by button, for browsers without JavaScript and as the way on."""
    desk = await _desk(request, caller, code)
    shown = _field(desk, field)
    form = await desk.forms.received(request, f"answers:{code}", min_age=False)
    if not form.ok:
        return _field_page(desk, shown, form, 422)
    body = AnswerSave(answers=_answers(desk, shown, form), notes=_notes(desk, shown, form))
    if body.answers or body.notes:
        try:
            await desk.parts.answering.save(code, body, desk.resume, desk.now)
        except Problem as problem:
            if problem.status != 422:
                raise
            form.take(problem)
            return _field_page(desk, shown, form, 422)
    fields = desk.fields()
    place = fields.index(shown)
    if form.value("then") == "overview" or place + 1 == len(fields):
        return see_other(desk.here)
    return see_other(desk.address(fields[place + 1]))


@router.post("/submission")
async def submit(request: Request, caller: Respondent, code: str) -> Response:
    desk = await _desk(request, caller, code)
    form = await desk.forms.received(request, f"submission:{code}", min_age=False)
    if form.ok:
        await desk.parts.answering.submit(code, desk.resume, _once(desk, "submission", form), desk.now)
    return see_other(desk.here)


@router.get("/hand-on")
async def hand_on_page(request: Request, caller: Respondent, code: str) -> Response:
    desk = await _desk(request, caller, code)
    return _hand_on_page(desk, desk.forms.new(request, f"hand-on:{code}"))


@router.post("/hand-on")
async def hand_on(request: Request, caller: Respondent, code: str) -> Response:
    desk = await _desk(request, caller, code)
    form = await desk.forms.received(request, f"hand-on:{code}", min_age=False)
    form.require("name", "email", "language", "questions")
    if form.ok:
        try:
            contact = Contact(name=form.value("name"), email=form.value("email"), language=form.value("language"))
            body = Delegation(questions=form.chosen("questions"), contact=contact)
            await desk.parts.answering.hand_on(code, body, desk.resume, _once(desk, "delegation", form), desk.now)
            return see_other(f"{desk.here}/hand-on")
        except Problem as problem:
            form.take(problem, {"/contact/email": "email"})
        except ValueError:
            form.error("email", mark("Please write an e-mail address such as name@example.org."))
    return _hand_on_page(desk, form, 422)


def _once(desk: Desk, what: str, form: Form) -> Repeatable:
    """Sending the same form twice has one effect: the form's token is its key."""
    return Repeatable.of(desk.parts.secrets, f"{what} page {desk.code}", form.value("form_token"), None)


async def _brand(request: Request, code: str) -> None:
    tenant = await request.app.state.selfcheck.answering.tenant(code)
    request.state.brand = of_tenant(tenant, await request.app.state.directory.tenant(tenant))


def _resume_page(request: Request, form: Form, status: int = 200) -> Response:
    pages: Pages = request.app.state.pages
    return pages.render(request, "answer_resume.html", brand=request.state.brand, status=status, form=form)


def _field(desk: Desk, id: str) -> Field:
    for field in desk.fields():
        if field.id == id:
            return field
    raise not_found("field")


def _answer_name(question: str) -> str:
    return f"a.{question}"


def _note_name(question: str) -> str:
    return f"n.{question}"


def _field_page(desk: Desk, field: Field, form: Form | None = None, status: int = 200) -> Response:
    fields = desk.fields()
    place = fields.index(field)
    asked = set(desk.asked(field))
    answers, notes = desk.sheet["answers"], desk.sheet["notes"]
    initial = {_answer_name(q): answers[q] for q in asked if q in answers} | {
        _note_name(q): notes[q] for q in asked if q in notes
    }
    progress = desk.sheet["progress"]["fields"][field.id]
    scale = desk.questionnaire.scale
    neighbours = [
        {"title": fields[at].title, "address": desk.address(fields[at])} if 0 <= at < len(fields) else None
        for at in (place - 1, place + 1)
    ]
    return desk.render(
        "answer_field.html", status=status, field_title=field.title, number=place + 1, count=len(fields),
        answered=progress["answered"], asked=progress["asked"], overview=desk.here, former=neighbours[0], following=neighbours[1],
        form=form or desk.forms.new(desk.request, f"answers:{desk.code}", initial),
        autosave={"data-autosave": f"/selfcheck/v1/answers/{desk.code}"},
        levels=[(scale.min + step, words) for step, words in enumerate(scale.labels)], unsure=UNSURE, not_applicable=NOT_APPLICABLE,
        criteria=[
            {
                "title": criterion.title,
                "questions": [
                    {
                        "id": q.id, "text": q.text, "help": q.help, "name": _answer_name(q.id), "note": _note_name(q.id),
                        "answered": q.id in answers, "handed_on": q.id in desk.handed_on,
                    }
                    for q in criterion.questions if q.id in asked
                ],
            }
            for criterion in field.criteria if any(q.id in asked for q in criterion.questions)
        ],
    )  # fmt: skip


def _hand_on_page(desk: Desk, form: Form, status: int = 200) -> Response:
    chosen = set(form.chosen("questions"))
    own = desk.sheet["asked"]
    return desk.render(
        "answer_hand_on.html", status=status, form=form, overview=desk.here,
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
        handed_on=[
            {"text": desk.questionnaire.questions[question].text, "status": colleague["status"]}
            for colleague in desk.sheet["handed_on"] for question in colleague["questions"]
        ],
        sections=[
            {
                "title": field.title, "chosen": any(q.id in chosen for q in field.questions),
                "questions": [(q.id, q.text) for q in field.questions if own is None or q.id in own],
            }
            for field in desk.fields()
        ],
    )  # fmt: skip


def _answers(desk: Desk, field: Field, form: Form) -> dict[str, Any]:
    """What changed: a level as a number, one of the two words, or null to take an answer back."""
    changed: dict[str, Any] = {}
    for question in desk.asked(field):
        if not form.chosen(_answer_name(question)):
            continue
        entered = form.value(_answer_name(question))
        answer = int(entered) if entered.lstrip("-").isdecimal() else entered or None
        if answer != desk.sheet["answers"].get(question):
            changed[question] = answer
    return changed


def _notes(desk: Desk, field: Field, form: Form) -> dict[str, str]:
    entered = {
        question: form.value(_note_name(question))
        for question in desk.asked(field)
        if form.chosen(_note_name(question))
    }
    return {question: note for question, note in entered.items() if note != desk.sheet["notes"].get(question, "")}
