"""Streams everything that a service holds of one tenant as one JSON file: for a tenant that moves or leaves."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import StreamingResponse

from chassis.clock import rfc3339
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.jobs.scheduled_jobs import FAILURE, FAILURES, SET_ASIDE
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope

BOOKKEEPING = frozenset(
    {"outbox", "pending", "seq", "requests", "request", "version", "due_at", "tenant", "sweeps", "marks", "changed"}
    | {FAILURES, FAILURE, SET_ASIDE}
)
"""Fields of ours that say nothing about what happened."""

Shown = Callable[[Document], Document]
"""What of a stored document may leave, where fields alone do not say it."""

Collections = Mapping[str, Iterable[str] | None]
"""Collections that are exported: with the only fields that may leave, or None for all but bookkeeping and `SECRETS`."""
SECRETS = frozenset({"codes", "code_hash", "resume_hash", "room", "keys"})


def export_router(
    service: str, collections: Collections, permission: Any, shown: Mapping[str, Shown] | None = None
) -> APIRouter:
    """The route `GET /{service}/v1/{tenant}/export`, for whom the `Permission` names.

    The answer is `{"service", "tenant", "exported_at", "collections": {name: [documents]}}`; ids are `id`, bytes are Base64.
    `shown`: by collection, what of its documents may leave.
    """
    router = APIRouter()

    @router.get(f"/{service}/v1/{{tenant}}/export")
    async def export_tenant(request: Request, caller: Caller = permission) -> StreamingResponse:
        context = request.app.state.context
        name = f"{caller.scope.tenant}-{service}.json"
        return StreamingResponse(
            _stream(context.database, caller.scope, service, collections, shown or {}, context.clock.now()),
            media_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    return router


async def _stream(
    database: Database,
    scope: TenantScope,
    service: str,
    collections: Collections,
    shown: Mapping[str, Shown],
    now: datetime,
) -> AsyncIterator[bytes]:
    head = orjson.dumps({"service": service, "tenant": scope.tenant, "exported_at": rfc3339(now)})
    yield head[:-1] + b',"collections":{'
    for index, (name, only) in enumerate(collections.items()):
        yield (b"," if index else b"") + orjson.dumps(name) + b":["
        fields = dict.fromkeys(only, 1) if only is not None else dict.fromkeys(BOOKKEEPING | SECRETS, 0)
        first = True
        async for document in database[name].find(scope.filter(), fields).sort("_id", 1):
            document = shown[name](document) if name in shown else document
            yield (b"" if first else b",\n") + _encode(document)
            first = False
        yield b"]"
    yield b"}}\n"


def _encode(document: Document) -> bytes:
    shown = {"id": document["_id"], **{name: value for name, value in document.items() if name != "_id"}}
    return orjson.dumps(shown, default=_encode_bytes, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _encode_bytes(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} can't be exported")
