"""HTTP API for respondents: the code in the path is the right to the sheet, the resume code the right to what it holds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key
from chassis.http.openapi import refusals
from chassis.http.permissions import Caller, from_our_pages
from chassis.http.problems import Problem
from chassis.http.rate_limits import PUBLIC
from chassis.http.routing import APIRouter
from chassis.storage.idempotency import IdempotencyKey
from services.selfcheck.answering.repository import hashed
from services.selfcheck.answering.schemas import HandedOn, SavedSheet, SheetResponse, WholeSheet
from services.selfcheck.erasure.schemas import ErasureCertificate
from services.selfcheck.http import BY_CODE, PDF, ResumeHeader
from services.selfcheck.permissions import Public
from services.selfcheck.questionnaires.api_files import assessment_on_paper
from services.selfcheck.schemas import AnswerSave, Delegation
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/answers/{code}", tags=["answers"], responses=BY_CODE)


def resume_cookie(code: str) -> str:
    """The name of a page's cookie with the resume code; one for each link, because families share a phone."""
    return f"wk_resume_{hashed(code)[:16]}"


def kept_resume_code(request: Request, code: str) -> str | None:
    """The resume code in the page's cookie. Browsers send it on their own: what forms change is guarded by their tokens."""
    return request.cookies.get(resume_cookie(code))


def resume_code(request: Request, code: str, header: ResumeHeader = None) -> str | None:
    """The respondent's resume code, from the header or the page's cookie; the cookie changes something from our own pages alone, for
    whoever handed out the link knows its address."""
    may_use_cookie = request.method in ("GET", "HEAD") or from_our_pages(request)
    return header or (kept_resume_code(request, code) if may_use_cookie else None)


Resume = Annotated[str | None, Depends(resume_code)]
"""What a route for respondents takes beside the code in its path: they are given it with the first save."""


async def guarded(request: Request, caller: Caller, work: Any) -> Any:
    """Await `work`; whoever tries codes that do not exist, or resume codes that are wrong, is slowed down."""
    try:
        return await work
    except Problem as problem:
        if problem.status in (403, 404):
            await request.app.state.rate_limiters[PUBLIC].hit("answers", caller.address)
        raise


@router.get("", response_model=WholeSheet, summary="An answer sheet")
async def get_sheet(request: Request, caller: Public, code: str, resume: Resume) -> Response:
    """With answers, progress, and what stands around it. Once somebody has begun, with the resume code alone."""
    return json_response(await guarded(request, caller, get_services(request).answering.view(code, resume)))


@router.get("/questionnaire.pdf", responses=PDF, response_class=Response, summary="What a link asks, on paper")
async def get_questionnaire_pdf(
    request: Request, caller: Public, code: str, language: Filter = "de", field: Filter | None = None
) -> Response:
    """All that this self-check asks, or one field, to prepare the answers; without answers, so it takes no resume code."""
    assessment = await guarded(request, caller, get_services(request).answering.assessment(code))
    return await assessment_on_paper(request, assessment, language, field)


@router.put("", response_model=SavedSheet, summary="Save answers", **refusals("answers-closed"))
async def save_answers(request: Request, caller: Public, code: str, body: AnswerSave, resume: Resume) -> Response:
    """What changed, and nothing else. The first save claims the sheet and tells its resume code."""
    services = get_services(request)
    saving = services.answering.save(code, body, resume, services.clock.now())
    return json_response(await guarded(request, caller, saving))


@router.post(
    "/submission", response_model=SheetResponse, summary="Hand in", **refusals("answers-closed", "nothing-saved")
)
async def submit_sheet(request: Request, caller: Public, code: str, resume: Resume, key: Key = None) -> Response:
    """Say that one is done; answers may be corrected until the reveal."""
    services = get_services(request)
    idempotency_key = IdempotencyKey.of(services.secrets, f"submission {code}", key, None)
    answer, replayed = await guarded(
        request, caller, services.answering.submit(code, resume, idempotency_key, services.clock.now())
    )
    return json_response(answer, 200, replayed)


@router.post(
    "/delegation",
    status_code=201,
    response_model=HandedOn,
    summary="Hand questions on",
    **refusals("answers-closed", "asked-meanwhile", "assessment-already-revealed", "too-many-colleagues"),
)
async def create_delegation(
    request: Request, caller: Public, code: str, body: Delegation, resume: Resume, key: Key = None
) -> Response:
    """A colleague is mailed a link for these questions alone; what is answered there counts as this voice."""
    services = get_services(request)
    idempotency_key = IdempotencyKey.of(services.secrets, f"delegation {code}", key, body)
    work = services.handing_on.hand_on(code, body, resume, idempotency_key, services.clock.now())
    answer, replayed = await guarded(request, caller, work)
    return json_response(answer, 201, replayed)


@router.post(
    "/delegation/{id}/withdrawal",
    response_model=SheetResponse,
    summary="Take questions back",
    **refusals("answers-closed", "colleague-has-begun"),
)
async def withdraw_delegation(
    request: Request, caller: Public, code: str, id: str, resume: Resume, key: Key = None
) -> Response:
    """While the colleague has not begun. Repeating it changes nothing, with or without a key."""
    services = get_services(request)
    work = services.handing_on.take_back(code, id, resume, services.clock.now())
    return json_response(await guarded(request, caller, work))


@router.post("/erasure", response_model=ErasureCertificate, summary="Have oneself erased")
async def erase_respondent(request: Request, caller: Public, code: str, resume: Resume, key: Key = None) -> Response:
    """Have oneself forgotten. Repeating it gives the certificate again, with or without a key."""
    work = get_services(request).erasure_by_link.erase(code, resume)
    return json_response(await guarded(request, caller, work))


@router.get("/erasure", response_model=ErasureCertificate, summary="Certificate of an erasure")
async def get_erasure(request: Request, caller: Public, code: str) -> Response:
    """What was removed and what remains."""
    return json_response(await guarded(request, caller, get_services(request).erasure_by_link.certificate(code)))
