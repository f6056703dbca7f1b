"""What the routes of registration's API share: who may call, keys of repeatable requests, the composed service."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from services.registration.services import Services, get_services


def repeatable(request: Request, key: str | None, body: Any = None) -> Repeatable:
    """The request as far as repeating it matters."""
    return Repeatable.of(get_services(request).secrets, f"{request.method} {request.scope['path']}", key, body)


async def default_language(services: Services, caller: Caller) -> str:
    """Of the municipality: texts exist at least in this one. Raises Problem 404."""
    tenant = await services.tenant_registry.tenant(caller.scope.tenant)
    if tenant is None:
        raise not_found("municipality")
    language: str = tenant["languages"][0]
    return language


def ok(result: tuple[Any, bool]) -> tuple[Any, int, bool]:
    """(answer, replayed) as `json_response` takes it: a transition answers 200."""
    answer, replayed = result
    return answer, 200, replayed
