"""HTTP API of measures."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.selfcheck.http import read_idempotency_key
from services.selfcheck.measures.measures import Measures
from services.selfcheck.measures.schemas import (
    Carried,
    CarryOverFrom,
    MeasureChange,
    MeasureList,
    MeasureResponse,
    NewMeasure,
)
from services.selfcheck.permissions import Coordinator, Staff
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}", tags=["measures"])

Status = Literal["planned", "started", "done", "dropped"]
Pressing = Literal["soon", "overdue"]


def _measures(request: Request) -> Measures:
    services = get_services(request)
    return services.measures


@router.get("/measures", response_model=MeasureList, summary="Measures of the municipality")
async def list_measures(
    request: Request,
    caller: Staff,
    status: Status | None = None,
    field: Filter | None = None,
    pressing: Pressing | None = None,
) -> Response:
    """All of them, what is due first on top."""
    return json_response(chosen(await _measures(request).list_all(caller.scope), status, field, pressing))


@router.get("/assessments/{id}/measures", response_model=MeasureList, summary="Measures of a self-check")
async def list_measures_of_assessment(
    request: Request,
    caller: Staff,
    id: str,
    status: Status | None = None,
    field: Filter | None = None,
    pressing: Pressing | None = None,
) -> Response:
    """What is due first on top."""
    return json_response(chosen(await _measures(request).list_all(caller.scope, id), status, field, pressing))


@router.post(
    "/assessments/{id}/measures", status_code=201, response_model=MeasureResponse, summary="Agree on a measure"
)
async def create_measure(request: Request, caller: Coordinator, id: str, body: NewMeasure, key: Key = None) -> Response:
    """What is to be done about a field, by when, and who sees to it."""
    services = get_services(request)
    answer, replayed = await services.measures.add(caller.scope, id, body, read_idempotency_key(request, key, body))
    services.metrics.steps.labels(caller.scope.tenant, "measure").inc(not replayed)
    return json_response(answer, 201, replayed)


@router.post("/assessments/{id}/measures/carry-over", response_model=Carried, summary="Carry measures over")
async def carry_over_measures(
    request: Request, caller: Coordinator, id: str, body: CarryOverFrom, key: Key = None
) -> Response:
    """Measures of an earlier self-check that are not settled go on in this one. A repeat changes nothing by itself."""
    return json_response(await _measures(request).carry_over(caller.scope, id, body.assessment))


@router.get("/assessments/{id}/measures/{measure}", response_model=MeasureResponse, summary="A measure")
async def get_measure(request: Request, caller: Staff, id: str, measure: str) -> Response:
    """With its history."""
    return json_response(await _measures(request).get(caller.scope, id, measure))


@router.patch(
    "/assessments/{id}/measures/{measure}",
    response_model=MeasureResponse,
    summary="Change a measure",
    **refusals("measure-changed-meanwhile"),
)
async def change_measure(request: Request, caller: Coordinator, id: str, measure: str, body: MeasureChange) -> Response:
    """What is given is changed; with `revision`, not over somebody else's change."""
    return json_response(await _measures(request).change(caller.scope, id, measure, body))


def chosen(measures: list[MeasureResponse], status: str | None, field: str | None, pressing: str | None) -> MeasureList:
    """Those that match every filter that is given, as a list without further pages."""
    filters = {"status": status, "field": field, "pressing": pressing}
    conditions = [(key, value) for key, value in filters.items() if value]
    chosen: list[MeasureResponse] = [one for one in measures if all({**one}[key] == value for key, value in conditions)]
    return {"items": chosen, "next": None}
