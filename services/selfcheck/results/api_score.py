"""HTTP API of selfcheck: the score of responses that are sent along, nothing stored."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import Field

from chassis.http.app import json_response
from chassis.http.base_schemas import RequestModel
from chassis.http.routing import APIRouter
from chassis.text.text_types import Identifier, Value, bounded_integer
from disclosure.result import Result
from disclosure.scheme import Speaks
from services.selfcheck.domain.assessment import MAX_MINIMUM_GROUP, MAX_PERSPECTIVES
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import parse_responses
from services.selfcheck.domain.scoring import score
from services.selfcheck.permissions import StaffAnywhere
from services.selfcheck.problems import flawed

router = APIRouter(prefix="/selfcheck/v1", tags=["results"])


class ScoredPerspective(RequestModel):
    """A perspective that appears in the result even if nobody answered for it. `speaks`: as for an assessment."""

    id: Identifier
    speaks: Speaks = Speaks.PERSON


class Scoring(RequestModel):
    """A questionnaire and responses to it; both are read by the domain, which names every flaw. Perspectives that are not
    named speak as persons."""

    questionnaire: Value
    responses: Value
    minimum_group: Annotated[int, bounded_integer(1, MAX_MINIMUM_GROUP)]
    perspectives: list[ScoredPerspective] = Field(default_factory=list, max_length=MAX_PERSPECTIVES)


@router.post("/score", response_model=Result, summary="Score responses")
async def score_responses(request: Request, caller: StaffAnywhere, body: Scoring) -> Response:
    """Stateless, so a repeat gives the same by itself."""
    return json_response(await asyncio.to_thread(_scored, body))


def _scored(body: Scoring) -> Any:
    try:
        questionnaire = parse(body.questionnaire)
    except Invalid as error:
        raise flawed(error, "questionnaire") from None
    try:
        responses = parse_responses(questionnaire, body.responses)
    except Invalid as error:
        raise flawed(error) from None
    return score(
        questionnaire,
        responses,
        minimum_group=body.minimum_group,
        perspectives=[one.id for one in body.perspectives],
        institutions=[one.id for one in body.perspectives if one.speaks is Speaks.INSTITUTION],
    )
