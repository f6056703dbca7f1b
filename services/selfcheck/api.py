"""HTTP API of selfcheck: translates, decides nothing."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.audience import ANY_STAFF, Audience, Caller
from chassis.problems import not_found
from chassis.tokens import PLATFORM_ROLES
from chassis.web import json_response
from services.selfcheck.domain.assessment import MAX_MINIMUM_GROUP
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import parse_responses
from services.selfcheck.domain.scoring import score
from services.selfcheck.paper import paper
from services.selfcheck.refusals import flawed
from services.selfcheck.store import Questionnaires

router = APIRouter(prefix="/selfcheck/v1")

Office = Annotated[Caller, Audience("programme_office")]
Anyone = Annotated[Caller, Audience(public=True)]
Staff = Annotated[Caller, Audience(*ANY_STAFF, *PLATFORM_ROLES, anywhere=True)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


class Scoring(BaseModel):
    """A questionnaire and responses to it; both are read by the domain, which names every flaw."""

    model_config = ConfigDict(extra="forbid")
    questionnaire: Any
    responses: Any
    minimum_group: Annotated[int, Field(ge=1, le=MAX_MINIMUM_GROUP, strict=True)]


def _questionnaires(request: Request) -> Questionnaires:
    found: Questionnaires = request.app.state.questionnaires
    return found


@router.post("/questionnaires")
async def publish(request: Request, caller: Office, body: Annotated[Any, Body()], key: Key = None) -> Response:
    now = request.app.state.context.clock.now()
    answer, replayed = await _questionnaires(request).publish(body, key, now)
    return json_response(answer, 201, replayed)


@router.get("/questionnaires/{id}/{version}.pdf")
async def on_paper(
    request: Request, caller: Anyone, id: str, version: str, language: Annotated[str, Query(max_length=20)] = "de",
    field: Annotated[str | None, Query(max_length=80)] = None,
) -> Response:  # fmt: skip
    """For preparing on paper, whole or one field."""
    asked = await _questionnaires(request).parsed(id, version)
    if field is not None and field not in {one.id for one in asked.fields}:
        raise not_found("field")
    return Response(
        await asyncio.to_thread(paper, asked, language, field), media_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="selbstcheck.pdf"', "Cache-Control": "public, max-age=3600"},
    )  # fmt: skip


@router.get("/questionnaires/{id}/{version}")
async def questionnaire(request: Request, caller: Anyone, id: str, version: str) -> Response:
    return json_response(await _questionnaires(request).document(id, version))


@router.post("/score")
async def score_responses(request: Request, caller: Staff, body: Scoring) -> Response:
    """Stateless, so a repeat gives the same by itself."""
    return json_response(await asyncio.to_thread(_scored, body))


def _scored(body: Scoring) -> Any:
    try:
        asked = parse(body.questionnaire)
    except Invalid as error:
        raise flawed(error, "questionnaire") from None
    try:
        responses = parse_responses(asked, body.responses)
    except Invalid as error:
        raise flawed(error) from None
    return score(asked, responses, minimum_group=body.minimum_group)
