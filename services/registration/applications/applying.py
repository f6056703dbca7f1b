"""Applying to take part. Anybody can do so in anybody's name, so a municipality may have several applications until the office decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.http.problems import FieldError, busy, conflict, invalid
from chassis.ids import Secrets
from chassis.messaging.outbox import Outgoing
from chassis.storage.aggregates import Exists
from chassis.storage.group_commit import BUSY
from chassis.storage.idempotency import FirstRequest, IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import of_document
from contracts.contacts import ContactRecorded
from contracts.registration import MunicipalityApplied
from services.registration.applications import application_history
from services.registration.applications.documents import Application, ContactOfApplicant, Facts
from services.registration.applications.schemas import ApplicantContact
from services.registration.applications.schemas import Application as SentApplication
from services.registration.gazetteer.gazetteer import Gazetteer
from services.registration.json_values import as_json
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository

RESERVED = frozenset(
    {
        "municipalities",
        "gazetteer",
        "questionnaires",
        "questionnaire-drafts",
        "practices",
        "questions",
        "library",
        "answers",
        "programme",
        "score",
        "benchmark-waves",
        "room",
        "office",
        "applications",
        "apply",
        "applied",
        "legal",
        "sign-in",
        "sign-out",
        "static",
        "health",
        "metrics",
        "v1",
        "api",
        "parked",
        "dead-letters",
    }
)
"""Path segments that are reserved, because a tenant's slug stands at the same place."""
TAKEN = "This short name is taken: a municipality with it takes part or took part."
OTHER_PLACE = (
    "The official list has no municipality with this key in this state. Leave it out where you do not know it."
)
MOST_UNDECIDED = 20
"""Applications for one short name that may wait side by side: each is decided by somebody who reads it."""
PURPOSE = "application"
Answer = dict[str, Any]


class Applying:
    """Stores applications."""

    def __init__(self, repository: MunicipalityRepository, gazetteer: Gazetteer, secrets: Secrets) -> None:
        self._all = repository
        self._gazetteer = gazetteer
        self._secrets = secrets

    async def apply(self, body: SentApplication, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        """Store an application; (answer, replayed). Others for the same slug stand beside it until the office decides.

        Raises:
            Problem: 409 the slug is taken or too many wait already, 422 it is a reserved word, or the key is of another place.
        """
        if body.slug in RESERVED:
            raise invalid(FieldError("/slug", "This word is reserved; choose another."))
        if body.ags is not None and not await self._gazetteer.has(body.ags, body.state):
            raise invalid(FieldError("/ags", OTHER_PLACE))
        scope = of_document({"tenant": body.slug})
        answer = {"slug": body.slug, "status": "applied"}

        def new_application(number: int) -> tuple[Application, list[Any]]:
            application = Application(
                number=number,
                status="applied",
                facts=facts_of(body),
                contact_id=self._secrets.derived_id("applicant", application_history.subject(body.slug, number)),
                contact=stored_contact(body.contact),
                applied_at=now,
                request=request.first(answer, now, keyed=True),
            )
            applied = MunicipalityApplied(**as_json(application.facts), phone=None, contact_id=application.contact_id)
            return application, [applied, recorded(self._secrets, application)]

        earlier_request: FirstRequest | None = None

        def add_to_existing(municipality: Municipality) -> Decision[Municipality] | None:
            nonlocal earlier_request
            applications = application_history.all_applications(municipality)
            stored_requests = [one.request for one in applications if one.request] if request.key else []
            earlier_request = next((stored for stored in stored_requests if stored.key == request.key), None)
            if earlier_request is not None:
                return None
            if municipality.status not in application_history.BEFORE:
                raise conflict("slug-taken", TAKEN)
            if len(application_history.undecided(municipality)) >= MOST_UNDECIDED:
                raise conflict(
                    "too-many-applications", "Many applications for this short name wait for a decision already."
                )
            application, events = new_application(application_history.number_of(municipality) + 1)
            return Decision(application_history.with_application(municipality, application), events, answer)

        application, events = new_application(1)
        new_municipality = Municipality(
            id=body.slug,
            tenant=body.slug,
            status=application.status,
            facts=application.facts,
            contact_id=application.contact_id,
            contact=application.contact,
            applied_at=now,
            request=application.request,
        )
        try:
            await self._all.add(scope, new_municipality, events, now)
        except Exists:
            if await self._all.change(scope, body.slug, add_to_existing, now) is None:
                raise busy(BUSY) from None
            if earlier_request is not None:
                return request.replay(earlier_request), True
        return answer, False


def facts_of(body: SentApplication) -> Facts:
    """The public facts of an application."""
    return Facts(
        slug=body.slug,
        name=body.name,
        kind=body.kind,
        state=body.state,
        inhabitants=body.inhabitants,
        languages=tuple(body.languages),
        ags=body.ags,
    )


def stored_contact(contact: ApplicantContact) -> ContactOfApplicant:
    return ContactOfApplicant(name=contact.name, email=contact.email, phone=contact.phone)


def recorded(secrets: Secrets, application: Application) -> Outgoing:
    """Build the event that tells notifications how whoever applied is reached."""
    slug, contact = application.facts.slug, application.contact
    event = ContactRecorded(
        contact_id=application.contact_id,
        kind="applicant",
        for_id=slug,
        language=application.facts.languages[0],
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        codes={PURPOSE: secrets.code(PURPOSE, application_history.subject(slug, application.number))},
    )
    return Outgoing(event, application.contact_id)
