"""What registration itself does to forget people: of a registration only what is listed as impersonal stays.

A list of what stays, not of what goes: a field that somebody adds later is forgotten without anybody thinking of it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.http.problems import busy
from chassis.ids import Secrets
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from services.registration.applications.applications import Applications
from services.registration.contact_confirmation.contacts import codes_of, found_by, recorded
from services.registration.domain.commands import Erase
from services.registration.domain.consent import proof_of
from services.registration.domain.profile import retention_of
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.registrations.links import generation_of
from services.registration.seats.repository import SeatLedgers
from services.registration.staff.staff import Staff

AT_ONCE = 16
COUNTED = "how many people the registration was for and by which way it came, without any reference to the person"
NO_NAME = "that a seat is taken, without a name"
PROOF = (
    "proof of consent: text version, time and a keyed fingerprint of the address, for as long as claims can be raised"
)
STAYS = frozenset(
    (
        "_id",
        "tenant",
        "version",
        "seq",
        "outbox",
        "pending",
        "gathering",
        "channel",
        "unconfirmed",
        "proof",
        "erased",
        "link",
    )
)
EMPTY: Document = {
    "name": "",
    "contact": {},
    "helper": None,
    "consent": None,
    "support": [],
    "language": "de",
    "keys": [],
    "request": {"f": "", "a": None},
}
"""What the code that lists registrations expects to find."""


@dataclass(frozen=True)
class PersonErasure:
    """Strips registrations, companions and helpers."""

    registrations: Aggregates
    ledgers: SeatLedgers
    tenant_registry: OwnTenantRegistry
    staff: Staff
    applications: Applications
    secrets: Secrets
    clock: Clock

    async def people(self, scope: TenantScope, people: Sequence[str], erasure: str, again: bool) -> dict[str, int]:
        """Forget contacts; what this erasure removed, by kind. `again`: an hour after the first time, send what has to be sent once more."""
        rule = retention_of(await self.tenant_registry.tenant(scope.tenant) or {})
        keep_proof = timedelta(days=rule.consent_proof_days)
        removed: Counter[str] = Counter()
        for at in range(0, len(people), AT_ONCE):
            for counts in await asyncio.gather(
                *(self._person(scope, one, erasure, keep_proof, again) for one in people[at : at + AT_ONCE])
            ):
                removed.update(counts)
        return dict(removed)

    async def named(self, scope: TenantScope, registration_id: str, who: str, name_key: str) -> dict[str, int]:
        """Forget one companion's name (the seat stays), or the helper; the new contact takes the place of the former."""

        def matches(name: str) -> bool:
            return bool(name) and self.secrets.derived_id("name", name) == name_key

        def decide(document: Document) -> Change | None:
            if document.get("erased"):
                return None
            if document.get("wanted"):
                raise busy("A change of this registration is under way.")  # it is through in a few seconds
            if who == "helper":
                if not matches((document.get("helper") or {}).get("name", "")):
                    return None
                gone: Document = {"helper": None, "link": generation_of(document) + 1}
                if document.get("new_email_of") == "helper":
                    gone |= {"new_email": None, "new_email_of": None}
                after = {**document, **gone}
                codes = codes_of(self.secrets, registration_id, after)
                sets = {**gone, "keys": found_by(after, codes)}
                return Change(sets, ["requests"], [recorded(registration_id, after, codes)], forget_topic=CONTACTS)
            if not any(matches(name) for name in document["party"]):
                return None
            codes = codes_of(self.secrets, registration_id, document)
            party = ["" if matches(name) else name for name in document["party"]]
            return Change({"party": party, "keys": found_by({**document, "party": party}, codes)}, ["requests"])

        await self.registrations.execute(scope, registration_id, decide, self.clock.now())
        return {"helpers" if who == "helper" else "names of companions": 1}

    def remains(self, who: str, removed: dict[str, int]) -> tuple[str, ...]:
        """What legally stays, in words."""
        if who == "companion":
            return (NO_NAME,)
        return (COUNTED, PROOF) if removed.get("registrations") else ()

    async def end_proof(self, registration: Document) -> None:
        """The proof of a consent has served its time."""
        change = Change(unset=["proof", "due_at"])
        await self.registrations.execute(
            of_document(registration), registration["_id"], lambda _: change, self.clock.now()
        )

    async def _person(
        self, scope: TenantScope, person: str, erasure: str, keep_proof: timedelta, again: bool
    ) -> dict[str, int]:
        registration = await self.registrations.load(scope, person)
        if registration is None:
            if await self.staff.forget(scope, person, again):
                return {"staff members": 1}
            return {"applications": 1} if await self.applications.forget(scope, person, again, self.clock.now()) else {}
        await self._give_up_seats(scope, registration)
        now = self.clock.now()

        def decide(current: Document) -> Change | None:
            return self._stripped(current, erasure, keep_proof, now, again)

        await self.registrations.execute(scope, person, decide, now)
        before = registration.get("erased") or _erased(registration, erasure, now)
        if before["by"] != erasure:
            return {}
        return {"registrations": 1} | ({"names of companions": before["names"]} if before["names"] else {})

    def _stripped(
        self, registration: Document, erasure: str, keep_proof: timedelta, now: datetime, again: bool
    ) -> Change | None:
        if registration.get("erased") and not again:
            return None
        more = [field for field in registration if field not in STAYS and field not in EMPTY and field != "party"]
        sets: Document = {**EMPTY, "party": [""] * len(registration["party"])}
        proof = registration.get("proof")
        if not registration.get("erased"):
            proof = proof_of(registration, now, lambda text: self.secrets.derived_id("proof", text), keep_proof)
            sets |= {"erased": _erased(registration, erasure, now), "proof": proof}
        if proof:
            sets["due_at"] = proof["until"]
            more = [field for field in more if field != "due_at"]
        gone = Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), registration["_id"])
        return Change(sets, more, [gone], forget_topic=CONTACTS)

    async def _give_up_seats(self, scope: TenantScope, registration: Document) -> None:
        """What lies ahead is cancelled; that somebody took part stays as a number."""
        await self.ledgers.execute(scope, registration["gathering"], Erase(registration["_id"]))


def _erased(registration: Document, erasure: str, now: datetime) -> Document:
    """What a forgotten registration says about that: when, by which erasure, and how many names of companions went."""
    return {"at": now, "by": erasure, "names": sum(bool(name) for name in registration["party"])}
