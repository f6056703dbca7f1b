"""Forgetting a person on request, in all services, with a certificate that holds each one's receipt.

`registration.person.erased` tells everybody; each service forgets by itself and answers with a receipt event. The certificate
is complete when all four receipts are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chassis.aggregates import Aggregates, Change, Exists
from chassis.audience import Caller
from chassis.clock import Clock, rfc3339
from chassis.erasures import receipt
from chassis.ids import Secrets
from chassis.mongo import Collection, Document
from chassis.outbox import Outgoing, Tombstone
from chassis.problems import not_found
from chassis.projection import Handler, Put, Write
from chassis.tenancy import TenantScope, of_document
from contracts import notifications, reporting, selfcheck
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.envelope import Envelope
from contracts.registration import ErasureReceipted, PersonErased
from services.registration.domain.seats import Ledger
from services.registration.ledgers import Ledgers

SERVICES = ("registration", "selfcheck", "notifications", "reporting")
REMAINS = "how many people the registration was for and by which way it came, without any reference to the person"
NOTHING_PERSONAL: Document = {
    "name": "", "contact": {}, "helper": None, "consent": None, "support": [], "language": "de", "keys": [], "request": {"f": "", "a": None}, "erased": True,
}  # fmt: skip


class Erasures:
    """Erasures a tenant was asked for; the id follows from the person, so asking again finds the first."""

    def __init__(
        self, erasures: Aggregates, registrations: Aggregates, receipts: Collection, ledgers: Ledgers, secrets: Secrets, clock: Clock
    ) -> None:  # fmt: skip
        self._all = erasures
        self._registrations = registrations
        self._receipts = receipts
        self._ledgers = ledgers
        self._secrets = secrets
        self._clock = clock

    async def begin(self, caller: Caller, person_id: str) -> tuple[dict[str, Any], bool]:
        """Ask for the erasure of a registration's person (or of another contact's, by staff); (certificate, asked before).

        Raises:
            Problem: 404 the link is not this person's, or there is no such registration.
        """
        scope, now = caller.scope, self._clock.now()
        known = await self._registrations.load(scope, person_id, {"_id": 1})
        if not self._may(caller, person_id) or (known is None and not caller.is_staff):
            raise not_found("registration")
        id = self._secrets.derived_id("erasure", f"{scope.tenant}\0{person_id}")
        fields: Document = {
            "person": person_id, "asked_by": "staff" if caller.is_staff else "holder", "asked_at": now, "due_at": now,
        }  # fmt: skip
        try:
            await self._all.create(scope, id, fields, [PersonErased(person_id=person_id)], now)
        except Exists:
            return await self.certificate(caller, id), True
        return await self.certificate(caller, id), False

    async def certificate(self, caller: Caller, id: str) -> dict[str, Any]:
        """What each service has removed so far, and what legally remains."""
        found = await self._all.load(caller.scope, id)
        if found is None or not self._may(caller, found["person"]):
            raise not_found("erasure")
        rows = await self._receipts.find(caller.scope.filter(person=found["person"])).to_list(None)
        receipts = {
            row["service"]: {"at": rfc3339(row["at"]), "removed": row["removed"], "remains": row["remains"]}
            for row in rows
        }
        return {
            "id": id, "person_id": found["person"], "asked_at": rfc3339(found["asked_at"]), "asked_by": found["asked_by"],
            "status": "complete" if set(SERVICES) <= set(receipts) else "running",
            "receipts": {name: receipts[name] for name in SERVICES if name in receipts},
            "awaited": [name for name in SERVICES if name not in receipts],
        }  # fmt: skip

    async def carry_out(self, erasure: Document) -> None:
        """Registration's own part. Each step may be repeated."""
        scope, person = of_document(erasure), erasure["person"]
        removed: dict[str, int] = {}
        registration = await self._registrations.load(scope, person)
        if registration is not None:
            await self._give_up_seats(scope, registration)
            companions = sum(bool(name) for name in registration["party"])
            removed = {"registrations": 1} | ({"names of companions": companions} if companions else {})
            await self._registrations.execute(scope, person, _stripped, self._clock.now())
        event = ErasureReceipted(person_id=person, removed=removed, remains=(REMAINS,) if removed else ())
        await receipt(self._all, erasure, event, self._clock)

    async def _give_up_seats(self, scope: TenantScope, registration: Document) -> None:
        """What lies ahead is cancelled; that somebody took part stays as a number."""
        person = registration["_id"]

        def step(ledger: Ledger, gathering: Document, now: datetime) -> dict[str, Any]:
            if gathering["facts"]["ends_at"] > now:
                ledger.cancel(person, now, "erasure")
            return {}

        await self._ledgers.run(scope, registration["gathering"], step)

    def _may(self, caller: Caller, person_id: str) -> bool:
        return caller.is_staff or self._secrets.holds("manage", person_id, caller.link)


def _stripped(registration: Document) -> Change | None:
    if registration.get("erased"):
        return None
    gone = Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), registration["_id"])
    party = [""] * len(registration["party"])
    return Change({**NOTHING_PERSONAL, "party": party}, ["due_at", "requests"], [gone], forget_topic=CONTACTS)


def _receipted(service: str) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Put("receipts", f"{event.person_id}:{service}", {
            "person": event.person_id, "service": service, "at": envelope.occurred_at, "removed": event.removed, "remains": list(event.remains),
        })  # fmt: skip

    return handle


HANDLERS: dict[str, Handler] = {
    ErasureReceipted.event_type: _receipted("registration"),
    selfcheck.ErasureReceipted.event_type: _receipted("selfcheck"),
    notifications.ErasureReceipted.event_type: _receipted("notifications"),
    reporting.ErasureReceipted.event_type: _receipted("reporting"),
}
"""Receipts of all services, our own included, reach the certificate the same way."""
