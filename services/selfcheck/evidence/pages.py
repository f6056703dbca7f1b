"""Pages for respondents: links and files beside one answer."""

from __future__ import annotations

import hashlib

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from chassis.text.translations import mark
from services.selfcheck.answering.respondent_page import RespondentPage, remember, respondent_page
from services.selfcheck.domain.evidence import ACTIVE_DETAIL, BROKEN_DETAIL, KINDS_DETAIL, SIZE_DETAIL
from services.selfcheck.permissions import Public
from services.selfcheck.schemas import NewLink

router = APIRouter(prefix="/selfcheck/answers/{code}/evidence/{question}", include_in_schema=False)

_CHOOSE = mark("Please choose a file or put in a link.")
_TRANSLATED = (
    mark("Choose a PDF, an image (JPEG, PNG) or a document of Word, Excel, PowerPoint or LibreOffice."),
    mark("The file holds scripts, macros or files of its own. Save it without them, best as a plain PDF."),
    mark("The file is damaged or locked with a password. Open it, save it again and choose that copy."),
    mark("The file is empty or larger than 4 MB. Choose a smaller one, or put in a link to it."),
    mark("Put in a web address that begins with https://, of at most 1000 characters."),
    mark("There is enough evidence for this question; take some away first."),
    mark("Your files are too large together; take some away or put in links."),
)
assert set(_TRANSLATED) >= {ACTIVE_DETAIL, BROKEN_DETAIL, KINDS_DETAIL, SIZE_DETAIL}


@router.get("")
async def show_evidence(request: Request, caller: Public, code: str, question: str) -> Response:
    page = await respondent_page(request, caller, code)
    return _page(page, question, page.form("evidence"))


@router.post("")
async def add_evidence(request: Request, caller: Public, code: str, question: str) -> Response:
    """A link, a file, or both."""
    page = await respondent_page(request, caller, code)
    form = await page.received("evidence")
    sent = (await request.form()).get("file")
    file = sent if isinstance(sent, UploadFile) and sent.filename else None
    if not form.value("url") and file is None:
        form.error("file", _CHOOSE)
    if not form.ok:
        return _page(page, question, form, 422)
    evidence, resume = page.services.evidence, page.resume
    with form.refusals():
        if form.value("url"):
            link = NewLink(question=question, url=form.value("url"))
            added, _ = await evidence.add_link(code, link, resume, page.idempotency_key("link", form), page.now)
            resume = added.get("resume_code", resume)
        if file is not None:
            name, content = file.filename or "", await file.read()
            idempotency_key = page.idempotency_key("file", form, name, hashlib.sha256(content).hexdigest())
            added, _ = await evidence.add_file(code, question, name, content, resume, idempotency_key, page.now)
            resume = added.get("resume_code", resume)
    if not form.ok:
        return _page(page, question, form, 422)
    response = see_other(f"{page.here}/evidence/{question}")
    if resume is not None and resume != page.resume:
        remember(request, response, code, resume)
    return response


@router.post("/{id}/removal")
async def remove_evidence(request: Request, caller: Public, code: str, question: str, id: str) -> Response:
    page = await respondent_page(request, caller, code)
    form = await page.received(f"remove:{id}")
    if form.ok:
        await page.services.evidence.remove(code, id, page.resume, page.now)
    return see_other(f"{page.here}/evidence/{question}")


def _page(page: RespondentPage, id: str, form: Form, status: int = 200) -> Response:
    field = next((one for one in page.fields() if id in page.questions_of(one)), None)
    if field is None:
        raise not_found("question")
    return page.render(
        "answer_evidence.html",
        status=status,
        form=form,
        back=page.address(field),
        closed=page.closed,
        field_title=field.title,
        question=page.questionnaire.questions[id].text,
        files=f"/selfcheck/v1/answers/{page.code}/evidence",
        evidence=[
            one | {"removal": page.form(f"remove:{one['id']}")}
            for one in page.sheet["evidence"]
            if one["question"] == id
        ],
        address=f"{page.here}/evidence/{id}",
    )
