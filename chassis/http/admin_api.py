"""What operators and other programs find at every service: its events as AsyncAPI, and the events it could not handle."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response

from chassis.clock import rfc3339
from chassis.http.app import json_response
from chassis.http.base_schemas import Limit
from chassis.http.permissions import Caller, Permission
from chassis.http.problems import conflict, not_found
from chassis.messaging.dead_letters import DeadLetterStore
from chassis.messaging.event_processor import EventProcessor
from chassis.operations.logs import get_logger
from chassis.programme import Programme
from chassis.storage.mongo import Document
from chassis.storage.pagination import Cursor, page

log = get_logger()

Anyone = Annotated[Caller, Permission(public=True)]


def admin_router(
    service: str, dead_letters: DeadLetterStore, processor: EventProcessor, programme: Programme
) -> APIRouter:
    """The routes of one service. `/{service}/v1/parked` shows all tenants', also those whose tenant can't be read."""
    router = APIRouter(prefix=f"/{service}")
    operator = Permission(programme.operator)

    @router.get("/asyncapi.json")
    async def asyncapi(caller: Anyone) -> Response:
        return json_response(programme.asyncapi(service))

    @router.get("/v1/parked")
    async def all_parked(limit: Limit = 100, cursor: Cursor = None, caller: Caller = operator) -> dict[str, Any]:
        return await _listed(None, limit, cursor)

    @router.get("/v1/{tenant}/parked")
    async def parked(limit: Limit = 100, cursor: Cursor = None, caller: Caller = operator) -> dict[str, Any]:
        return await _listed(caller.scope.tenant, limit, cursor)

    @router.post("/v1/parked/{id}/replay")
    async def replay(id: str, caller: Caller = operator) -> dict[str, Any]:
        return await _replayed(await _known(None, id))

    @router.post("/v1/{tenant}/parked/{id}/replay")
    async def replay_of_tenant(id: str, caller: Caller = operator) -> dict[str, Any]:
        return await _replayed(await _known(caller.scope.tenant, id))

    @router.delete("/v1/parked/{id}", status_code=204)
    async def dismiss(id: str, caller: Caller = operator) -> Response:
        """Give an event up for good; what waits behind it can then be replayed."""
        found = await _known(None, id)
        await dead_letters.collection.delete_one({"_id": found["_id"]})
        await processor.refresh_metrics()
        log.warning(
            "parked event dismissed", topic=found["topic"], partition=found["partition"], offset=found["offset"]
        )
        return Response(status_code=204)

    async def _known(tenant: str | None, id: str) -> Document:
        found = await dead_letters.get(id)
        if found is None or (tenant is not None and found["tenant"] != tenant):
            raise not_found("parked event")
        return found

    async def _listed(tenant: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
        return page([_shown(one) for one in await dead_letters.summaries(tenant, limit + 1, cursor)], limit, "id")

    async def _replayed(found: Document) -> dict[str, Any]:
        """Replay everything of the aggregate, because its events belong in order."""
        handled = await processor.replay(found["lane"], over_gaps=True)
        left = len(await dead_letters.of_key(found["lane"]))
        if not handled:
            raise conflict("still-failing", f"It still can't be handled: {found['reason']}.")
        return {"handled": handled, "left": left}

    return router


def _shown(parked: Document) -> dict[str, Any]:
    """Never the content, which may be anything."""
    shown = {key: parked[key] for key in ("topic", "partition", "offset", "sequence", "tenant", "state", "reason")}
    return {"id": parked["_id"], **shown, "at": rfc3339(parked["at"])}
