"""Offboarding of a municipality: announced first, carried out after a delay, and until then it can be called off.

What is personal is erased before anything else (`erasures`), while the tenant is closed. Then `MunicipalityDeleted` makes every
service delete what it holds and answer with a receipt (`chassis.storage.tenant_offboarding`); the receipts together are the certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.idempotency import FirstRequest, IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from chassis.storage.tenant_offboarding import REMAINS, TenantOffboarding
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.registration import (
    DepartureReceipted,
    MunicipalityDeleted,
    MunicipalityLeaving,
    MunicipalityStaying,
    MunicipalitySuspended,
    StaffRevoked,
)
from services.registration.applications import application_history
from services.registration.applications.applications import replaced_by
from services.registration.erasures.erasures import BATCH, SERVICES, Erasures
from services.registration.json_values import as_json
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.registrations.repository import RegistrationRepository
from services.registration.tenant_offboarding.documents import Offboarding, OffboardingReceipt
from services.registration.tenant_offboarding.repository import RECEIPTS, OffboardingReceipts

OFFBOARDING = TenantOffboarding(
    DepartureReceipted,
    keep=frozenset({"municipalities", RECEIPTS}),
    remains=(REMAINS, "that the municipality took part and when it left, with this certificate"),
)
PEOPLE_A_STEP = 10 * BATCH
POLL = timedelta(seconds=2)
SETTLES = timedelta(seconds=10)
"""After so long nobody signs up any more: other processes remember an open tenant for `programme.tenant_registry.CACHE_SECONDS`."""
STALLED = timedelta(minutes=5)
"""An erasure that takes longer is asked for again."""
Answer = dict[str, Any]


class TenantOffboardings:
    """The `offboarding` of a municipality's document (`Offboarding`)."""

    def __init__(
        self,
        municipalities: MunicipalityRepository,
        registrations: RegistrationRepository,
        receipts: OffboardingReceipts,
        erasures: Erasures,
        tenant_registry: OwnTenantRegistry,
        clock: Clock,
    ) -> None:
        self._all = municipalities
        self._registrations = registrations
        self._receipts = receipts
        self._erasures = erasures
        self._tenant_registry = tenant_registry
        self._clock = clock

    async def announce(self, slug: str, reason: str, delay: timedelta, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Announce that all data will be deleted after the delay; coordinators are told. Raises Problem 404, 409."""
        now = self._clock.now()

        def decide(municipality: Municipality) -> Decision[Municipality]:
            if not municipality.takes_part:
                raise conflict(
                    "not-a-tenant", "This municipality does not take part: %(status)s.", {"status": municipality.status}
                )
            if municipality.offboarding:
                raise conflict(
                    "leaving-already", "The deletion is announced already. Call it off first to set another day."
                )
            offboarding = Offboarding(reason=reason, announced_at=now, deletion_at=now + delay)
            event = MunicipalityLeaving(slug=slug, deletion_at=now + delay, contact_ids=municipality.coordinators)
            changed = replace(municipality, offboarding=offboarding, due_at=now + delay)
            return Decision(changed, [event], _certificate(changed, offboarding, []))

        return await self._all.execute(slug, decide, request, now)

    async def call_off(self, slug: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Call the announced deletion off. Raises Problem 404, 409 where nothing is announced or the deletion has begun."""
        now = self._clock.now()

        def decide(municipality: Municipality) -> Decision[Municipality]:
            if not municipality.offboarding:
                raise conflict("not-leaving", "No deletion is announced.")
            if municipality.is_being_deleted or municipality.status == "deleted":
                raise conflict("being-deleted", "The deletion has begun and can't be stopped any more.")
            event = MunicipalityStaying(slug=slug, contact_ids=municipality.coordinators)
            return Decision(
                replace(municipality, offboarding=None, due_at=None), [event], {"slug": slug, "status": "called_off"}
            )

        return await self._all.execute(slug, decide, request, now)

    async def certificate(self, slug: str) -> Answer:
        """How far the deletion is, what each service removed and what remains. Raises Problem 404."""
        scope = of_document({"tenant": slug})
        municipality = await self._all.get(scope, slug)
        if municipality is None or not municipality.offboarding:
            raise not_found("deletion")
        return _certificate(municipality, municipality.offboarding, await self._receipts.list_all(scope))

    async def announced(self, slug: str) -> datetime | None:
        """When everything will be deleted, if that is announced."""
        municipality = await self._all.get(of_document({"tenant": slug}), slug)
        return municipality.offboarding.deletion_at if municipality and municipality.offboarding else None

    async def carry_out(self, scope: TenantScope, municipality: Municipality) -> None:
        """Carry out the next step of a municipality's deletion. Each step may be repeated."""
        now, offboarding = self._clock.now(), municipality.offboarding
        if not offboarding or municipality.status == "deleted":
            await self._all.change(scope, municipality.id, lambda current: _erase_applicants(current, now), now)
            return
        if not offboarding.begun_at:
            await self._all.change(scope, municipality.id, lambda current: _close(current, now), now)
            self._tenant_registry.drop(municipality.id)
            return
        people = await self._registrations.ids_not_erased(scope, offboarding.cursor, PEOPLE_A_STEP)
        if people:
            await self._erasures.begin_many(scope, people, "departure", municipality.id, now)
            await self._step(scope, replace(offboarding, cursor=people[-1], asked_at=now), None, now)
        elif await self._registrations.ids_not_erased(scope, "", 1):
            stalled = offboarding.asked_at is None or now - offboarding.asked_at > STALLED
            await self._step(scope, replace(offboarding, cursor="") if stalled else offboarding, now + POLL, now)
        else:
            await self._all.change(scope, municipality.id, lambda current: _delete(current, now), now)
            self._tenant_registry.drop(municipality.id)

    async def _step(
        self, scope: TenantScope, offboarding: Offboarding, look_at: datetime | None, now: datetime
    ) -> None:
        def decide(current: Municipality) -> Decision[Municipality]:
            return Decision(replace(current, offboarding=offboarding, due_at=look_at or current.due_at))

        await self._all.change(scope, scope.tenant, decide, now)


def _erase_applicants(municipality: Municipality, now: datetime) -> Decision[Municipality]:
    """Erase applicants who were declined long ago: only public facts stay."""
    erased = application_history.without_applicants(municipality, application_history.overdue(municipality, now))
    return replaced_by(erased)


def _close(municipality: Municipality, now: datetime) -> Decision[Municipality] | None:
    """Begin the deletion: nobody can sign up any more."""
    if not municipality.offboarding or municipality.offboarding.begun_at:
        return None
    events = [MunicipalitySuspended(slug=municipality.slug)] if municipality.status == "admitted" else []
    offboarding = replace(municipality.offboarding, begun_at=now)
    return Decision(replace(municipality, status="suspended", offboarding=offboarding, due_at=now + SETTLES), events)


def _delete(municipality: Municipality, now: datetime) -> Decision[Municipality] | None:
    """Delete the municipality: only its public name stays, and when it took part."""
    if municipality.status == "deleted" or not municipality.offboarding:
        return None
    contacts = sorted({person.contact_id for person in municipality.people.values()} | {municipality.contact_id})
    events: list[Any] = [
        Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), contact_id) for contact_id in contacts
    ]
    events += [
        Outgoing(StaffRevoked(email_key=key), f"{municipality.slug}:{key}") for key in sorted(municipality.staff)
    ]
    deleted = Municipality(
        id=municipality.id,
        tenant=municipality.tenant,
        status="deleted",
        facts=municipality.facts,
        contact_id=municipality.contact_id,
        applied_at=municipality.applied_at,
        number=municipality.number,
        words=municipality.words,
        erased_staff=municipality.erased_staff,
        request=FirstRequest(fingerprint="", answer=None, at=now),
        offboarding=replace(municipality.offboarding, deleted_at=now),
    )
    events.append(MunicipalityDeleted(slug=municipality.slug))
    return Decision(deleted, events, erase_topic=CONTACTS, erase_answers=True)


def _certificate(
    municipality: Municipality, offboarding: Offboarding, offboarding_receipts: Iterable[OffboardingReceipt]
) -> Answer:
    receipts = {
        receipt.service: {"at": rfc3339(receipt.at), "removed": receipt.removed, "remains": list(receipt.remains)}
        for receipt in offboarding_receipts
    }
    awaited = [name for name in SERVICES if name not in receipts]
    return {
        "slug": municipality.slug,
        "name": municipality.facts.name,
        "status": "announced" if not offboarding.begun_at else "running" if awaited else "complete",
        "reason": offboarding.reason,
        "announced_at": rfc3339(offboarding.announced_at),
        "deletion_at": rfc3339(offboarding.deletion_at),
        "begun_at": as_json(offboarding.begun_at),
        "deleted_at": as_json(offboarding.deleted_at),
        "receipts": {name: receipts[name] for name in SERVICES if name in receipts},
        "awaited": awaited,
    }
