"""Audit trails as the API tells them."""

from typing import Any

from services.registration.response_models import Page, StrictResponse, Time


class AuditEntry(StrictResponse):
    """One decision: its number in the gathering's trail, its kind, and what it said."""

    n: int
    at: Time
    type: str
    data: dict[str, Any]


class AuditPage(Page[AuditEntry]):
    """A page of a gathering's audit trail. `decided`: entries there will be once all that happened has arrived."""

    decided: int
