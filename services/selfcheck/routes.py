"""What the routes of selfcheck share: who may call, keys of repeatable requests, the composed service."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Query, Request

from chassis.http.permissions import ANY_STAFF, Caller, Permission
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from services.selfcheck.parts import Selfcheck

Coordinator = Annotated[Caller, Permission("coordinator")]
Moderator = Annotated[Caller, Permission("moderator")]
Host = Annotated[Caller, Permission("coordinator", "moderator")]
Staff = Annotated[Caller, Permission(*ANY_STAFF)]
Anyone = Annotated[Caller, Permission(public=True)]
Respondent = Anyone
"""Whoever holds a link: its code stands in the path."""
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Since = Annotated[str | None, Query(max_length=100)]
LastEvent = Annotated[str | None, Header(alias="Last-Event-ID", max_length=100)]


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
