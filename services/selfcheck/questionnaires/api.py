"""HTTP API of published versions of questionnaires, for everybody."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import Body, Query, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.text.text_types import Value
from services.selfcheck.domain.comparison import compare
from services.selfcheck.http import JSON_SCHEMA, PDF, WORKBOOK
from services.selfcheck.permissions import ProgrammeOffice, Public
from services.selfcheck.questionnaires.api_files import FieldId, Language, as_pdf, kept_paper, to_save
from services.selfcheck.questionnaires.questionnaire_xlsx import write
from services.selfcheck.questionnaires.responses import compared_as_json, complete_as_json
from services.selfcheck.questionnaires.schemas import (
    ComparedVersions,
    CompletenessReport,
    Content,
    Published,
    VersionList,
)
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1", tags=["questionnaires"])

SCHEMA = Path(__file__).with_name("questionnaire.schema.json").read_bytes()
UPLOADS = r"/selfcheck/(v1/questionnaires|v1/questionnaire-drafts(/[^/]+)?|questionnaires(/drafts/[^/]+)?)"
"""Where questionnaires are sent to, by API and by page."""
PUBLISHED_FOREVER = "public, max-age=3600"


@router.get(
    "/questionnaire.schema.json",
    responses=JSON_SCHEMA,
    response_class=Response,
    summary="JSON schema of questionnaires",
)
async def get_questionnaire_schema(request: Request, caller: Public) -> Response:
    """What a questionnaire document looks like."""
    return Response(SCHEMA, media_type="application/schema+json", headers={"Cache-Control": PUBLISHED_FOREVER})


@router.post(
    "/questionnaires",
    status_code=201,
    response_model=Published,
    summary="Publish a questionnaire",
    **refusals("version-published"),
)
async def publish_questionnaire(
    request: Request, caller: ProgrammeOffice, body: Annotated[Value, Body()], key: Key = None
) -> Response:
    """A version is published once and never changes."""
    now = request.app.state.context.clock.now()
    answer, replayed = await get_services(request).questionnaires.publish(body, key, now)
    return json_response(answer, 201, replayed)


@router.get("/questionnaires", response_model=VersionList, summary="Published versions")
async def list_questionnaires(request: Request, caller: Public) -> Response:
    """All published versions; there are never so many that one page would not hold them."""
    return json_response({"items": await get_services(request).questionnaires.catalogue(), "next": None})


@router.get("/questionnaires/{id}/compare", response_model=ComparedVersions, summary="Compare two versions")
async def compare_questionnaires(
    request: Request,
    caller: Public,
    id: str,
    first: Annotated[Filter, Query(alias="from")],
    last: Annotated[Filter, Query(alias="to")],
) -> Response:
    """What changed from an earlier version to a later one."""
    versions = await get_services(request).questionnaires.lineage(id, first, last)
    return json_response({"id": id, "from": first, "to": last, **compared_as_json(compare(versions))})


@router.get(
    "/questionnaires/{id}/{version}.pdf", responses=PDF, response_class=Response, summary="A questionnaire on paper"
)
async def get_questionnaire_pdf(
    request: Request, caller: Public, id: str, version: str, language: Language = "de", field: FieldId = None
) -> Response:
    """For preparing, whole or one field."""
    questionnaire = await get_services(request).questionnaires.parsed(id, version)
    answer = as_pdf(await kept_paper(request, [id, version], questionnaire, language, field))
    answer.headers["Cache-Control"] = PUBLISHED_FOREVER
    return answer


@router.get(
    "/questionnaires/{id}/{version}.xlsx",
    responses=WORKBOOK,
    response_class=Response,
    summary="A questionnaire as a workbook",
)
async def get_questionnaire_workbook(request: Request, caller: Public, id: str, version: str) -> Response:
    """For people to read and to begin a new version from."""
    document = await get_services(request).questionnaires.document(id, version)
    return to_save(
        await get_services(request).papers.get_or_make(
            ["xlsx", id, version], lambda: asyncio.to_thread(write, document)
        )
    )


@router.get("/questionnaires/{id}/{version}/completeness", response_model=CompletenessReport, summary="Missing texts")
async def get_completeness(request: Request, caller: Public, id: str, version: str) -> Response:
    """What is missing in which language."""
    return json_response(complete_as_json(await get_services(request).questionnaires.parsed(id, version)))


@router.get("/questionnaires/{id}/{version}", response_model=Content, summary="A published version")
async def get_questionnaire(request: Request, caller: Public, id: str, version: str) -> Response:
    """As it was sent."""
    return json_response(await get_services(request).questionnaires.document(id, version))
