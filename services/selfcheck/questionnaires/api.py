"""HTTP API of questionnaires: published versions for everybody, drafts for the programme page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
from fastapi import Body, Query, Request, Response

from chassis.documents.kept_documents import KeptDocuments
from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key, Number
from chassis.http.openapi import refusals
from chassis.http.problems import FieldError, Problem, not_found
from chassis.http.routing import APIRouter
from chassis.text.languages import EVERYWHERE, LANGUAGES
from chassis.text.text_types import Value
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.comparison import Comparison, QuestionChange, compare
from services.selfcheck.domain.completeness import completeness
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.own_section import asked_with
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.http import JSON_SCHEMA, PDF, WORKBOOK
from services.selfcheck.permissions import ProgrammeOffice, Public
from services.selfcheck.problems import flawed
from services.selfcheck.questionnaires.drafts import Drafts, Uploaded, from_json
from services.selfcheck.questionnaires.paper import framed_in, paper
from services.selfcheck.questionnaires.questionnaire_xlsx import MEDIA_TYPE, write
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.questionnaires.schemas import (
    ComparedVersions,
    CompletenessReport,
    Content,
    DraftList,
    Published,
    ShownDraft,
    VersionList,
)
from services.selfcheck.questionnaires.translations import in_all_languages

router = APIRouter(prefix="/selfcheck/v1", tags=["questionnaires"])

Revision = Number | None
Language = Filter
FieldId = Filter | None

SCHEMA = Path(__file__).with_name("questionnaire.schema.json").read_bytes()
UPLOADS = r"/selfcheck/(v1/questionnaires|v1/questionnaire-drafts(/[^/]+)?|questionnaires(/drafts/[^/]+)?)"
"""Where questionnaires are sent to, by API and by page."""
PUBLISHED_FOREVER = "public, max-age=3600"


def _questionnaires(request: Request) -> Questionnaires:
    found: Questionnaires = request.app.state.questionnaires
    return found


def _papers(request: Request) -> KeptDocuments:
    """Files of published versions, which never change."""
    found: KeptDocuments = request.app.state.papers
    return found


def _drafts(request: Request) -> Drafts:
    found: Drafts = request.app.state.drafts
    return found


@router.get(
    "/questionnaire.schema.json",
    responses=JSON_SCHEMA,
    response_class=Response,
    summary="JSON schema of questionnaires",
)
async def schema(request: Request, caller: Public) -> Response:
    """What a questionnaire document looks like."""
    return Response(SCHEMA, media_type="application/schema+json", headers={"Cache-Control": PUBLISHED_FOREVER})


@router.post(
    "/questionnaires",
    status_code=201,
    response_model=Published,
    summary="Publish a questionnaire",
    **refusals("version-published"),
)
async def publish(
    request: Request, caller: ProgrammeOffice, body: Annotated[Value, Body()], key: Key = None
) -> Response:
    """A version is published once and never changes."""
    now = request.app.state.context.clock.now()
    answer, replayed = await _questionnaires(request).publish(body, key, now)
    return json_response(answer, 201, replayed)


@router.get("/questionnaires", response_model=VersionList, summary="Published versions")
async def listed(request: Request, caller: Public) -> Response:
    """All published versions; there are never so many that one page would not hold them."""
    return json_response({"items": await _questionnaires(request).catalogue(), "next": None})


@router.get("/questionnaires/{id}/compare", response_model=ComparedVersions, summary="Compare two versions")
async def compared(
    request: Request,
    caller: Public,
    id: str,
    first: Annotated[Filter, Query(alias="from")],
    last: Annotated[Filter, Query(alias="to")],
) -> Response:
    """What changed from an earlier version to a later one."""
    versions = await _questionnaires(request).lineage(id, first, last)
    return json_response({"id": id, "from": first, "to": last, **compared_as_json(compare(versions))})


@router.get(
    "/questionnaires/{id}/{version}.pdf", responses=PDF, response_class=Response, summary="A questionnaire on paper"
)
async def on_paper(
    request: Request, caller: Public, id: str, version: str, language: Language = "de", field: FieldId = None
) -> Response:
    """For preparing, whole or one field."""
    asked = await _questionnaires(request).parsed(id, version)
    answer = as_pdf(await kept_paper(request, [id, version], asked, language, field))
    answer.headers["Cache-Control"] = PUBLISHED_FOREVER
    return answer


@router.get(
    "/questionnaires/{id}/{version}.xlsx",
    responses=WORKBOOK,
    response_class=Response,
    summary="A questionnaire as a workbook",
)
async def workbook(request: Request, caller: Public, id: str, version: str) -> Response:
    """For people to read and to begin a new version from."""
    document = await _questionnaires(request).document(id, version)
    return to_save(await _papers(request).of(["xlsx", id, version], lambda: asyncio.to_thread(write, document)))


@router.get("/questionnaires/{id}/{version}/completeness", response_model=CompletenessReport, summary="Missing texts")
async def complete(request: Request, caller: Public, id: str, version: str) -> Response:
    """What is missing in which language."""
    return json_response(complete_as_json(await _questionnaires(request).parsed(id, version)))


@router.get("/questionnaires/{id}/{version}", response_model=Content, summary="A published version")
async def questionnaire(request: Request, caller: Public, id: str, version: str) -> Response:
    """As it was sent."""
    return json_response(await _questionnaires(request).document(id, version))


@router.post("/questionnaire-drafts", status_code=201, response_model=ShownDraft, summary="Begin a draft")
async def create_draft(request: Request, caller: ProgrammeOffice, key: Key = None) -> Response:
    """A JSON document or, by its media type, a workbook. Refused as a whole when anything is wrong with it."""
    uploaded = await _uploaded(request)
    try:
        answer, replayed = await _drafts(request).create(uploaded, key, request.app.state.context.clock.now())
    except Invalid as error:
        raise flawed(error) from None
    return json_response(answer, 201, replayed)


@router.get("/questionnaire-drafts", response_model=DraftList, summary="Drafts")
async def drafts(request: Request, caller: ProgrammeOffice) -> Response:
    """Those that are not published, the one changed last first."""
    return json_response({"items": await _drafts(request).listed(), "next": None})


@router.get(
    "/questionnaire-drafts/{draft}.pdf",
    responses=PDF,
    response_class=Response,
    summary="A draft on paper",
    **refusals("draft-published"),
)
async def draft_on_paper(
    request: Request, caller: ProgrammeOffice, draft: str, language: Language = "de", field: FieldId = None
) -> Response:
    """Whole or one field."""
    return await printed(in_all_languages(parse(await _drafts(request).content(draft))), language, field)


@router.get(
    "/questionnaire-drafts/{draft}.xlsx",
    responses=WORKBOOK,
    response_class=Response,
    summary="A draft as a workbook",
    **refusals("draft-published"),
)
async def draft_workbook(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """To go on with."""
    return await as_workbook(await _drafts(request).content(draft))


@router.get(
    "/questionnaire-drafts/{draft}/completeness",
    response_model=CompletenessReport,
    summary="Missing texts of a draft",
    **refusals("draft-published"),
)
async def draft_complete(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """By language."""
    return json_response(complete_as_json(in_all_languages(parse(await _drafts(request).content(draft)))))


@router.get(
    "/questionnaire-drafts/{draft}/compare",
    response_model=ComparedVersions,
    summary="Compare a draft",
    **refusals("draft-published"),
)
async def draft_compared(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """What would change from the version published last."""
    sent = parse(await _drafts(request).content(draft))
    latest = await _questionnaires(request).latest(sent.id)
    if latest is None:
        raise not_found("version before")
    body = compared_as_json(compare([latest, sent]))
    return json_response({"id": sent.id, "from": latest.version, "to": sent.version, **body})


@router.get("/questionnaire-drafts/{draft}", response_model=Content, summary="A draft", **refusals("draft-published"))
async def draft_content(request: Request, caller: ProgrammeOffice, draft: str) -> Response:
    """The questionnaire document it holds."""
    return json_response(await _drafts(request).content(draft))


@router.put(
    "/questionnaire-drafts/{draft}",
    response_model=ShownDraft,
    summary="Replace a draft",
    **refusals("draft-changed", "draft-published"),
)
async def replace_draft(request: Request, caller: ProgrammeOffice, draft: str, revision: Revision = None) -> Response:
    """As a whole; with `revision`, not over somebody else's."""
    uploaded = await _uploaded(request)
    try:
        return json_response(
            await _drafts(request).replace(draft, uploaded, revision, request.app.state.context.clock.now())
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
    await _drafts(request).discard(draft, revision)
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
    answer, replayed = await _drafts(request).publish(draft, revision, key, request.app.state.context.clock.now())
    return json_response(answer, 200, replayed)


async def _uploaded(request: Request) -> Uploaded:
    """The body, by its media type. Raises Problem 400 for what is no JSON, 415 for other types, 422 with all flaws."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    try:
        if media_type == MEDIA_TYPE:
            return await _drafts(request).from_workbook(body)
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


async def printed(asked: Questionnaire, language: str, field: str | None) -> Response:
    """The questionnaire or one field as PDF. Raises Problem 404 for a field it has not."""
    _has_field(asked, field)
    return as_pdf(await asyncio.to_thread(paper, asked, language, field))


async def kept_paper(
    request: Request, what: Sequence[str], asked: Questionnaire, language: str, field: str | None
) -> bytes:
    """All that is asked or one field, made once. `what` names it for good. Raises Problem 404 for a field it has not."""
    _has_field(asked, field)
    framed = framed_in(language)
    return await _papers(request).of(
        ["pdf", *what, framed, field], lambda: asyncio.to_thread(paper, asked, framed, field)
    )


async def assessment_on_paper(
    request: Request, assessment: StoredAssessment, language: str, field: str | None
) -> Response:
    """What a self-check asks, the municipality's own questions marked as such. Raises Problem 404 for a field it has not."""
    version = [assessment.questionnaire.id, assessment.questionnaire.version]
    asked = asked_with(await _questionnaires(request).parsed(*version), assessment.own_section)
    # Without questions of its own it is the version's paper, kept for everybody.
    what = version if assessment.own_section is None else [*version, assessment.tenant, assessment.id]
    answer = as_pdf(await kept_paper(request, what, asked, language, field))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _has_field(asked: Questionnaire, field: str | None) -> None:
    if field is not None and field not in {one.id for one in asked.fields}:
        raise not_found("field")


def as_pdf(content: bytes) -> Response:
    """A paper to look at."""
    headers = {"Content-Disposition": 'inline; filename="selbstcheck.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def as_workbook(document: dict[str, Any]) -> Response:
    """The document as a file to save."""
    return to_save(await asyncio.to_thread(write, document))


def to_save(workbook: bytes) -> Response:
    """A workbook to save."""
    headers = {"Content-Disposition": 'attachment; filename="questionnaire.xlsx"', "Cache-Control": "no-store"}
    return Response(workbook, media_type=MEDIA_TYPE, headers=headers)


def complete_as_json(asked: Questionnaire) -> dict[str, Any]:
    """Every language of the platform, with the one readers get instead of what is missing."""
    return {
        "languages": [
            {
                "language": one.language,
                "texts": one.texts,
                "share": one.share,
                "instead": list(LANGUAGES[one.language].fallbacks[1:]) if one.language in LANGUAGES else [],
                "missing": [{"pointer": place.pointer, "of": place.of, "part": place.part} for place in one.missing],
            }
            for one in completeness(asked, EVERYWHERE)
        ]
    }


def compared_as_json(found: Comparison) -> dict[str, Any]:
    return {
        "scale_changed": found.scale_changed,
        "rules_changed": list(found.rules_changed),
        "comparable": {field: float(share) for field, share in found.comparable.items()},
        "questions": [_change(one) for one in found.questions],
        "removed": [{"id": one.id, "text": one.text} for one in found.removed],
    }


def _change(one: QuestionChange) -> dict[str, Any]:
    """`relation` is `same`, `comparable` or `new`; `wording` are pieces of text, each `same`, `removed` or `added`."""
    before = None
    if one.before is not None:
        before = {"id": one.before.id, "field": one.field_before, "weight": float(one.before.weight)}
    return {
        "id": one.question.id,
        "text": one.question.text,
        "field": one.field,
        "weight": float(one.question.weight),
        "relation": one.relation.value if one.relation else "new",
        "before": before,
        "changed": one.changed,
        "moved": one.moved,
        "reweighted": one.reweighted,
        "warnings": [warning.value for warning in one.warnings],
        "reworded": [
            {
                "part": text.part,
                "language": text.language,
                "wording": [{"kind": kind, "text": words} for kind, words in text.wording],
            }
            for text in one.reworded
        ],
    }
