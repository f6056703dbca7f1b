"""Erases people from registration's own database: of a registration only what is listed as impersonal stays.

A list of what stays, not of what goes: a field that somebody adds later is forgotten without anybody thinking of it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.problems import busy
from chassis.ids import Secrets
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from services.registration.applications.applications import Applications
from services.registration.contact_confirmation.contacts import codes_of, recorded, search_keys_of
from services.registration.domain.commands import Erase
from services.registration.domain.consent import addresses
from services.registration.domain.profile import retention_of
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.questions.answering import without_companions
from services.registration.registrations.documents import ERASED_LANGUAGE, Erased, ProofOfConsent, Registration
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.repository import SeatLedgers
from services.registration.staff.staff import Staff

AT_ONCE = 16
COUNTED = "how many people the registration was for and by which way it came, without any reference to the person"
NO_NAME = "that a seat is taken, without a name"
PROOF = (
    "proof of consent: text version, time and a keyed fingerprint of the address, for as long as claims can be raised"
)


@dataclass(frozen=True)
class PersonErasure:
    """Strips registrations, companions and helpers."""

    registrations: RegistrationRepository
    ledgers: SeatLedgers
    tenant_registry: OwnTenantRegistry
    staff: Staff
    applications: Applications
    secrets: Secrets
    clock: Clock

    async def erase_people(
        self, scope: TenantScope, people: Sequence[str], erasure: str, again: bool
    ) -> dict[str, int]:
        """Erase people; what this erasure removed, by kind. `again`: an hour after the first time, send what has to be sent once more."""
        rule = retention_of(await self.tenant_registry.tenant(scope.tenant) or {})
        keep_proof = timedelta(days=rule.consent_proof_days)
        removed: Counter[str] = Counter()
        for at in range(0, len(people), AT_ONCE):
            for counts in await asyncio.gather(
                *(self._erase_person(scope, one, erasure, keep_proof, again) for one in people[at : at + AT_ONCE])
            ):
                removed.update(counts)
        return dict(removed)

    async def erase_name(self, scope: TenantScope, registration_id: str, who: str, name_key: str) -> dict[str, int]:
        """Erase one companion's name (the seat stays), or the helper; the new contact takes the place of the former."""

        def matches(name: str) -> bool:
            return bool(name) and self.secrets.derived_id("name", name) == name_key

        def decide(registration: Registration) -> Decision[Registration] | None:
            if registration.erased:
                return None
            if registration.wanted:
                raise busy("A change of this registration is under way.")  # it is through in a few seconds
            if who == "helper":
                if registration.helper is None or not matches(registration.helper.name):
                    return None
                after = replace(registration, helper=None, link=registration.link + 1, link_known=False)
                if registration.new_email_of == "helper":
                    after = replace(after, new_email=None, new_email_of=None)
                codes = codes_of(self.secrets, after)
                after = replace(after, keys=search_keys_of(after, codes))
                return Decision(after, [recorded(after, codes)], erase_topic=CONTACTS, erase_answers=True)
            if not any(matches(name) for name in registration.party):
                return None
            is_erased = [matches(name) for name in registration.party]
            after = replace(
                registration,
                party=tuple("" if matches(name) else name for name in registration.party),
                answers=without_companions(registration.answers, is_erased),
            )
            after = replace(after, keys=search_keys_of(after, codes_of(self.secrets, after)))
            return Decision(after, erase_answers=True)

        await self.registrations.change(scope, registration_id, decide, self.clock.now())
        return {"helpers" if who == "helper" else "names of companions": 1}

    def retained(self, who: str, removed: dict[str, int]) -> tuple[str, ...]:
        """What is legally retained after an erasure, in words."""
        if who == "companion":
            return (NO_NAME,)
        return (COUNTED, PROOF) if removed.get("registrations") else ()

    async def end_proof(self, scope: TenantScope, registration: Registration) -> None:
        """Delete the proof of a consent when its retention period is over."""

        def decide(registration: Registration) -> Decision[Registration]:
            return Decision(replace(registration, proof=None, due_at=None))

        await self.registrations.change(scope, registration.id, decide, self.clock.now())

    async def _erase_person(
        self, scope: TenantScope, person: str, erasure: str, keep_proof: timedelta, again: bool
    ) -> dict[str, int]:
        registration = await self.registrations.get(scope, person)
        if registration is None:
            if await self.staff.erase(scope, person, again):
                return {"staff members": 1}
            return {"applications": 1} if await self.applications.erase(scope, person, again, self.clock.now()) else {}
        # What lies ahead is cancelled; that somebody took part stays as a number.
        await self.ledgers.execute(scope, registration.gathering, Erase(person))
        now = self.clock.now()

        def decide(registration: Registration) -> Decision[Registration] | None:
            if registration.erased and not again:
                return None
            tombstone = Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), person)
            return Decision(self._stripped(registration, erasure, keep_proof, now), [tombstone], erase_topic=CONTACTS)

        await self.registrations.erase_to(scope, person, decide, now)
        erased = registration.erased or _erased(registration, erasure, now)
        if erased.by != erasure:
            return {}
        return {"registrations": 1} | ({"names of companions": erased.names} if erased.names else {})

    def _stripped(self, registration: Registration, erasure: str, keep_proof: timedelta, now: datetime) -> Registration:
        """Reduce a registration to what is retained: that there was a group of so many, by which way it came, and the proof of its consent."""
        proof = registration.proof if registration.erased else self._proof(registration, now, keep_proof)
        return Registration(
            id=registration.id,
            tenant=registration.tenant,
            gathering=registration.gathering,
            language=ERASED_LANGUAGE,
            channel=registration.channel,
            party=("",) * len(registration.party),
            unconfirmed=registration.unconfirmed,
            link=registration.link,
            proof=proof,
            erased=registration.erased or _erased(registration, erasure, now),
            due_at=proof.until if proof else None,
        )

    def _proof(self, registration: Registration, now: datetime, keep_for: timedelta) -> ProofOfConsent | None:
        """The proof of a registration's consent that is retained; None where nobody agreed to anything, or the municipality keeps no proof."""
        if registration.consent is None or not keep_for:
            return None
        return ProofOfConsent(
            text_version=registration.consent.text_version,
            at=registration.consent.at,
            by=registration.consent.by,
            purposes=registration.consents,
            fingerprints=tuple(
                self.secrets.derived_id("proof", address)
                for address in addresses(registration.contact.email, registration.contact.phone)
            ),
            until=now + keep_for,
        )


def _erased(registration: Registration, erasure: str, now: datetime) -> Erased:
    """The record of an erasure in the erased registration."""
    return Erased(at=now, by=erasure, names=sum(bool(name) for name in registration.party))
