"""Keeps counts over all claims of a ledger while it is decided, so that no decision walks through thousands of groups."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

from contracts.registration import SeatStatus
from services.registration.domain.claim import Claim
from services.registration.domain.demand import Demand
from services.registration.domain.waiting_queue import WaitingQueue

STATUSES: tuple[SeatStatus, ...] = get_args(SeatStatus)


def _queues() -> dict[SeatStatus, WaitingQueue]:
    return {status: WaitingQueue() for status in STATUSES}


@dataclass
class Counts:
    """What is counted from the claims of a gathering. `taken`: seats that somebody holds; `waiting`: people in line; `here`: people
    at the gathering. `by_status`: who has which status, in order; `demand`: what is asked for, in sums. Follows the claims by
    `account`."""

    taken: int = 0
    waiting: int = 0
    here: int = 0
    by_status: dict[SeatStatus, WaitingQueue] = field(default_factory=_queues)
    demand: Demand = field(default_factory=Demand)
    sizes_in_line: dict[str, Counter[int]] = field(default_factory=dict)
    """Of groups in line, by the quota they declared (none: "")."""
    seated_by_quota: Counter[str] = field(default_factory=Counter)
    """People with seats, by the quota they declared."""
    people_by_invitation: Counter[str] = field(default_factory=Counter)
    """People who signed up with it, with seats or in line."""
    unconfirmed: Counter[str] = field(default_factory=Counter)
    """People who are not confirmed yet, by where they come from."""

    def account(self, registration_id: str, claim: Claim, sign: int) -> None:
        """Count a claim in (+1) or out (-1)."""
        self.demand.account(claim, sign)
        self.here += sign * claim.came
        for origin in claim.origins:
            self.unconfirmed[origin] += sign * claim.size
            if not self.unconfirmed[origin]:
                del self.unconfirmed[origin]
        if claim.invitation:
            self.people_by_invitation[claim.invitation] += sign * claim.size
            if not self.people_by_invitation[claim.invitation]:
                del self.people_by_invitation[claim.invitation]
        having = self.by_status[claim.status]
        (having.add if sign > 0 else having.remove)(claim.turn, registration_id)
        if claim.seated:
            self.taken += sign * claim.size
            if claim.quota:
                self.seated_by_quota[claim.quota] += sign * claim.size
                if not self.seated_by_quota[claim.quota]:
                    del self.seated_by_quota[claim.quota]
            return
        self.waiting += sign * claim.size
        sizes = self.sizes_in_line.setdefault(claim.quota, Counter())
        sizes[claim.size] += sign
        if not sizes[claim.size]:
            del sizes[claim.size]
            if not sizes:
                del self.sizes_in_line[claim.quota]
