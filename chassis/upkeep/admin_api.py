"""Admin API of every service: its events as AsyncAPI, and its dead letters."""

from typing import Annotated, Any, Literal

from fastapi import Response

from chassis.clock import rfc3339
from chassis.http.app import json_response
from chassis.http.base_schemas import Limit, ResponseModel
from chassis.http.permissions import Caller, Permission
from chassis.http.routing import APIRouter
from chassis.programme import Programme
from chassis.storage.pagination import Cursor, page
from chassis.upkeep.dead_letters import DeadLetter, DeadLetters

Anyone = Annotated[Caller, Permission(public=True)]


class ParkedEvent(ResponseModel):
    """An event that could not be handled (`parked`) or waits for an earlier one. Never its content, which may be anything."""

    id: str
    topic: str
    partition: int
    offset: int
    sequence: int | None
    tenant: str
    state: Literal["parked", "waiting"]
    reason: str
    at: str


class ParkedEvents(ResponseModel):
    """One page of them, by their places in the log."""

    items: list[ParkedEvent]
    next: str | None


class Replayed(ResponseModel):
    """How many events of the aggregate were handled, and how many are left."""

    handled: int
    left: int


def admin_router(service: str, letters: DeadLetters, programme: Programme) -> APIRouter:
    """The routes of one service. `/{service}/v1/parked` shows all tenants', also those whose tenant can't be read."""
    router = APIRouter(prefix=f"/{service}")
    operator = Permission(programme.operator)

    @router.get("/asyncapi.json")
    async def get_asyncapi(caller: Anyone) -> Response:
        return json_response(programme.asyncapi(service))

    @router.get("/v1/parked", response_model=ParkedEvents)
    async def list_all_parked(limit: Limit = 100, cursor: Cursor = None, caller: Caller = operator) -> dict[str, Any]:
        return await _page_of_letters(None, limit, cursor)

    @router.get("/v1/{tenant}/parked", response_model=ParkedEvents)
    async def list_parked(limit: Limit = 100, cursor: Cursor = None, caller: Caller = operator) -> dict[str, Any]:
        return await _page_of_letters(caller.scope.tenant, limit, cursor)

    @router.post("/v1/parked/{id}/replay", response_model=Replayed)
    async def replay_event(id: str, caller: Caller = operator) -> Replayed:
        return Replayed(**vars(await letters.retry(None, id)))

    @router.post("/v1/{tenant}/parked/{id}/replay", response_model=Replayed)
    async def replay_event_of_tenant(id: str, caller: Caller = operator) -> Replayed:
        return Replayed(**vars(await letters.retry(caller.scope.tenant, id)))

    @router.delete("/v1/parked/{id}", status_code=204)
    async def dismiss_event(id: str, caller: Caller = operator) -> Response:
        """Give an event up for good; what waits behind it can then be replayed."""
        await letters.dismiss(None, id)
        return Response(status_code=204)

    async def _page_of_letters(tenant: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
        return page([_shown(one) for one in await letters.page(tenant, limit + 1, cursor)], limit, "id")

    return router


def _shown(letter: DeadLetter) -> dict[str, Any]:
    shown = {name: getattr(letter, name) for name in ParkedEvent.model_fields if name != "at"}
    return {**shown, "at": rfc3339(letter.at)}
