"""Applications of municipalities: a municipality applies, the programme office asks back, and admits or declines.

Here: applications as their applicants and the office see them, and how applicants are reached. Each application has a link of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chassis.http.permissions import Caller
from chassis.http.problems import conflict, not_found
from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import TOPIC as CONTACTS
from services.registration.applications import application_history
from services.registration.applications.application_history import application_json
from services.registration.applications.applying import PURPOSE, recorded, stored_contact
from services.registration.applications.documents import NOBODY, Application, ContactOfApplicant
from services.registration.applications.schemas import ApplicantContact
from services.registration.json_values import as_json
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository

Answer = dict[str, Any]


class Applications:
    """Applications as they are shown and corrected: the documents of municipalities, before they are tenants."""

    def __init__(self, repository: MunicipalityRepository, secrets: Secrets) -> None:
        self._all = repository
        self._secrets = secrets

    async def correct(
        self, caller: Caller, slug: str, contact: ApplicantContact, now: datetime, number: int | None = None
    ) -> Answer:
        """Correct the contact of an application, by the applicant or the office. Whoever was admitted is in the team, where they
        are corrected. `number`: which application the office means, if not the last one.

        Raises:
            Problem: 404 the link is not theirs, 409 there is no applicant (any more).
        """

        def decide(municipality: Municipality) -> Decision[Municipality]:
            application = self.select(caller, municipality, number)
            if not application_history.has_applicant(application):
                raise conflict("no-applicant", "There is no contact of an application here (any more).")
            changed = replace(application, contact=stored_contact(contact))
            events = [recorded(self._secrets, changed)] if changed != application else []
            changed_municipality = application_history.with_application(municipality, changed)
            return Decision(changed_municipality, events, {"slug": slug, "contact": as_json(changed.contact)})

        result: tuple[Answer, bool] = await self.change(slug, decide, now, IdempotencyKey(None, ""))
        return result[0]

    async def applicant(self, caller: Caller, slug: str, number: int | None = None) -> str:
        """The contact's id of somebody who applied and was not admitted, for its holder and the office. Raises Problem 404."""
        application = self.select(caller, await self._municipality(slug), number)
        if application.status not in application_history.BEFORE:
            raise not_found("application")
        return application.contact_id

    async def contact(self, caller: Caller, slug: str) -> ContactOfApplicant:
        """How whoever applied is reached; `NOBODY` where they were erased. For its holder. Raises Problem 404."""
        application = self.select(caller, await self._municipality(slug))
        return application.contact if application_history.has_applicant(application) else NOBODY

    async def erase(self, scope: TenantScope, contact_id: str, again: bool, now: datetime) -> bool:
        """Erase an applicant, whose application is withdrawn if it is not decided; whether this contact was an applicant's."""

        def decide(municipality: Municipality) -> Decision[Municipality]:
            applications = application_history.all_applications(municipality)
            application = next((one for one in applications if one.contact_id == contact_id), None)
            if application is None or application.status not in application_history.BEFORE:
                return Decision(municipality, answer=False)
            if not application.contact.is_known and not again:
                return Decision(municipality, answer=application.status == "withdrawn")
            return replaced_by(application_history.without_applicants(municipality, [application.number]), answer=True)

        result = await self._all.change(scope, scope.tenant, decide, now)
        return result is not None and bool(result[0])

    async def get(self, caller: Caller, slug: str, number: int | None = None) -> Answer:
        """An application as its applicant and the office see it, the office's with the contact and the `former` ones; `number`:
        which one the office means, if not the last one. Raises Problem 404."""
        municipality = await self._municipality(slug)
        application = self.select(caller, municipality, number)
        answer = application_json(application) | {
            "number": application.number,
            "last": application_history.number_of(municipality),
        }
        if caller.is_staff:
            own = application_history.current_number(municipality)
            others = [other for other in application_history.all_applications(municipality) if other.number != own]
            answer |= {
                "contact": as_json(application.contact) if application.contact.is_known else {},
                "standing": application_history.display_status(municipality),
                "former": [application_json(other) | {"number": other.number} for other in others],
            }
        return answer

    async def list_page(self, status: str | None, limit: int, after: str | None) -> list[Answer]:
        """A page of applications by slug, for the programme office."""
        municipalities = await self._all.list_for_office(status, limit, after)
        return [
            {
                **application_json(application_history.current(municipality)),
                "standing": application_history.display_status(municipality),
            }
            for municipality in municipalities
        ]

    async def overview(self) -> list[Answer]:
        """Name and status of all municipalities, for the programme office's page."""
        return [
            {
                "slug": municipality.slug,
                "name": municipality.facts.name,
                "state": municipality.facts.state,
                "inhabitants": municipality.facts.inhabitants,
                "standing": application_history.display_status(municipality),
            }
            async for municipality in self._all.list_statuses()
        ]

    def select(self, caller: Caller, municipality: Municipality, number: int | None = None) -> Application:
        """The application that a link is of, or that the office means: without a number the one that stands in the document.
        Raises Problem 404."""

        def is_theirs(application: Application) -> bool:
            if caller.is_staff:
                return application.number == (number or application_history.current_number(municipality))
            subject = application_history.subject(municipality.slug, application.number)
            return self._secrets.matches(PURPOSE, subject, caller.link) and municipality.status != "deleted"

        applications = application_history.all_applications(municipality)
        application = next((application for application in applications if is_theirs(application)), None)
        if application is None:
            raise not_found("application")
        return application

    async def change(
        self,
        slug: str,
        decide: Callable[[Municipality], Decision[Municipality] | None],
        now: datetime,
        request: IdempotencyKey,
    ) -> tuple[Any, bool]:
        """Change a municipality as `decide` says; (answer, replayed). Raises Problem 404, and what `decide` raises."""
        result = await self._all.change(of_document({"tenant": slug}), slug, decide, now, request)
        if result is None:
            raise not_found("municipality")
        return result

    async def _municipality(self, slug: str) -> Municipality:
        municipality = await self._all.get(of_document({"tenant": slug}), slug)
        if municipality is None:
            raise not_found("application")
        return municipality


def replaced_by(erased: application_history.ApplicantsErased, answer: Any = None) -> Decision[Municipality]:
    """Build the change of a municipality some of whose applicants are erased; with their contacts go answers that name them."""
    return Decision(
        erased.after,
        erased.events,
        answer,
        erase_topic=CONTACTS if erased.contacts else None,
        erase_keys=erased.contacts,
        erase_answers=erased.after.status in application_history.BEFORE,
    )
