"""Where a registration stands, as its holder and staff are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.storage.mongo import Document
from services.registration.domain.seats import Claim, Ledger

Standing = dict[str, Any]
"""`status`, and as it applies `position`, `offer_expires_at`, `confirm_by`, `reconfirm_by`, `people_here` with `arrived_at`, and
`support_status`: of each wish `{status: granted|waiting|with_seat|refused, position?}`."""


def standing(ledger: Ledger, gathering: Document, id: str) -> Standing:
    """Where a registration stands."""
    claim = ledger.claims.get(id)
    if claim is None:
        return gone(gathering, id)
    answer: Standing = {"status": claim.status}
    position = ledger.position(id)
    if position is not None:
        answer["position"] = position
    if claim.arrived:
        answer |= {"people_here": claim.came, "arrived_at": rfc3339(claim.came_at) if claim.came_at else None}
    if claim.until is not None:
        answer[_deadline(claim)] = rfc3339(claim.until)
    if claim.wishes:
        answer["support_status"] = {wish.support: _wish(ledger, id, wish.support, wish.status) for wish in claim.wishes}
    return answer


def gone(gathering: Document, id: str) -> Standing:
    """Of somebody who gave up, or whose time has run out."""
    return {"status": gathering["gone"].get(id, {}).get("s", "cancelled")}


def answer_by(known: Standing) -> datetime | None:
    """By when the group has to answer something, if it has to."""
    until = known.get("confirm_by") or known.get("offer_expires_at") or known.get("reconfirm_by")
    return datetime.fromisoformat(until) if until else None


def _deadline(claim: Claim) -> str:
    if claim.asked:
        return "reconfirm_by"
    return "offer_expires_at" if claim.status == "offered" else "confirm_by"


def _wish(ledger: Ledger, id: str, support: str, status: str) -> dict[str, Any]:
    position = ledger.support.position(id, support)
    return {"status": status} | ({"position": position} if position is not None else {})
