"""What the routes of selfcheck share: parameters of streams, keys of repeatable requests, who acts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Request

from chassis.http.permissions import Caller
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from chassis.text.text_types import text
from services.selfcheck.services import get_services

Since = Annotated[str | None, text(100)]
LastEvent = Annotated[str | None, Header(alias="Last-Event-ID"), text(100)]


def repeatable(request: Request, key: str | None, body: Any = None) -> Repeatable:
    """The request as far as repeating it matters."""
    return Repeatable.of(get_services(request).secrets, f"{request.method} {request.url.path}", key, body)


def by(caller: Caller) -> str:
    """Who acts, as it is noted with what they did."""
    return caller.identity.subject if caller.identity else "-"
