"""Staff of a municipality: who was given which roles, invited by e-mail, and taken out again.

The municipality's document holds `staff` (roles by the key that stands for an address) and `people` (who that is). Only the
keys and roles are told to other services; the address goes to notifications alone, as a contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.ids import Secrets, new_id
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.registration import Role, StaffGranted, StaffRevoked
from services.registration.applications.documents import NOBODY, Application
from services.registration.domain.refused import Refused
from services.registration.domain.staff import check_change, in_order
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.staff.documents import StaffMember
from services.registration.staff.schemas import CoordinatorAppointment, StaffRoles

Person = dict[str, Any]


class SuccessorNeeded(Exception):
    """The only person who coordinates can't be erased before somebody else coordinates: nobody could name another."""


class Staff:
    """The staff of all municipalities."""

    def __init__(
        self, municipalities: MunicipalityRepository, tenant_registry: OwnTenantRegistry, secrets: Secrets, clock: Clock
    ) -> None:
        self._all = municipalities
        self._tenant_registry = tenant_registry
        self._secrets = secrets
        self._clock = clock

    async def list_all(self, scope: TenantScope) -> list[Person]:
        """Everybody who holds a role, by address. Raises Problem 404."""
        municipality = await self._all.get(scope, scope.tenant)
        if municipality is None:
            raise not_found("municipality")
        people = [_person_json(municipality.people.get(key), roles) for key, roles in municipality.staff.items()]
        return sorted(people, key=lambda person: person["email"])

    async def grant(self, scope: TenantScope, email: str, body: StaffRoles) -> Person:
        """Give somebody exactly these roles; who is new is invited by mail.

        Raises:
            Problem: 409 the last coordinator would be lost.
        """
        key, now, roles = self._secrets.email_key(email), self._clock.now(), in_order(body.roles)
        contact_id = new_id()

        def decide(municipality: Municipality) -> Decision[Municipality]:
            current = municipality.people.get(key)
            _check_change(municipality.staff, key, roles)
            person = StaffMember(
                email=email.strip().lower(),
                name=body.name or (current.name if current else "") or email.partition("@")[0],
                language=body.language or (current.language if current else municipality.facts.languages[0]),
                contact_id=current.contact_id if current else contact_id,
                since=current.since if current else now,
            )
            events: list[Any] = []
            if person != current:
                events.append(_contact(scope.tenant, person))
            if roles != municipality.staff.get(key) or current is None:
                invited = person.contact_id if current is None else None
                events.append(
                    _staff_event(scope.tenant, key, StaffGranted(email_key=key, roles=roles, contact_id=invited))
                )
            return Decision(_with_person(municipality, key, roles, person), events, _person_json(person, roles))

        return await self._change(scope, decide, now)

    async def appoint(self, scope: TenantScope, body: CoordinatorAppointment) -> Person:
        """Appoint a coordinator, by the programme office; other roles of that person stay.

        Raises:
            Problem: 404 there is no such municipality, 409 it does not take part.
        """
        municipality = await self._all.get(scope, scope.tenant)
        if municipality is None:
            raise not_found("municipality")
        if not municipality.takes_part:
            raise conflict(
                "not-a-tenant", "This municipality does not take part: %(status)s.", {"status": municipality.status}
            )
        current_roles = municipality.staff.get(self._secrets.email_key(body.email), ())
        roles = StaffRoles(roles=[*in_order({*current_roles, "coordinator"})], name=body.name, language=body.language)
        return await self.grant(scope, body.email, roles)

    async def has_contact(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether a contact is that of somebody of the staff, or of somebody who applied for this municipality."""
        municipality = await self._all.get(scope, scope.tenant)
        if municipality is None:
            return False
        staff = [one.contact_id for one in municipality.people.values()]
        return contact_id in (*staff, municipality.contact_id, *(one.contact_id for one in municipality.former))

    async def is_last_coordinator(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether this contact is that of the only person who coordinates a municipality that takes part."""
        municipality = await self._all.get(scope, scope.tenant)
        return municipality is not None and _is_last(municipality, contact_id)

    async def revoke(self, scope: TenantScope, email: str) -> Person:
        """Revoke all roles of somebody; their address is erased here and, by the tombstone, in notifications.

        Raises:
            Problem: 404 nobody of that address holds a role, 409 the last coordinator would be lost.
        """
        key, now = self._secrets.email_key(email), self._clock.now()

        def decide(municipality: Municipality) -> Decision[Municipality]:
            if key not in municipality.staff:
                raise not_found("person among the staff")
            _check_change(municipality.staff, key, ())
            return _without_person(municipality, key, {"email": email.strip().lower(), "roles": []})

        return await self._change(scope, decide, now)

    async def erase(self, scope: TenantScope, contact_id: str, again: bool) -> bool:
        """Erase somebody of the staff, with their roles. Whether it was somebody of the staff, now or
        (`erased_staff`) before.

        Raises:
            SuccessorNeeded: nobody would be left to coordinate.
        """

        def decide(municipality: Municipality) -> Decision[Municipality]:
            if _is_last(municipality, contact_id):
                raise SuccessorNeeded
            was_erased = contact_id in municipality.erased_staff
            key = next((key for key, one in municipality.people.items() if one.contact_id == contact_id), None)
            if key is None:
                return Decision(municipality, [_tombstone(contact_id)] if was_erased and again else [], was_erased)
            erased = replace(municipality, erased_staff=(*municipality.erased_staff, contact_id))
            return _without_person(erased, key, True)

        result = await self._all.change(scope, scope.tenant, decide, self._clock.now())
        self._tenant_registry.drop(scope.tenant)
        return result is not None and bool(result[0])

    async def rekey(self) -> int:
        """Make the keys of all staff anew after EMAIL_KEY changed; how many people got another. Repeating it changes nothing.

        They are told as granted, so that every service learns the new key, and get their invitation once more.
        """
        scopes = await self._all.with_staff()
        results = [await self._all.change(scope, scope.tenant, self._rekey, self._clock.now()) for scope in scopes]
        return sum(result[0] for result in results if result)

    def _rekey(self, municipality: Municipality) -> Decision[Municipality]:
        keys = {
            old_key: self._secrets.email_key(person.email)
            for old_key, person in municipality.people.items()
            if old_key in municipality.staff
        }
        moved = {old_key: new_key for old_key, new_key in keys.items() if old_key != new_key}
        events: list[Any] = []
        for old_key, new_key in moved.items():
            granted = StaffGranted(
                email_key=new_key, roles=municipality.staff[old_key], contact_id=municipality.people[old_key].contact_id
            )
            events += [
                _staff_event(municipality.slug, new_key, granted),
                _staff_event(municipality.slug, old_key, StaffRevoked(email_key=old_key)),
            ]
        after = replace(
            municipality,
            staff={moved.get(key, key): roles for key, roles in municipality.staff.items()},
            people={moved.get(key, key): person for key, person in municipality.people.items()},
        )
        return Decision(after, events, len(moved))

    async def _change(
        self, scope: TenantScope, decide: Callable[[Municipality], Decision[Municipality]], now: datetime
    ) -> Person:
        result = await self._all.change(scope, scope.tenant, decide, now)
        if result is None:
            raise not_found("municipality")
        self._tenant_registry.drop(scope.tenant)
        answer: Person = result[0]
        return answer


def with_first_coordinator(
    municipality: Municipality, applicant: Application, key: str, now: datetime
) -> tuple[Municipality, list[Outgoing]]:
    """Make the applicant the first coordinator of the municipality that was admitted."""
    person = StaffMember(
        email=applicant.contact.email.lower(),
        name=applicant.contact.name,
        language=applicant.facts.languages[0],
        contact_id=applicant.contact_id,
        since=now,
    )
    roles: tuple[Role, ...] = ("coordinator",)
    granted = _staff_event(municipality.slug, key, StaffGranted(email_key=key, roles=roles))
    return _with_person(municipality, key, roles, person), [granted]


def _with_person(municipality: Municipality, key: str, roles: tuple[Role, ...], person: StaffMember) -> Municipality:
    return replace(municipality, staff={**municipality.staff, key: roles}, people={**municipality.people, key: person})


def _without_person(municipality: Municipality, key: str, answer: Any) -> Decision[Municipality]:
    """Take this person out of the municipality's staff, with the events about it."""
    events: list[Any] = [_staff_event(municipality.slug, key, StaffRevoked(email_key=key))]
    person = municipality.people.get(key)
    changed = replace(
        municipality,
        staff={one: roles for one, roles in municipality.staff.items() if one != key},
        people={one: person for one, person in municipality.people.items() if one != key},
    )
    if person is None:
        return Decision(changed, events, answer)
    if person.contact_id == municipality.contact_id:
        changed = replace(changed, contact=NOBODY)  # the applicant's
    events.append(_tombstone(person.contact_id))
    return Decision(changed, events, answer, erase_topic=CONTACTS, erase_keys=(person.contact_id,))


def _is_last(municipality: Municipality, contact_id: str) -> bool:
    if not municipality.takes_part or municipality.is_being_deleted:
        return False
    coordinator_keys = [key for key, roles in municipality.staff.items() if "coordinator" in roles]
    person = municipality.people.get(coordinator_keys[0]) if len(coordinator_keys) == 1 else None
    return person is not None and person.contact_id == contact_id


def _check_change(staff: Mapping[str, Iterable[str]], key: str, roles: Iterable[str]) -> None:
    try:
        check_change(staff, key, tuple(roles))
    except Refused as refused:
        raise conflict(refused.code, refused.detail, refused.values) from None


def _contact(slug: str, person: StaffMember) -> Outgoing:
    recorded = ContactRecorded(
        contact_id=person.contact_id,
        kind="staff",
        for_id=slug,
        language=person.language,
        name=person.name,
        email=person.email,
    )
    return Outgoing(recorded, person.contact_id)


def _tombstone(contact_id: str) -> Outgoing:
    return Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), contact_id)


def _staff_event(slug: str, key: str, event: StaffGranted | StaffRevoked) -> Outgoing:
    return Outgoing(event, f"{slug}:{key}")


def _person_json(person: StaffMember | None, roles: Iterable[str]) -> Person:
    return {
        "email": person.email if person else "",
        "name": person.name if person else "",
        "language": person.language if person else None,
        "roles": list(roles),
        "since": rfc3339(person.since) if person else None,
        "person_id": person.contact_id if person else None,
    }
