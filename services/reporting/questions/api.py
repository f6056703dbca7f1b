"""HTTP of questions and answers between municipalities."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit
from chassis.http.problems import FieldError, invalid
from chassis.http.routing import APIRouter
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.pagination import Cursor
from chassis.storage.tenancy import TenantScope
from chassis.text.text_types import Identifier
from services.reporting.domain.contribution import About
from services.reporting.permissions import ProgrammeOffice, Staff, StaffAnywhere
from services.reporting.questions.questions import Entry
from services.reporting.questions.refusals_staff import ONE_ALONE
from services.reporting.questions.schemas import (
    AnswerBody,
    FollowingBody,
    HelpedBody,
    ModerationBody,
    OpenQuestionBody,
    PracticeAnswerBody,
    PracticeFollowingBody,
    PracticeQuestionBody,
)
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1", tags=["questions"])

JsonObject = dict[str, Any]


@router.get("/questions/waiting", summary="Questions and answers to be read by the programme office")
async def list_waiting_contributions(request: Request, caller: ProgrammeOffice) -> JsonObject:
    """Those through the office, and those that seem to name somebody; the oldest first."""
    return await get_services(request).reading_questions.list_waiting()


@router.post("/questions/{id}/moderation", summary="Show or hide a question")
async def moderate_question(request: Request, caller: ProgrammeOffice, id: str, body: ModerationBody) -> JsonObject:
    services = get_services(request)
    await services.questions.moderate_question(id, body.decision == "show", body.reason)
    return await services.reading_questions.get(None, id)


@router.post("/questions/{id}/answers/{answer}/moderation", summary="Show or hide an answer")
async def moderate_answer(
    request: Request, caller: ProgrammeOffice, id: str, answer: str, body: ModerationBody
) -> JsonObject:
    services = get_services(request)
    await services.questions.moderate_answer(id, answer, body.decision == "show", body.reason)
    return await services.reading_questions.get(None, id)


@router.get("/practices/{id}/questions", summary="Questions about a practice")
async def list_questions_about_practice(
    request: Request, caller: StaffAnywhere, id: str, limit: Limit = 20, cursor: Cursor = None
) -> JsonObject:
    """The newest first."""
    scope = caller.scope_in(min(caller.by_tenant, default=None))
    return await get_services(request).reading_questions.list_about_practice(scope, id, limit, cursor)


@router.post("/practices/{id}/questions", summary="Ask about a practice", status_code=201)
async def ask_about_practice(
    request: Request, caller: StaffAnywhere, id: str, body: PracticeQuestionBody, key: Key = None
) -> Response:
    """The municipality behind it and all who follow the practice are told. Raises 409 where that municipality left."""
    scope = caller.scope_in(body.municipality)
    return await _ask(request, scope, caller.by_tenant[scope.tenant], "practice", id, body, key)


@router.post(
    "/practices/{id}/questions/{question}/answers", summary="Answer a question about a practice", status_code=201
)
async def answer_about_practice(
    request: Request, caller: StaffAnywhere, id: str, question: str, body: PracticeAnswerBody, key: Key = None
) -> Response:
    scope = caller.scope_in(body.municipality)
    return await _answer(request, scope, caller.by_tenant[scope.tenant], question, body, key)


@router.put("/practices/{id}/following", summary="Follow a practice or not")
async def follow_practice(request: Request, caller: StaffAnywhere, id: str, body: PracticeFollowingBody) -> JsonObject:
    """Coordinators of the municipality are told of new questions about it."""
    await get_services(request).questions.follow_practice(caller.scope_in(body.municipality), id, body.follows)
    return {"follows": body.follows}


@router.get("/{tenant}/questions", summary="Questions that the municipality may read")
async def list_questions(
    request: Request, caller: Staff, limit: Limit = 20, cursor: Cursor = None, ring: Identifier | None = None
) -> JsonObject:
    """To everybody, to practices, to its rings, to it alone; the newest first. `ring`: of one ring alone."""
    return await get_services(request).reading_questions.list_page(caller.scope, limit, cursor, ring)


@router.post(
    "/{tenant}/questions", summary="Ask everybody, a ring, one municipality, or about a practice", status_code=201
)
async def ask_question(request: Request, caller: Staff, body: OpenQuestionBody, key: Key = None) -> Response:
    """To one municipality: it and the programme office alone read it. Raises 422 where that one can't be asked."""
    about, subject = addressee_of(body)
    return await _ask(request, caller.scope, caller.roles, about, subject, body, key)


@router.put("/{tenant}/questions/following", summary="Follow questions to everybody or not")
async def follow_all_questions(request: Request, caller: Staff, body: FollowingBody) -> JsonObject:
    """Coordinators of the municipality are told of new ones."""
    await get_services(request).questions.follow(caller.scope, "everybody", body.follows)
    return {"follows": body.follows}


@router.get("/{tenant}/questions/{id}", summary="A question with its answers")
async def get_question(request: Request, caller: Staff, id: str) -> JsonObject:
    """What helped comes first."""
    return await get_services(request).reading_questions.get(caller.scope, id)


@router.post("/{tenant}/questions/{id}/answers", summary="Answer a question", status_code=201)
async def answer_question(request: Request, caller: Staff, id: str, body: AnswerBody, key: Key = None) -> Response:
    """Whoever asked and all who follow the question are told."""
    return await _answer(request, caller.scope, caller.roles, id, body, key)


@router.post("/{tenant}/questions/{id}/answers/{answer}/helped", summary="Say whether an answer helped")
async def set_answer_helped(request: Request, caller: Staff, id: str, answer: str, body: HelpedBody) -> JsonObject:
    """For the municipality that asked."""
    services = get_services(request)
    await services.questions.set_helped(caller.scope, id, answer, body.helped)
    return await services.reading_questions.get(caller.scope, id)


@router.put("/{tenant}/questions/{id}/following", summary="Follow a question or not")
async def follow_question(request: Request, caller: Staff, id: str, body: FollowingBody) -> JsonObject:
    await get_services(request).questions.follow_question(caller.scope, id, body.follows)
    return {"follows": body.follows}


def addressee_of(body: OpenQuestionBody) -> tuple[About, str]:
    """Whom a question goes to. Raises Problem 422 where it names one municipality and others too."""
    if body.to:
        if body.practice or body.ring:
            raise invalid(FieldError("/to", ONE_ALONE))
        return "municipality", body.to
    if body.practice:
        return "practice", body.practice
    return ("ring", body.ring) if body.ring else ("everybody", "")


def _key(request: Request, scope: TenantScope, key: str | None, body: Any) -> IdempotencyKey:
    secrets = request.app.state.context.secrets
    return IdempotencyKey.of(secrets, f"{request.method} {request.url.path} {scope.tenant}", key, body)


async def _ask(
    request: Request,
    scope: TenantScope,
    roles: frozenset[str],
    about: About,
    subject: str,
    body: AnswerBody,
    key: str | None,
) -> Response:
    services = get_services(request)
    entry = Entry(body.text, body.named, roles)
    question, replayed = await services.questions.ask(scope, about, subject, entry, _key(request, scope, key, body))
    return json_response(await services.reading_questions.get(scope, question.id), 201, replayed)


async def _answer(
    request: Request, scope: TenantScope, roles: frozenset[str], id: str, body: AnswerBody, key: str | None
) -> Response:
    services = get_services(request)
    entry = Entry(body.text, body.named, roles)
    _, answer, replayed = await services.questions.answer(scope, id, entry, _key(request, scope, key, body))
    return json_response(await services.reading_questions.answer(scope, answer), 201, replayed)
