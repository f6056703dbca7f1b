"""What the routes of selfcheck share: who may call, keys of repeatable requests, the composed service."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Request

from chassis.http.permissions import Caller
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from chassis.text.text_types import text
from services.selfcheck.parts import Selfcheck

Since = Annotated[str | None, text(100)]
LastEvent = Annotated[str | None, Header(alias="Last-Event-ID"), text(100)]


def parts_of(request: Request) -> Selfcheck:
    """The composed service."""
    parts: Selfcheck = request.app.state.selfcheck
    return parts


def repeatable(request: Request, key: str | None, body: Any = None) -> Repeatable:
    """The request as far as repeating it matters."""
    return Repeatable.of(parts_of(request).secrets, f"{request.method} {request.url.path}", key, body)


def by(caller: Caller) -> str:
    """Who acts, as it is noted with what they did."""
    return caller.identity.subject if caller.identity else "-"
