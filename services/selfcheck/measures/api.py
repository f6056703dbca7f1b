"""HTTP API of measures."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key
from services.selfcheck.http import repeatable
from services.selfcheck.measures.measures import Measures
from services.selfcheck.measures.schemas import CarryOverFrom, MeasureChange, MeasureList, NewMeasure, ShownMeasure
from services.selfcheck.permissions import Coordinator, Staff
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}")

Status = Literal["planned", "started", "done", "dropped"]
Pressing = Literal["soon", "overdue"]


def _measures(request: Request) -> Measures:
    parts = get_services(request)
    return parts.measures


@router.get("/measures")
async def of_all(
    request: Request,
    caller: Staff,
    status: Status | None = None,
    field: Filter | None = None,
    pressing: Pressing | None = None,
) -> Response:
    """All measures of the municipality, what is due first on top."""
    return json_response(chosen(await _measures(request).listed(caller.scope), status, field, pressing))


@router.get("/assessments/{id}/measures")
async def of_one(
    request: Request,
    caller: Staff,
    id: str,
    status: Status | None = None,
    field: Filter | None = None,
    pressing: Pressing | None = None,
) -> Response:
    return json_response(chosen(await _measures(request).listed(caller.scope, id), status, field, pressing))


@router.post("/assessments/{id}/measures")
async def add(request: Request, caller: Coordinator, id: str, body: NewMeasure, key: Key = None) -> Response:
    parts = get_services(request)
    answer, replayed = await parts.measures.add(caller.scope, id, body, repeatable(request, key, body))
    parts.metrics.steps.labels(caller.scope.tenant, "measure").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.post("/assessments/{id}/measures/carry-over")
async def carry_over(request: Request, caller: Coordinator, id: str, body: CarryOverFrom, key: Key = None) -> Response:
    """Measures of an earlier self-check that are not settled go on in this one. A repeat changes nothing by itself."""
    return json_response(await _measures(request).carry_over(caller.scope, id, body.assessment))


@router.get("/assessments/{id}/measures/{measure}")
async def one(request: Request, caller: Staff, id: str, measure: str) -> Response:
    return json_response(await _measures(request).one(caller.scope, id, measure))


@router.patch("/assessments/{id}/measures/{measure}")
async def change(request: Request, caller: Coordinator, id: str, measure: str, body: MeasureChange) -> Response:
    return json_response(await _measures(request).change(caller.scope, id, measure, body))


def chosen(measures: list[ShownMeasure], status: str | None, field: str | None, pressing: str | None) -> MeasureList:
    """Those that match every filter that is given, as a list without further pages."""
    filters = {"status": status, "field": field, "pressing": pressing}
    given = [(key, value) for key, value in filters.items() if value]
    chosen: list[ShownMeasure] = [one for one in measures if all({**one}[key] == value for key, value in given)]
    return {"items": chosen, "next": None}
