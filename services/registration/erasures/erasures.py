"""Erasing people, in all services, with a certificate that holds each one's receipt.

An erasure is asked for by a person, by staff for somebody, by the retention rule or because a municipality leaves. Its event
tells everybody; each service forgets by itself and answers with a receipt event. The certificate is complete when all four
receipts are there. Registration's own part is `services.registration.erasures.person_erasure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, invalid, not_found
from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope, of_document
from contracts.envelope import Event
from contracts.registration import ErasureReceipted, PeopleErased, PersonErased
from services.registration.erasures.documents import Erasure
from services.registration.erasures.person_erasure import PersonErasure
from services.registration.erasures.repository import ErasureRepository, KnownPeople
from services.registration.erasures.schemas import ErasureRequest
from services.registration.registrations.documents import Registration
from services.registration.registrations.links import holds_link
from services.registration.registrations.repository import RegistrationRepository
from services.registration.staff.staff import SuccessorNeeded

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
        repository: ErasureRepository,
        registrations: RegistrationRepository,
        person_erasure: PersonErasure,
        known_people: KnownPeople,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._registrations = registrations
        self._person_erasure = person_erasure
        self._known_people = known_people
        self._secrets = secrets
        self._clock = clock

    async def request(self, caller: Caller, erasure_request: ErasureRequest) -> tuple[dict[str, Any], bool]:
        """Ask for an erasure; (certificate, asked before).

        Of a registration with everything that hangs on it, of one companion's name or of the helper alone; by staff also of
        another contact (respondent, staff member, applicant).

        Raises:
            Problem: 404 the link is not this person's, or nobody of that id is known in this municipality; 422 which companion is not said.
        """
        scope, now, person = caller.scope, self._clock.now(), erasure_request.person_id
        registration = await self._registrations.get(scope, person)
        if not self._is_allowed(caller, registration):
            raise not_found("registration")
        if registration is None and not (
            caller.is_staff and erasure_request.who == "registration" and await self._is_known(scope, person)
        ):
            raise not_found("person")
        if erasure_request.who == "registration":
            id, subject, name_key = self._id(scope, person), person, None
        else:
            name = _name_to_erase(registration, erasure_request)
            id = subject = self._id(scope, f"{person}\0{erasure_request.who}\0{name}")
            name_key = self._secrets.derived_id("name", name)
        events: list[Event] = [PersonErased(person_id=subject)]
        waits_for = None
        if registration is None and await self._person_erasure.staff.is_last_coordinator(scope, person):
            waits_for, events = SUCCESSOR, []  # told to the others when it begins
        erasure = Erasure(
            id=id,
            tenant=scope.tenant,
            people=(person,),
            subject=subject,
            who=erasure_request.who,
            reason="request",
            asked_by="staff" if caller.is_staff else "holder",
            asked_at=now,
            person=person,
            name_key=name_key,
            waits_for=waits_for,
        )
        is_new = await self._repository.add(scope, erasure, events, now)
        return await self.certificate(caller, id), not is_new

    async def begin_applicant(self, slug: str, contact_id: str, by_staff: bool) -> dict[str, Any]:
        """Erase somebody who applied and was not admitted; the certificate. Asking again finds the first."""
        scope, now = of_document({"tenant": slug}), self._clock.now()
        erasure = Erasure(
            id=self._id(scope, contact_id),
            tenant=scope.tenant,
            people=(contact_id,),
            subject=contact_id,
            who="registration",
            reason="request",
            asked_by="staff" if by_staff else "holder",
            asked_at=now,
            person=contact_id,
        )
        await self._repository.add(scope, erasure, [PersonErased(person_id=contact_id)], now)
        return await self.of_applicant(slug, contact_id)

    async def of_applicant(self, slug: str, contact_id: str) -> dict[str, Any]:
        """The certificate of an applicant's erasure. Raises Problem 404 where none was asked for."""
        scope = of_document({"tenant": slug})
        erasure = await self._repository.get(scope, self._id(scope, contact_id))
        if erasure is None:
            raise not_found("erasure")
        return await self._certificate(scope, erasure)

    async def begin_many(
        self, scope: TenantScope, people: Sequence[str], reason: str, about: str, now: datetime
    ) -> list[str]:
        """Erasures of registrations whose time is up, `BATCH` at a time; their ids. `about`: what they belong to (a
        gathering). Asking for the same people again finds the first.

        `reason`: `retention` or `departure`.
        """
        erasure_ids = []
        for at in range(0, len(people), BATCH):
            batch = sorted(people[at : at + BATCH])
            id = self._id(scope, "\0".join([reason, about, *batch]))
            event: Event = PeopleErased(erasure_id=id, person_ids=tuple(batch), reason=reason)  # type: ignore[arg-type]
            erasure = Erasure(
                id=id,
                tenant=scope.tenant,
                people=tuple(batch),
                subject=id,
                who="registration",
                reason=reason,
                asked_by="rule",
                asked_at=now,
                about=about,
            )
            await self._repository.add(scope, erasure, [event], now)
            erasure_ids.append(id)
        return erasure_ids

    async def certificate(self, caller: Caller, id: str) -> dict[str, Any]:
        """What each service has removed so far, and what legally remains. Raises Problem 404."""
        erasure = await self._repository.get(caller.scope, id)
        if erasure is None:
            raise not_found("erasure")
        person = await self._registrations.get(caller.scope, erasure.person or "")
        if not self._is_allowed(caller, person):
            raise not_found("erasure")
        return await self._certificate(caller.scope, erasure)

    async def _certificate(self, scope: TenantScope, erasure: Erasure) -> dict[str, Any]:
        receipts = {
            row.service: {"at": rfc3339(row.at), "removed": row.removed, "remains": list(row.remains)}
            for row in await self._repository.receipts(scope, erasure.subject)
        }
        return {
            **_erasure_json(erasure),
            "status": "waiting" if erasure.waits_for else "complete" if set(SERVICES) <= set(receipts) else "running",
            "receipts": {name: receipts[name] for name in SERVICES if name in receipts},
            "awaited": [name for name in SERVICES if name not in receipts],
        }

    async def list_page(self, scope: TenantScope, limit: int, after: str | None) -> list[dict[str, Any]]:
        """Erasures of the municipality, by id; a certificate is opened one by one."""
        return [_erasure_json(one) for one in await self._repository.list_page(scope, limit, after)]

    async def list_retention_runs(self, scope: TenantScope, belongs_to: str) -> list[dict[str, Any]]:
        """The runs of the retention rule for a gathering, each with how many people and when."""
        return [_erasure_json(one) for one in await self._repository.list_about(scope, belongs_to)]

    async def carry_out(self, scope: TenantScope, erasure: Erasure) -> None:
        """Carry out registration's own part of an erasure. Each step may be repeated."""
        if erasure.waits_for and not await self._begin_after_waiting(scope, erasure):
            return
        if erasure.who == "registration":
            try:
                removed = await self._person_erasure.erase_people(
                    scope, erasure.people, erasure.id, again=erasure.receipted_at is not None
                )
            except SuccessorNeeded:  # the other coordinators left since it was asked for
                await self._wait(scope, erasure)
                return
        else:
            assert erasure.person is not None
            assert erasure.name_key is not None
            removed = await self._person_erasure.erase_name(scope, erasure.person, erasure.who, erasure.name_key)
        event = ErasureReceipted(
            person_id=erasure.subject, removed=removed, remains=self._person_erasure.retained(erasure.who, removed)
        )
        await self._repository.receipt(erasure, event, self._clock)

    async def successor_found(self, scope: TenantScope) -> None:
        """Continue the erasures that waited until somebody else coordinates."""
        now = self._clock.now()
        for id in await self._repository.waiting(scope, SUCCESSOR):
            await self._repository.wake(scope, id, now)

    async def successor_needed(self, scope: TenantScope) -> bool:
        """Whether the municipality's only coordinator asked to be erased."""
        return bool(await self._repository.waiting(scope, SUCCESSOR))

    async def _begin_after_waiting(self, scope: TenantScope, erasure: Erasure) -> bool:
        if erasure.person and await self._person_erasure.staff.is_last_coordinator(scope, erasure.person):
            await self._wait(scope, erasure)
            return False
        await self._repository.resume(scope, erasure.id, [PersonErased(person_id=erasure.subject)], self._clock.now())
        return True

    async def _wait(self, scope: TenantScope, erasure: Erasure) -> None:
        now = self._clock.now()
        await self._repository.wait(scope, erasure.id, SUCCESSOR, now + LOOKS_AGAIN, now)

    async def _is_known(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether somebody without a registration is known in this municipality: now, before, or by an erasure that was asked for."""
        return (
            await self._known_people.is_known(scope, contact_id)
            or await self._person_erasure.staff.has_contact(scope, contact_id)
            or await self._repository.get(scope, self._id(scope, contact_id)) is not None
        )

    def _id(self, scope: TenantScope, subject: str) -> str:
        return self._secrets.derived_id("erasure", f"{scope.tenant}\0{subject}")

    def _is_allowed(self, caller: Caller, registration: Registration | None) -> bool:
        return caller.is_staff or (registration is not None and holds_link(self._secrets, registration, caller.link))


def _name_to_erase(registration: Registration | None, erasure_request: ErasureRequest) -> str:
    """The name that is to go: of the companion at that place, or of the helper."""
    if registration is None or registration.erased:
        raise not_found("registration")
    if erasure_request.who == "helper":
        name = registration.helper.name if registration.helper else ""
    else:
        if erasure_request.companion is None:
            raise invalid(FieldError("/companion", "Say which companion: 1 is the first."))
        name = (
            registration.party[erasure_request.companion - 1]
            if erasure_request.companion <= len(registration.party)
            else ""
        )
    if not name:
        raise not_found(erasure_request.who)
    return name


def _erasure_json(erasure: Erasure) -> dict[str, Any]:
    fields = {
        "id": erasure.id,
        "who": erasure.who,
        "reason": erasure.reason,
        "asked_at": rfc3339(erasure.asked_at),
        "asked_by": erasure.asked_by,
        "people": len(erasure.people),
    }
    optional = {"person_id": erasure.person, "waits_for": erasure.waits_for, "about": erasure.about}
    return fields | {name: value for name, value in optional.items() if value is not None}
