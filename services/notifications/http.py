"""Parameters and responses that the routes of notifications share."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.storage.idempotency import IdempotencyKey
from services.notifications.services import get_services


def idempotency(request: Request, key: str | None, body: Any) -> IdempotencyKey:
    """The idempotency key of a request."""
    secrets = get_services(request).context.secrets
    return IdempotencyKey.of(secrets, f"{request.method} {request.url.path}", key, body)
