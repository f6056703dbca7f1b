"""Registration's part of the day: offers that end, support to order, what happens today, and what was done with gatherings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import quote

from chassis.storage.tenancy import TenantScope
from programme.today import MOST, Done, Due, Today, build_today
from services.registration.audit.repository import AuditRepository
from services.registration.domain.ledger import Ledger
from services.registration.gatherings.gatherings import Gatherings
from services.registration.meetings.timed_meetings import timed
from services.registration.needs.needs import to_order
from services.registration.needs.repository import OrderRepository
from services.registration.seats.repository import SeatLedgers

LOOKED_AT = 50
"""Gatherings whose seats are looked at, those that end first."""
TODAY = timedelta(hours=24)
DONE = {
    "gathering.published": "published",
    "gathering.changed": "changed",
    "gathering.drawn": "drawn",
    "gathering.cancelled": "called-off",
    "gathering.attended": "attended",
}
"""Decisions of the audit trail that colleagues made, and what they are called here."""


class RegistrationToday:
    """Collects what is due in the gatherings that are still to come."""

    def __init__(
        self, gatherings: Gatherings, ledgers: SeatLedgers, orders: OrderRepository, audit: AuditRepository
    ) -> None:
        self._gatherings = gatherings
        self._ledgers = ledgers
        self._orders = orders
        self._audit = audit

    async def get(self, scope: TenantScope, now: datetime) -> Today:
        """What is due, and what was done last."""
        gatherings = await self._gatherings.list_published(scope, now, LOOKED_AT)
        ids = [gathering["id"] for gathering in gatherings]
        ordered = await self._orders.numbers(scope, ids)
        waiting = await asyncio.gather(*(self._ledgers.derived(scope, id, _waiting) for id in ids))
        due = (
            _due_in_gathering(scope, gathering, counts, ordered, now)
            for gathering, counts in zip(gatherings, waiting, strict=True)
        )
        return build_today(chain.from_iterable(due), await self._done(scope))

    async def _done(self, scope: TenantScope) -> list[Done]:
        entries = await self._audit.newest(scope, MOST)
        orders = await self._orders.newest(scope, MOST)
        ids = {id for id, _ in entries} | {order.gathering for order in orders}
        titles = {id: titled["title"] for id, titled in (await self._gatherings.titles(scope, ids)).items()}
        desk = _desk(scope)
        return [
            *(
                Done(what=DONE[entry.type], at=entry.at, address=f"{desk}/{id}", about=titles[id])
                for id, entry in entries
                if id in titles
            ),
            *(
                Done(
                    what="ordered",
                    at=order.at,
                    address=f"{desk}/{order.gathering}/needs",
                    about=titles[order.gathering],
                )
                for order in orders
                if order.gathering in titles
            ),
        ]


def _due_in_gathering(
    scope: TenantScope,
    gathering: dict[str, Any],
    counts: dict[str, Any],
    ordered: Mapping[tuple[str, str], int],
    now: datetime,
) -> Iterator[Due]:
    address, about = f"{_desk(scope)}/{gathering['id']}", gathering["title"]
    starts_at = datetime.fromisoformat(gathering["starts_at"])
    yield Due(
        what="offers",
        number=counts["offers"],
        until=counts["first"],
        address=f"{address}/list?status=offered",
        about=about,
    )
    open_orders = [
        support
        for support, number in counts["support"].items()
        if number is not None and number != ordered.get((gathering["id"], support), 0)
    ]
    yield Due(what="support", number=len(open_orders), until=starts_at, address=f"{address}/needs", about=about)
    yield from _doors(gathering, f"{address}/door", now)


def _doors(gathering: dict[str, Any], door: str, now: datetime) -> Iterator[Due]:
    """At which doors people stand within a day; of several meetings each has its own."""
    about = gathering["title"]
    if not gathering["meetings"]:
        starts_at, ends_at = (datetime.fromisoformat(gathering[name]) for name in ("starts_at", "ends_at"))
        if starts_at - TODAY <= now:
            yield Due(what="door", number=1, until=ends_at, address=door, about=about)
    for meeting in timed(gathering):
        if not meeting["cancelled"] and meeting["starts_at"] - TODAY <= now < meeting["ends_at"]:
            address = f"{door}?meeting={quote(meeting['id'])}"
            yield Due(what="door", number=1, until=meeting["ends_at"], address=address, about=about)


def _waiting(ledger: Ledger) -> dict[str, Any]:
    """How many offers of seats wait for an answer, when the first of them ends, and how much support is to be ordered."""
    ends = [claim.until for _, claim in ledger.in_order({"offered"}) if claim.until is not None]
    return {"offers": len(ends), "first": min(ends, default=None), "support": to_order(ledger)}


def _desk(scope: TenantScope) -> str:
    return f"/registration/{scope.tenant}/desk"
