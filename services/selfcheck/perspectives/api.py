"""HTTP API of the comparison of perspectives."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.selfcheck.permissions import Staff
from services.selfcheck.perspectives.schemas import ComparisonResponse
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments", tags=["results"])


@router.get(
    "/{id}/perspectives",
    response_model=ComparisonResponse,
    summary="Perspectives compared",
    **refusals("assessment-not-revealed"),
)
async def get_perspectives(request: Request, caller: Staff, id: str, field: Filter | None = None) -> Response:
    """How far perspectives lie apart, of every field of action or, with `field`, of its questions; from shown figures alone."""
    return json_response(await get_services(request).comparison.show(caller.scope, id, field))
