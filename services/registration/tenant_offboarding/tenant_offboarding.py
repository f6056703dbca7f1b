"""Offboarding of a municipality: announced first, carried out after a delay, and until then it can be called off.

What is personal is erased before anything else (`erasures`), while the tenant is closed. Then `MunicipalityDeleted` makes every
service delete what it holds and answer with a receipt (`chassis.storage.tenant_offboarding`); the receipts together are the certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
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
from services.registration.erasures.erasures import BATCH, SERVICES, Erasures
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.registrations.repository import RegistrationRepository
from services.registration.staff.staff import coordinators
from services.registration.tenant_offboarding.documents import OffboardingReceipt
from services.registration.tenant_offboarding.repository import RECEIPTS, OffboardingReceipts

OFFBOARDING = TenantOffboarding(
    DepartureReceipted,
    keep=frozenset({"municipalities", RECEIPTS}),
    remains=(REMAINS, "that the municipality took part and when it left, with this certificate"),
)
PEOPLE_A_STEP = 10 * BATCH
POLL = timedelta(seconds=2)
SETTLES = timedelta(seconds=10)
"""After so long nobody signs up any more: other processes remember an open tenant for `programme.tenant_registry.MEMORY`."""
STALLED = timedelta(minutes=5)
"""An erasure that takes longer is asked for again."""
Answer = dict[str, Any]


class TenantOffboardings:
    """The `leaving` of a municipality's document: `{reason, announced_at, deletion_at, begun_at?, cursor?, asked_at?, deleted_at?}`."""

    def __init__(
        self,
        municipalities: Aggregates,
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
        """All data will be deleted after the delay; coordinators are told. Raises Problem 404, 409."""
        now = self._clock.now()

        def decide(document: Document) -> Change:
            _check_tenant(document)
            if document.get("leaving"):
                raise conflict(
                    "leaving-already", "The deletion is announced already. Call it off first to set another day."
                )
            leaving = {"reason": reason, "announced_at": now, "deletion_at": now + delay}
            event = MunicipalityLeaving(slug=slug, deletion_at=now + delay, contact_ids=coordinators(document))
            fields = {"leaving": leaving, "due_at": now + delay}
            return Change(fields, events=[event], answer=_certificate({**document, "leaving": leaving}, []))

        return await self._execute(slug, decide, request, now)

    async def call_off(self, slug: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """It stays after all. Raises Problem 404, 409 where nothing is announced or the deletion has begun."""
        now = self._clock.now()

        def decide(document: Document) -> Change:
            leaving = document.get("leaving")
            if not leaving:
                raise conflict("not-leaving", "No deletion is announced.")
            if leaving.get("begun_at") or document["status"] == "deleted":
                raise conflict("being-deleted", "The deletion has begun and can't be stopped any more.")
            event = MunicipalityStaying(slug=slug, contact_ids=coordinators(document))
            return Change({}, ["leaving", "due_at"], [event], {"slug": slug, "status": "called_off"})

        return await self._execute(slug, decide, request, now)

    async def certificate(self, slug: str) -> Answer:
        """How far the deletion is, what each service removed and what remains. Raises Problem 404."""
        document = await self._all.load(of_document({"tenant": slug}), slug)
        if document is None or not document.get("leaving"):
            raise not_found("deletion")
        rows = await self._receipts.of(of_document(document))
        return _certificate(document, rows)

    async def announced(self, slug: str) -> datetime | None:
        """When everything will be deleted, if that is announced."""
        found = await self._all.load(of_document({"tenant": slug}), slug, {"leaving": 1})
        when: datetime | None = ((found or {}).get("leaving") or {}).get("deletion_at")
        return when

    async def carry_out(self, document: Document) -> None:
        """What is due of a municipality's document: the next step of its deletion. Each step may be repeated."""
        scope, now = of_document(document), self._clock.now()
        leaving = document.get("leaving")
        if not leaving or document["status"] == "deleted":
            await self._all.execute(scope, document["_id"], lambda current: _applicants_forgotten(current, now), now)
            return
        if not leaving.get("begun_at"):
            await self._all.execute(scope, document["_id"], lambda current: _closed(current, now), now)
            self._tenant_registry.forget(document["_id"])
            return
        cursor = leaving.get("cursor", "")
        people = await self._registrations.ids_not_erased(scope, cursor, PEOPLE_A_STEP)
        if people:
            await self._erasures.begin_many(scope, people, "departure", document["_id"], now)
            step = Change({"leaving.cursor": people[-1], "leaving.asked_at": now})
        elif await self._registrations.ids_not_erased(scope, "", 1):
            stalled = now - leaving["asked_at"] > STALLED if "asked_at" in leaving else True
            step = Change({"due_at": now + POLL} | ({"leaving.cursor": ""} if stalled else {}))
        else:
            await self._all.execute(scope, document["_id"], lambda current: _deleted(current, now), now)
            self._tenant_registry.forget(document["_id"])
            return
        await self._all.execute(scope, document["_id"], lambda current: step, now)

    async def _execute(self, slug: str, decide: Any, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        done = await self._all.execute(of_document({"tenant": slug}), slug, decide, now, request)
        if done is None:
            raise not_found("municipality")
        return done


def _check_tenant(document: Document) -> None:
    if document["status"] not in ("admitted", "suspended"):
        raise conflict(
            "not-a-tenant", "This municipality does not take part: %(status)s.", {"status": document["status"]}
        )


def _applicants_forgotten(document: Document, now: datetime) -> Change:
    """Of applicants who were declined long ago only the public facts stay."""
    return application_history.forgotten(document, application_history.overdue(document, now))


def _closed(document: Document, now: datetime) -> Change | None:
    """The deletion begins: nobody signs up any more."""
    leaving = document.get("leaving")
    if not leaving or leaving.get("begun_at"):
        return None
    events = [MunicipalitySuspended(slug=document["_id"])] if document["status"] == "admitted" else []
    fields = {"status": "suspended", "leaving": {**leaving, "begun_at": now}, "due_at": now + SETTLES}
    return Change(fields, events=events)


def _deleted(document: Document, now: datetime) -> Change | None:
    """Nothing of it stays but its public name and when it took part."""
    if document["status"] == "deleted":
        return None
    people = document.get("people") or {}
    contacts = {one["contact_id"] for one in people.values()} | {document["contact_id"]}
    events: list[Any] = [Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), one) for one in sorted(contacts)]
    events += [
        Outgoing(StaffRevoked(email_key=key), f"{document['_id']}:{key}") for key in sorted(document.get("staff") or {})
    ]
    return Change(
        {
            "status": "deleted",
            "contact": {},
            "staff": {},
            "people": {},
            "profile": {},
            "texts": {},
            "questions": [],
            "former": [],
            "request": {"key": None, "f": "", "a": None, "t": now},
            "leaving": {**document["leaving"], "deleted_at": now},
        },
        ["due_at", "requests", "suspended", "decided", "belonging"],
        [*events, MunicipalityDeleted(slug=document["_id"])],
        forget_topic=CONTACTS,
    )


def _certificate(document: Document, rows: Iterable[OffboardingReceipt]) -> Answer:
    leaving = document["leaving"]
    receipts = {
        row.service: {"at": rfc3339(row.at), "removed": row.removed, "remains": list(row.remains)} for row in rows
    }
    awaited = [name for name in SERVICES if name not in receipts]
    status = "announced" if not leaving.get("begun_at") else "running" if awaited else "complete"
    times = ("announced_at", "deletion_at", "begun_at", "deleted_at")
    return {
        "slug": document["_id"],
        "name": document["facts"]["name"],
        "status": status,
        "reason": leaving["reason"],
        **{name: rfc3339(leaving[name]) if leaving.get(name) else None for name in times},
        "receipts": {name: receipts[name] for name in SERVICES if name in receipts},
        "awaited": awaited,
    }
