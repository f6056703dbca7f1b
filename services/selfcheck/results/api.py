"""HTTP API of results: what is shown, and how it came about."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter
from services.selfcheck.permissions import Staff
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/assessments")


@router.get("/{id}/result")
async def result(request: Request, caller: Staff, id: str) -> Response:
    return json_response(await get_services(request).results.result(caller.scope, id))


@router.get("/{id}/result/trace")
async def trace(
    request: Request, caller: Staff, id: str, question: Filter | None = None, field: Filter | None = None
) -> Response:
    return json_response(await get_services(request).results.trace(caller.scope, id, question, field))
