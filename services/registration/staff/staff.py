"""Staff of a municipality: who was given which roles, invited by e-mail, and taken out again.

The municipality's document holds `staff` (roles by the key that stands for an address) and `people` (who that is). Only the
keys and roles are told to other services; the address goes to notifications alone, as a contact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.ids import Secrets, new_id
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.registration import StaffGranted, StaffRevoked
from programme.tenant_registry import TENANTS
from services.registration.domain.refused import Refused
from services.registration.domain.staff import check_change, in_order
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.settings.schemas import CoordinatorAppointment, StaffRoles

Person = dict[str, Any]


class SuccessorNeeded(Exception):
    """The only person who coordinates can't be erased before somebody else coordinates: nobody could name another."""


class Staff:
    """The staff of all municipalities."""

    def __init__(
        self, municipalities: Aggregates, tenant_registry: OwnTenantRegistry, secrets: Secrets, clock: Clock
    ) -> None:
        self._all = municipalities
        self._tenant_registry = tenant_registry
        self._secrets = secrets
        self._clock = clock

    async def listed(self, scope: TenantScope) -> list[Person]:
        """Everybody who holds a role, by address. Raises Problem 404."""
        document = await self._all.load(scope, scope.tenant, {"staff": 1, "people": 1})
        if document is None:
            raise not_found("municipality")
        people = document.get("people") or {}
        shown = [_shown(people.get(key, {}), roles) for key, roles in (document.get("staff") or {}).items()]
        return sorted(shown, key=lambda one: one["email"])

    async def grant(self, scope: TenantScope, email: str, body: StaffRoles) -> Person:
        """Somebody holds exactly these roles from now on; who is new is invited by mail.

        Raises:
            Problem: 409 the last coordinator would be lost.
        """
        key, now, roles = self._secrets.email_key(email), self._clock.now(), in_order(body.roles)
        contact_id = new_id()

        def decide(document: Document) -> Change:
            staff, known = document.get("staff") or {}, (document.get("people") or {}).get(key)
            _check(staff, key, roles)
            person: Person = {
                "email": email.strip().lower(),
                "name": body.name or (known or {}).get("name") or email.partition("@")[0],
                "language": body.language or (known or {}).get("language") or document["facts"]["languages"][0],
                "contact_id": (known or {}).get("contact_id") or contact_id,
                "since": (known or {}).get("since") or now,
            }
            events: list[Any] = []
            if person != known:
                events.append(_contact(scope.tenant, person))
            if list(roles) != staff.get(key) or known is None:
                invited = person["contact_id"] if known is None else None
                events.append(_keyed(scope.tenant, key, StaffGranted(email_key=key, roles=roles, contact_id=invited)))
            sets = {f"staff.{key}": list(roles), f"people.{key}": person} if events else {}
            return Change(sets, events=events, answer=_shown(person, roles))

        return await self._changed(scope, decide, now)

    async def appoint(self, scope: TenantScope, body: CoordinatorAppointment) -> Person:
        """The programme office gives somebody the role of coordinator, besides those they hold.

        Raises:
            Problem: 404 there is no such municipality, 409 it does not take part.
        """
        key = self._secrets.email_key(body.email)
        document = await self._all.load(scope, scope.tenant, {"status": 1, f"staff.{key}": 1})
        if document is None:
            raise not_found("municipality")
        if document["status"] not in TENANTS:
            raise conflict(
                "not-a-tenant", "This municipality does not take part: %(status)s.", {"status": document["status"]}
            )
        held = (document.get("staff") or {}).get(key, ())
        roles = StaffRoles(roles=[*in_order({*held, "coordinator"})], name=body.name, language=body.language)
        return await self.grant(scope, body.email, roles)

    async def has_contact(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether a contact is that of somebody of the staff, or of somebody who applied for this municipality."""
        shown = {"people": 1, "contact_id": 1, "former.contact_id": 1}
        document = await self._all.load(scope, scope.tenant, shown) or {}
        staff = [one["contact_id"] for one in (document.get("people") or {}).values()]
        applicants = [document.get("contact_id"), *(one.get("contact_id") for one in document.get("former") or ())]
        return contact_id in (*staff, *applicants)

    async def is_last_coordinator(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether this contact is that of the only person who coordinates a municipality that takes part."""
        document = await self._all.load(scope, scope.tenant, {"status": 1, "staff": 1, "people": 1, "leaving": 1})
        return document is not None and _is_last(document, contact_id)

    async def revoke(self, scope: TenantScope, email: str) -> Person:
        """Somebody holds no role any more; their address is forgotten here and, by the tombstone, in notifications.

        Raises:
            Problem: 404 nobody of that address holds a role, 409 the last coordinator would be lost.
        """
        key, now = self._secrets.email_key(email), self._clock.now()

        def decide(document: Document) -> Change:
            if key not in (document.get("staff") or {}):
                raise not_found("person among the staff")
            _check(document["staff"], key, ())
            return without(document, key, {"email": email.strip().lower(), "roles": []})

        return await self._changed(scope, decide, now)

    async def forget(self, scope: TenantScope, contact_id: str, again: bool) -> bool:
        """An erasure may concern somebody of the staff: their roles end too. Whether it was somebody of the staff, now or
        (`forgotten`) before.

        Raises:
            SuccessorNeeded: nobody would be left to coordinate.
        """

        def decide(document: Document) -> Change:
            people: dict[str, Person] = document.get("people") or {}
            if _is_last(document, contact_id):
                raise SuccessorNeeded
            before = contact_id in (document.get("forgotten") or ())
            key = next((key for key, one in people.items() if one["contact_id"] == contact_id), None)
            if key is None:
                gone = (
                    [Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), contact_id)] if before and again else []
                )
                return Change(events=gone, answer=before)
            change = without(document, key, {})
            return replace(
                change, set={**change.set, "forgotten": [*document.get("forgotten", ()), contact_id]}, answer=True
            )

        done = await self._all.execute(scope, scope.tenant, decide, self._clock.now())
        self._tenant_registry.forget(scope.tenant)
        return done is not None and bool(done[0])

    async def rekey(self) -> int:
        """Make the keys of all staff anew after EMAIL_KEY changed; how many people got another. Repeating it changes nothing.

        They are told as granted, so that every service learns the new key, and get their invitation once more.
        """
        rows = await self._all.collection.find({"people": {"$exists": True}}, {"tenant": 1}).to_list(None)
        scopes = [of_document(row) for row in rows]
        done = [await self._all.execute(scope, scope.tenant, self._rekeyed, self._clock.now()) for scope in scopes]
        return sum(answer[0] for answer in done if answer)

    def _rekeyed(self, document: Document) -> Change:
        staff, people = document.get("staff") or {}, document.get("people") or {}
        keys = {old: self._secrets.email_key(person["email"]) for old, person in people.items() if old in staff}
        moved = {old: new for old, new in keys.items() if old != new}
        slug, sets, events = document["_id"], Document(), list[Any]()
        for old, new in moved.items():
            sets |= {f"staff.{new}": staff[old], f"people.{new}": people[old]}
            granted = StaffGranted(email_key=new, roles=tuple(staff[old]), contact_id=people[old]["contact_id"])
            events += [_keyed(slug, new, granted), _keyed(slug, old, StaffRevoked(email_key=old))]
        unset = [f"{part}.{old}" for old in moved for part in ("staff", "people")]
        return Change(sets, unset, events, len(moved))

    async def _changed(self, scope: TenantScope, decide: Any, now: datetime) -> Person:
        done = await self._all.execute(scope, scope.tenant, decide, now)
        if done is None:
            raise not_found("municipality")
        self._tenant_registry.forget(scope.tenant)
        answer: Person = done[0]
        return answer


def first_coordinator(slug: str, contact: Document, language: str, contact_id: str, key: str, now: datetime) -> Change:
    """What admission does for the applicant: their contact becomes that of the first coordinator."""
    person = {
        "email": contact["email"].lower(),
        "name": contact["name"],
        "language": language,
        "contact_id": contact_id,
        "since": now,
    }
    granted = _keyed(slug, key, StaffGranted(email_key=key, roles=("coordinator",)))
    return Change({f"staff.{key}": ["coordinator"], f"people.{key}": person}, events=[granted])


def without(document: Document, key: str, answer: Person) -> Change:
    """The municipality without this person, with what has to be told."""
    events: list[Any] = [_keyed(document["_id"], key, StaffRevoked(email_key=key))]
    known = (document.get("people") or {}).get(key)
    sets: Document = {}
    if known is not None:
        events.append(Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), known["contact_id"]))
        if known["contact_id"] == document.get("contact_id"):
            sets["contact"] = {}  # the applicant's
    return Change(
        sets,
        [f"staff.{key}", f"people.{key}"],
        events,
        answer,
        forget_topic=CONTACTS if known else None,
        forget_keys=(known["contact_id"],) if known else (),
    )


def coordinators(document: Document) -> tuple[str, ...]:
    """The contacts of those who coordinate a municipality."""
    people, staff = document.get("people") or {}, document.get("staff") or {}
    return tuple(people[key]["contact_id"] for key, roles in staff.items() if "coordinator" in roles and key in people)


def _is_last(document: Document, contact_id: str) -> bool:
    if document["status"] not in TENANTS or (document.get("leaving") or {}).get("begun_at"):
        return False
    people, staff = document.get("people") or {}, document.get("staff") or {}
    coordinating = [key for key, roles in staff.items() if "coordinator" in roles]
    return len(coordinating) == 1 and people.get(coordinating[0], {}).get("contact_id") == contact_id


def _check(staff: dict[str, list[str]], key: str, roles: Iterable[str]) -> None:
    try:
        check_change(staff, key, tuple(roles))
    except Refused as refused:
        raise conflict(refused.code, refused.detail, refused.values) from None


def _contact(slug: str, person: Person) -> Outgoing:
    recorded = ContactRecorded(
        contact_id=person["contact_id"],
        kind="staff",
        for_id=slug,
        language=person["language"],
        name=person["name"],
        email=person["email"],
    )
    return Outgoing(recorded, person["contact_id"])


def _keyed(slug: str, key: str, event: StaffGranted | StaffRevoked) -> Outgoing:
    return Outgoing(event, f"{slug}:{key}")


def _shown(person: Person, roles: Iterable[str]) -> Person:
    since = person.get("since")
    return {
        "email": person.get("email", ""),
        "name": person.get("name", ""),
        "language": person.get("language"),
        "roles": list(roles),
        "since": rfc3339(since) if since else None,
        "person_id": person.get("contact_id"),
    }
