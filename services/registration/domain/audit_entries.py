"""Types of an audit trail, and the checks of single entries whichever way the others are (`audit.py`, `audit_quotas.py`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.registration.domain.terms import Reconfirm, Terms

UNFOUNDED = "Nothing in the rules leads to this."


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the audit trail. `n`: 1 for the first event of the gathering, without gaps. `type`: as in the event, without
    service and version."""

    n: int
    at: datetime
    type: str
    data: Mapping[str, Any]


def moment(data: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(data[name]) if data.get(name) else None


def terms_in(data: Mapping[str, Any]) -> Terms:
    """The terms that an entry about the gathering holds. Of quotas it does not say whom they are for, so they are none of them."""
    asking = data.get("reconfirm")
    hours = {name: timedelta(hours=asking[name]) for name in ("hours_before", "hours_to_answer")} if asking else {}
    return Terms(
        data["capacity"],
        timedelta(hours=data["offer_hours"]),
        datetime.fromisoformat(data["starts_at"]),
        reconfirm=Reconfirm(*hours.values()) if hours else None,
        allocation=data["allocation"],
        confirm=timedelta(minutes=data["confirm_minutes"]),
    )


def wrong_deadline(terms: Terms, entry: Entry) -> str | None:
    by = moment(entry.data, "confirm_by")
    if by is None or by in (terms.confirm_by(entry.at, to_reach) for to_reach in (False, True)):
        return None
    return "The deadline for confirming the address is another one than for everybody."


def wrong_draw(commitment: str | None, line: Iterable[str], data: Mapping[str, Any]) -> str | None:
    seed = bytes.fromhex(data["seed"])
    if hashlib.sha256(seed).hexdigest() != commitment:
        return "The seed is not the one that was committed to."
    if list(data["registration_ids"]) != list(line):
        return "The lottery was not drawn among those who stood in line."
    return None
