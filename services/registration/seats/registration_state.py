"""The seat status of a registration, as its holder and staff see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from services.registration.domain.claim import Claim
from services.registration.domain.ledger import Ledger

RegistrationState = dict[str, Any]
"""`status`, and as it applies `position`, `offer_expires_at`, `confirm_by`, `reconfirm_by`, `people_here` with `arrived_at`,
`came_to` (people by meeting, where there are several), and
`support_status`: of each wish `{status: granted|waiting|with_seat|refused, position?}`."""


def registration_state(ledger: Ledger, id: str) -> RegistrationState:
    """How a registration stands. One that the ledger has never heard of was written just now: its claim stands in a moment."""
    claim = ledger.claims.get(id)
    if claim is None:
        ended = ledger.ended.get(id)
        return {"status": "unconfirmed" if ended is None else ended.status}
    state: RegistrationState = {"status": claim.status}
    position = ledger.position(id)
    if position is not None:
        state["position"] = position
    if claim.arrived:
        state |= {"people_here": claim.came, "arrived_at": rfc3339(claim.came_at) if claim.came_at else None}
    if claim.came_to:
        state["came_to"] = dict(claim.came_to)
    if claim.until is not None:
        state[_deadline(claim)] = rfc3339(claim.until)
    if claim.wishes:
        state["support_status"] = {wish.support: _wish(ledger, id, wish.support, wish.status) for wish in claim.wishes}
    return state


def answer_by(state: RegistrationState) -> datetime | None:
    """By when the group has to answer something, if it has to."""
    until = state.get("confirm_by") or state.get("offer_expires_at") or state.get("reconfirm_by")
    return datetime.fromisoformat(until) if until else None


def _deadline(claim: Claim) -> str:
    if claim.asked:
        return "reconfirm_by"
    return "offer_expires_at" if claim.status == "offered" else "confirm_by"


def _wish(ledger: Ledger, id: str, support: str, status: str) -> dict[str, Any]:
    position = ledger.support.position(id, support)
    return {"status": status} | ({"position": position} if position is not None else {})
