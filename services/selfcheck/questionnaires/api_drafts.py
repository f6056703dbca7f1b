"""HTTP API of drafts of questionnaires, for the programme office."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Number
from chassis.http.openapi import refusals
from chassis.http.problems import FieldError, Problem, not_found
from chassis.http.routing import APIRouter
from services.selfcheck.domain.comparison import compare
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.http import PDF, WORKBOOK
from services.selfcheck.permissions import ProgrammeOffice
from services.selfcheck.problems import flawed
from services.selfcheck.questionnaires.api_files import FieldId, Language, as_pdf, check_field, to_save
from services.selfcheck.questionnaires.drafts import Uploaded, from_json
from services.selfcheck.questionnaires.paper import paper
from services.selfcheck.questionnaires.questionnaire_xlsx import MEDIA_TYPE, write
from services.selfcheck.questionnaires.responses import compared_as_json, complete_as_json
from services.selfcheck.questionnaires.schemas import (
    ComparedVersions,
    CompletenessReport,
    Content,
    DraftList,
    DraftResponse,
    Published,
)
from services.selfcheck.questionnaires.translations import in_all_languages
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1", tags=["questionnaires"])

Revision = Number | None


@router.post("/questionnaire-drafts", status_code=201, response_model=DraftResponse, summary="Begin a draft")
async def create_draft(request: Request, caller: ProgrammeOffice, key: Key = None) -> Response:
    """A JSON document or, by its media type, a workbook. Refused as a whole when anything is wrong with it."""
    uploaded = await _read_upload(request)
    try:
        answer, replayed = await get_services(request).drafts.create(
            uploaded, key, request.app.state.context.clock.now()
        )
    except Invalid as error:
        raise flawed(error) from None
    return json_response(answer, 201, replayed)


@router.get("/questionnaire-drafts", response_model=DraftList, summary="Drafts")
async def list_drafts(request: Request, caller: ProgrammeOffice) -> Response:
    """Those that are not published, the one changed last first."""
    return json_response({"items": await get_services(request).drafts.list_all(), "next": None})


@router.get(
    "/questionnaire-drafts/{draft}.pdf",
    responses=PDF,
    response_class=Response,
    summary="A draft on paper",
    **refusals("draft-published"),
)
async def get_draft_pdf(
    request: Request, caller: ProgrammeOffice, draft: str, language: Language = "de", field: FieldId = None
) -> Response:
    """Whole or one field."""
    return await _pdf_response(
        in_all_languages(parse(await get_services(request).drafts.content(draft))), language, field
    )


@router.get(
    "/questionnaire-drafts/{draft}.xlsx",
    responses=WORKBOOK,
    response_class=Response,
    summary="A draft as a workbook",
    **refusals("draft-published"),
)
async def get_draft_workbook(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """To go on with."""
    return await _workbook_response(await get_services(request).drafts.content(draft))


@router.get(
    "/questionnaire-drafts/{draft}/completeness",
    response_model=CompletenessReport,
    summary="Missing texts of a draft",
    **refusals("draft-published"),
)
async def get_draft_completeness(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """By language."""
    return json_response(complete_as_json(in_all_languages(parse(await get_services(request).drafts.content(draft)))))


@router.get(
    "/questionnaire-drafts/{draft}/compare",
    response_model=ComparedVersions,
    summary="Compare a draft",
    **refusals("draft-published"),
)
async def compare_draft(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """What would change from the version published last."""
    questionnaire = parse(await get_services(request).drafts.content(draft))
    latest = await get_services(request).questionnaires.latest(questionnaire.id)
    if latest is None:
        raise not_found("version before")
    body = compared_as_json(compare([latest, questionnaire]))
    return json_response({"id": questionnaire.id, "from": latest.version, "to": questionnaire.version, **body})


@router.get("/questionnaire-drafts/{draft}", response_model=Content, summary="A draft", **refusals("draft-published"))
async def get_draft(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """The questionnaire document it holds."""
    return json_response(await get_services(request).drafts.content(draft))


@router.put(
    "/questionnaire-drafts/{draft}",
    response_model=DraftResponse,
    summary="Replace a draft",
    **refusals("draft-changed", "draft-published"),
)
async def replace_draft(request: Request, caller: ProgrammeOffice, draft: str, revision: Revision = None) -> Response:
    """As a whole; with `revision`, not over somebody else's."""
    uploaded = await _read_upload(request)
    try:
        return json_response(
            await get_services(request).drafts.replace(draft, uploaded, revision, request.app.state.context.clock.now())
        )
    except Invalid as error:
        raise flawed(error) from None


@router.delete(
    "/questionnaire-drafts/{draft}",
    status_code=204,
    summary="Discard a draft",
    **refusals("draft-changed", "draft-published"),
)
async def discard_draft(request: Request, caller: ProgrammeOffice, draft: str, revision: Revision = None) -> Response:
    """One that is published stays as a record."""
    await get_services(request).drafts.discard(draft, revision)
    return Response(status_code=204)


@router.post(
    "/questionnaire-drafts/{draft}/publication",
    response_model=Published,
    summary="Publish a draft",
    **refusals("draft-changed", "version-published"),
)
async def publish_draft(
    request: Request, caller: ProgrammeOffice, draft: str, revision: Revision = None, key: Key = None
) -> Response:
    """As it stands; with `revision`, only what was looked at."""
    answer, replayed = await get_services(request).drafts.publish(
        draft, revision, key, request.app.state.context.clock.now()
    )
    return json_response(answer, 200, replayed)


async def _read_upload(request: Request) -> Uploaded:
    """The body, by its media type. Raises Problem 400 for what is no JSON, 415 for other types, 422 with all flaws."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    try:
        if media_type == MEDIA_TYPE:
            return await get_services(request).drafts.from_workbook(body)
        if media_type == "application/json":
            return from_json(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise Problem(
            400,
            "malformed-json",
            "The body is not JSON",
            "Send a JSON object, encoded in UTF-8.",
            [FieldError("/", "This is not JSON.")],
        ) from None
    except Invalid as error:
        raise flawed(error) from None
    raise Problem(
        415, "unsupported-media-type", "This kind of body is not taken", f"Send application/json or {MEDIA_TYPE}."
    )


async def _pdf_response(questionnaire: Questionnaire, language: str, field: str | None) -> Response:
    """The questionnaire or one field as PDF. Raises Problem 404 for a field it has not."""
    check_field(questionnaire, field)
    return as_pdf(await asyncio.to_thread(paper, questionnaire, language, field))


async def _workbook_response(document: dict[str, Any]) -> Response:
    """The document as a file to save."""
    return to_save(await asyncio.to_thread(write, document))
