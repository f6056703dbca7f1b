"""Pages for respondents: hand questions or a whole field on to a colleague, see how far they are, take them back."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import language_of, see_other
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.selfcheck.answering.api import guarded
from services.selfcheck.answering.respondent_page import RespondentPage, respondent_page
from services.selfcheck.permissions import Public
from services.selfcheck.schemas import Contact, Delegation

router = APIRouter(prefix="/selfcheck/answers/{code}/hand-on", include_in_schema=False)

_TRANSLATED = (
    mark("A colleague has this question already; take it back first."),
    mark("You have handed on to 10 colleagues; take something back before you go on."),
    mark("You have handed on 30 times; please talk to those who invited you."),
    mark("Questions of this invitation were handed on 100 times; please talk to those who invited you."),
)
_NOTHING_CHOSEN = mark("Please choose at least one question or a whole field.")


@router.get("")
async def show_delegations(
    request: Request, caller: Public, code: str, question: Filter = "", field: Filter = ""
) -> Response:
    page = await respondent_page(request, caller, code)
    # Colleagues mostly read what the sender reads; the list begins with German for everybody else.
    language = language_of(request, request.state.brand)
    return _page(page, page.form("hand-on", {"questions": [question], "fields": [field], "language": language}))


@router.post("")
async def create_delegation(request: Request, caller: Public, code: str) -> Response:
    page = await respondent_page(request, caller, code)
    form = await page.received("hand-on")
    form.require("email", "language")
    if not form.chosen("questions") and not form.chosen("fields"):
        form.error("", _NOTHING_CHOSEN)
    if form.ok:
        with form.refusals():
            contact = Contact(email=form.value("email"), language=form.value("language"))
            body = Delegation(questions=form.chosen("questions"), fields=form.chosen("fields"), contact=contact)
            await page.services.handing_on.hand_on(
                code, body, page.resume, page.idempotency_key("delegation", form), page.now
            )
            return see_other(f"{page.here}/hand-on")
    return _page(page, form, 422)


@router.post("/{id}/withdrawal")
async def withdraw_delegation(request: Request, caller: Public, code: str, id: str) -> Response:
    page = await respondent_page(request, caller, code)
    form = await page.received(f"take-back:{id}")
    if form.ok:
        with form.refusals():
            await guarded(request, caller, page.services.handing_on.take_back(code, id, page.resume, page.now))
    if not form.ok:
        return _page(await respondent_page(request, caller, code), form, 409)
    return see_other(f"{page.here}/hand-on")


def _page(page: RespondentPage, form: Form, status: int = 200) -> Response:
    chosen = set(form.chosen("questions"))
    asked_ids = page.sheet["asked"]
    questions_by_field = {
        field.id: [q for q in field.questions if asked_ids is None or q.id in asked_ids] for field in page.fields()
    }
    return page.render(
        "answer_hand_on.html",
        status=status,
        form=form,
        closed=page.closed,
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
        handed_on=[
            {
                "id": colleague["id"],
                "status": colleague["status"],
                "answered": colleague["answered"],
                "take_back": page.form(f"take-back:{colleague['id']}"),
                "questions": [page.questionnaire.questions[question].text for question in colleague["questions"]],
            }
            for colleague in page.sheet["handed_on"]
        ],
        sections=[
            {
                "id": field.id,
                "title": field.title,
                "chosen": any(q.id in chosen for q in field.questions),
                "questions": [(q.id, q.text) for q in questions_by_field[field.id]],
            }
            for field in page.fields()
            if questions_by_field[field.id]
        ],
    )
