"""What the routes of registration's API share: idempotency keys, who acts, the default language."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.storage.idempotency import IdempotencyKey
from services.registration.services import Services, get_services


def read_idempotency_key(request: Request, key: str | None, body: Any = None) -> IdempotencyKey:
    """The idempotency key of the request."""
    return IdempotencyKey.of(get_services(request).secrets, f"{request.method} {request.scope['path']}", key, body)


def actor_key(request: Request, caller: Caller) -> str:
    """Who acts, as the key under which the municipality's staff stand; else as their token says."""
    identity = caller.identity
    if identity is None:
        return ""
    key = identity.email_key or (get_services(request).secrets.email_key(identity.email) if identity.email else "")
    return key or identity.subject


async def default_language(services: Services, caller: Caller) -> str:
    """The default language of the municipality: texts exist at least in this one. Raises Problem 404."""
    tenant = await services.tenant_registry.tenant(caller.scope.tenant)
    if tenant is None:
        raise not_found("municipality")
    language: str = tenant["languages"][0]
    return language


def ok(result: tuple[Any, bool]) -> tuple[Any, int, bool]:
    """(answer, replayed) as `json_response` takes it: a transition answers 200."""
    answer, replayed = result
    return answer, 200, replayed
