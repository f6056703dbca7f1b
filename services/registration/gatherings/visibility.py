"""For whom a gathering is, and what a caller finds in lists because of it (decision 16); when one can sign up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.http.permissions import Caller
from services.registration.gatherings.repository import OPEN_TO
from services.registration.services import Services

PUBLIC = ("residents",)


async def listed_for(services: Services, caller: Caller) -> tuple[str, ...]:
    """Staff of the municipality find everything in its lists, staff of others also what is for municipalities."""
    if caller.is_staff:
        return OPEN_TO
    identity = caller.identity
    if identity is None:
        return PUBLIC
    key = identity.email_key or (services.secrets.email_key(identity.email) if identity.email else None)
    if identity.grants or (key and await services.tenant_registry.roles_by_tenant(key)):
        return ("residents", "municipalities")
    return PUBLIC


def window_of(gathering: Mapping[str, Any], now: datetime) -> str:
    """Whether one can sign up: `early`, `open`, `late`, or `cancelled`."""
    if gathering["status"] == "cancelled":
        return "cancelled"
    opens, closes = (gathering[name] and datetime.fromisoformat(gathering[name]) for name in ("opens_at", "closes_at"))
    if opens and now < opens:
        return "early"
    return "late" if now >= (closes or datetime.fromisoformat(gathering["starts_at"])) else "open"
