"""Forgetting people, in all services, with a certificate that holds each one's receipt.

An erasure is asked for by a person, by staff for somebody, by the retention rule or because a municipality leaves. Its event
tells everybody; each service forgets by itself and answers with a receipt event. The certificate is complete when all four
receipts are there. Registration's own part is `services.registration.people.forgetting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, invalid, not_found
from chassis.ids import Secrets
from chassis.messaging.projection import Handler, Upsert, Write
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.erasure_receipts import is_repeat, receipt
from chassis.storage.mongo import Collection, Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts import notifications, reporting, selfcheck
from contracts.envelope import Envelope, Event
from contracts.registration import ErasureReceipted, PeopleErased, PersonErased
from services.registration.municipalities.staff import SuccessorNeeded
from services.registration.people.forgetting import Forgetting
from services.registration.people.known_people import KnownPeople
from services.registration.registrations.links import holds_link
from services.registration.schemas import ErasureRequest

SERVICES = ("registration", "selfcheck", "notifications", "reporting")
SUCCESSOR = "successor"
"""What the erasure of a municipality's only coordinator waits for: the programme office appoints another."""
LOOKS_AGAIN = timedelta(hours=1)
BATCH = 500
"""People a `PeopleErased` may name."""


class Erasures:
    """Erasures of a tenant; the id follows from whom they are about, so asking again finds the first."""

    def __init__(
        self,
        erasures: Aggregates,
        registrations: Aggregates,
        receipts: Collection,
        forgetting: Forgetting,
        known_people: KnownPeople,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._all = erasures
        self._registrations = registrations
        self._receipts = receipts
        self._forgetting = forgetting
        self._known_people = known_people
        self._secrets = secrets
        self._clock = clock

    async def begin(self, caller: Caller, asked: ErasureRequest) -> tuple[dict[str, Any], bool]:
        """Ask for an erasure; (certificate, asked before).

        Of a registration with everything that hangs on it, of one companion's name or of the helper alone; by staff also of
        another contact (respondent, staff member, applicant).

        Raises:
            Problem: 404 the link is not this person's, or nobody of that id is known in this municipality; 422 which companion is not said.
        """
        scope, now, person = caller.scope, self._clock.now(), asked.person_id
        known = await self._registrations.load(scope, person, {"party": 1, "helper": 1, "erased": 1, "link": 1})
        if not self._may(caller, person, known):
            raise not_found("registration")
        if known is None and not (caller.is_staff and asked.who == "registration" and await self._knows(scope, person)):
            raise not_found("person")
        fields: Document = {
            "person": person,
            "who": asked.who,
            "reason": "request",
            "asked_by": "staff" if caller.is_staff else "holder",
            "asked_at": now,
            "due_at": now,
        }
        if asked.who == "registration":
            id, told = self._id(scope, person), person
        else:
            name = _named(known or {}, asked)
            id = told = self._id(scope, f"{person}\0{asked.who}\0{name}")
            fields["name_key"] = self._secrets.derived_id("name", name)
        events: list[Event] = [PersonErased(person_id=told)]
        if known is None and await self._forgetting.staff.is_last_coordinator(scope, person):
            fields["waits_for"], events = SUCCESSOR, []  # told to the others when it begins
        try:
            fields |= {"people": [person], "told": told}
            await self._all.create(scope, id, fields, events, now)
        except Exists:
            return await self.certificate(caller, id), True
        return await self.certificate(caller, id), False

    async def begin_applicant(self, slug: str, contact_id: str, by_staff: bool) -> dict[str, Any]:
        """Forget somebody who applied and was not admitted; the certificate. Asking again finds the first."""
        scope, now = of_document({"tenant": slug}), self._clock.now()
        fields: Document = {
            "person": contact_id,
            "people": [contact_id],
            "told": contact_id,
            "who": "registration",
            "reason": "request",
            "asked_by": "staff" if by_staff else "holder",
            "asked_at": now,
            "due_at": now,
        }
        with suppress(Exists):
            await self._all.create(
                scope, self._id(scope, contact_id), fields, [PersonErased(person_id=contact_id)], now
            )
        return await self.of_applicant(slug, contact_id)

    async def of_applicant(self, slug: str, contact_id: str) -> dict[str, Any]:
        """The certificate of an applicant's erasure. Raises Problem 404 where none was asked for."""
        scope = of_document({"tenant": slug})
        found = await self._all.load(scope, self._id(scope, contact_id))
        if found is None:
            raise not_found("erasure")
        return await self._certificate(scope, found)

    async def begin_many(
        self, scope: TenantScope, people: Sequence[str], reason: str, about: str, now: datetime
    ) -> list[str]:
        """Erasures of registrations whose time is up, `BATCH` at a time; their ids. `about`: what they belong to (a
        gathering). Asking for the same people again finds the first.

        `reason`: `retention` or `departure`.
        """
        begun = []
        for at in range(0, len(people), BATCH):
            batch = sorted(people[at : at + BATCH])
            id = self._id(scope, "\0".join([reason, about, *batch]))
            event: Event = PeopleErased(erasure_id=id, person_ids=tuple(batch), reason=reason)  # type: ignore[arg-type]
            fields: Document = {
                "people": batch,
                "told": id,
                "who": "registration",
                "reason": reason,
                "about": about,
                "asked_by": "rule",
                "asked_at": now,
                "due_at": now,
            }
            with suppress(Exists):
                await self._all.create(scope, id, fields, [event], now)
            begun.append(id)
        return begun

    async def certificate(self, caller: Caller, id: str) -> dict[str, Any]:
        """What each service has removed so far, and what legally remains. Raises Problem 404."""
        found = await self._all.load(caller.scope, id)
        if found is None:
            raise not_found("erasure")
        person = found.get("person", "")
        if not self._may(caller, person, await self._registrations.load(caller.scope, person, {"link": 1})):
            raise not_found("erasure")
        return await self._certificate(caller.scope, found)

    async def _certificate(self, scope: TenantScope, found: Document) -> dict[str, Any]:
        rows = await self._receipts.find(scope.filter(person=found["told"])).to_list(None)
        receipts = {
            row["service"]: {"at": rfc3339(row["at"]), "removed": row["removed"], "remains": row["remains"]}
            for row in rows
        }
        return {
            **_about(found),
            "status": "waiting"
            if found.get("waits_for")
            else "complete"
            if set(SERVICES) <= set(receipts)
            else "running",
            "receipts": {name: receipts[name] for name in SERVICES if name in receipts},
            "awaited": [name for name in SERVICES if name not in receipts],
        }

    async def listed(self, scope: TenantScope, limit: int, after: str | None) -> list[dict[str, Any]]:
        """Erasures of the municipality, by id; a certificate is opened one by one."""
        condition = scope.filter(**({"_id": {"$gt": after}} if after else {}))
        found = await self._all.collection.find(condition, {"outbox": 0}).sort("_id", 1).limit(limit).to_list(None)
        return [_about(one) for one in found]

    async def about(self, scope: TenantScope, belongs_to: str) -> list[dict[str, Any]]:
        """The runs of the retention rule for a gathering, each with how many people and when."""
        found = (
            await self._all.collection.find(scope.filter(about=belongs_to), {"outbox": 0})
            .sort("asked_at", 1)
            .to_list(None)
        )
        return [_about(one) for one in found]

    async def carry_out(self, erasure: Document) -> None:
        """Registration's own part. Each step may be repeated."""
        scope = of_document(erasure)
        if erasure.get("waits_for") and not await self._begin_after_waiting(scope, erasure):
            return
        if erasure["who"] == "registration":
            try:
                removed = await self._forgetting.people(
                    scope, erasure["people"], erasure["_id"], again=is_repeat(erasure)
                )
            except SuccessorNeeded:  # the other coordinators left since it was asked for
                await self._wait(scope, erasure)
                return
        else:
            removed = await self._forgetting.named(scope, erasure["person"], erasure["who"], erasure["name_key"])
        event = ErasureReceipted(
            person_id=erasure["told"], removed=removed, remains=self._forgetting.remains(erasure["who"], removed)
        )
        await receipt(self._all, erasure, event, self._clock)

    async def successor_found(self, scope: TenantScope) -> None:
        """Somebody else coordinates now: an erasure that waited for it goes on."""
        now = self._clock.now()
        waiting = await self._all.collection.find(scope.filter(waits_for=SUCCESSOR), {"_id": 1}).to_list(None)
        for one in waiting:
            await self._all.execute(scope, one["_id"], lambda _: Change({"due_at": now}), now)

    async def successor_needed(self, scope: TenantScope) -> bool:
        """Whether the municipality's only coordinator asked to be erased."""
        return await self._all.collection.find_one(scope.filter(waits_for=SUCCESSOR), {"_id": 1}) is not None

    async def _begin_after_waiting(self, scope: TenantScope, erasure: Document) -> bool:
        if await self._forgetting.staff.is_last_coordinator(scope, erasure["person"]):
            await self._wait(scope, erasure)
            return False
        begun = Change(unset=["waits_for"], events=[PersonErased(person_id=erasure["told"])])

        def decide(current: Document) -> Change | None:
            return begun if current.get("waits_for") else None

        await self._all.execute(scope, erasure["_id"], decide, self._clock.now())
        return True

    async def _wait(self, scope: TenantScope, erasure: Document) -> None:
        now = self._clock.now()
        wait = Change({"waits_for": SUCCESSOR, "due_at": now + LOOKS_AGAIN})
        await self._all.execute(scope, erasure["_id"], lambda _: wait, now)

    async def _knows(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether somebody without a registration is known in this municipality: now, before, or by an erasure that was asked for."""
        return (
            await self._known_people.knows(scope, contact_id)
            or await self._forgetting.staff.has_contact(scope, contact_id)
            or await self._all.load(scope, self._id(scope, contact_id), {"_id": 1}) is not None
        )

    def _id(self, scope: TenantScope, whom: str) -> str:
        return self._secrets.derived_id("erasure", f"{scope.tenant}\0{whom}")

    def _may(self, caller: Caller, person_id: str, registration: Document | None) -> bool:
        return caller.is_staff or holds_link(self._secrets, person_id, registration or {}, caller.link)


def _named(registration: Document, asked: ErasureRequest) -> str:
    """The name that is to go: of the companion at that place, or of the helper."""
    if registration.get("erased"):
        raise not_found("registration")
    if asked.who == "helper":
        name: str = (registration.get("helper") or {}).get("name", "")
    else:
        party = registration.get("party", [])
        if asked.companion is None:
            raise invalid(FieldError("/companion", "Say which companion: 1 is the first."))
        name = party[asked.companion - 1] if asked.companion <= len(party) else ""
    if not name:
        raise not_found(asked.who)
    return name


def _about(erasure: Document) -> dict[str, Any]:
    about = {
        "id": erasure["_id"],
        "who": erasure["who"],
        "reason": erasure["reason"],
        "asked_at": rfc3339(erasure["asked_at"]),
        "asked_by": erasure["asked_by"],
        "people": len(erasure["people"]),
    }
    if "person" in erasure:
        about["person_id"] = erasure["person"]
    if erasure.get("waits_for"):
        about["waits_for"] = erasure["waits_for"]
    return about | ({"about": erasure["about"]} if "about" in erasure else {})


def _receipted(service: str) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Upsert(
            "receipts",
            f"{envelope.tenant}:{event.person_id}:{service}",
            {
                "person": event.person_id,
                "service": service,
                "at": envelope.occurred_at,
                "removed": event.removed,
                "remains": list(event.remains),
            },
        )

    return handle


HANDLERS: dict[str, Handler] = {
    ErasureReceipted.event_type: _receipted("registration"),
    selfcheck.ErasureReceipted.event_type: _receipted("selfcheck"),
    notifications.ErasureReceipted.event_type: _receipted("notifications"),
    reporting.ErasureReceipted.event_type: _receipted("reporting"),
}
"""Receipts of all services, our own included, reach the certificate the same way."""
