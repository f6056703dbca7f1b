"""HTTP API of results: what is shown, and how it came about."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from disclosure.result import Result
from services.selfcheck.permissions import Staff
from services.selfcheck.results.schemas import OwnResult, Trace
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments", tags=["results"])


@router.get("/{id}/result", response_model=Result, summary="The result", **refusals("assessment-not-revealed"))
async def get_result(request: Request, caller: Staff, id: str) -> Response:
    """Figures of shown cells: as of now after the reveal, for good after the closing."""
    return json_response(await get_services(request).results.result(caller.scope, id))


@router.get(
    "/{id}/result/trace",
    response_model=Trace,
    summary="How a figure came about",
    **refusals("assessment-not-revealed", "result-of-earlier-rule"),
)
async def get_result_trace(
    request: Request, caller: Staff, id: str, question: Filter | None = None, field: Filter | None = None
) -> Response:
    """Of a question, of a field, or the overall score, with what would change it."""
    return json_response(await get_services(request).results.trace(caller.scope, id, question, field))


@router.get(
    "/{id}/own-result",
    response_model=OwnResult,
    summary="The result of the municipality's own questions",
    **refusals("assessment-not-revealed"),
)
async def get_own_result(request: Request, caller: Staff, id: str) -> Response:
    """Figures of shown cells; 404 where nothing of one's own was asked. They are compared with nobody's."""
    return json_response(await get_services(request).results.own_result(caller.scope, id))
