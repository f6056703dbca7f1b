"""Reviewing applications: the programme office asks back, admits or declines. The applicant has no account: the link in their mails shows
what was asked and takes their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from chassis.http.permissions import Caller
from chassis.http.problems import conflict, not_found
from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision as Decided
from contracts.contacts import TOPIC as CONTACTS
from contracts.registration import MunicipalityAdmitted, MunicipalityAnswered, MunicipalityAsked, MunicipalityDeclined
from services.registration.applications import application_history
from services.registration.applications.application_history import application_json
from services.registration.applications.applications import Applications
from services.registration.applications.documents import Application, AskedQuestion
from services.registration.applications.documents import Decided as DecidedApplication
from services.registration.applications.schemas import Decision
from services.registration.json_values import as_json
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.municipalities import words_of
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.settings.documents import Profile
from services.registration.staff.staff import with_first_coordinator

MAX_QUESTIONS = 30
Answer = dict[str, Any]


class Reviewing:
    """Use cases of the programme office and of the applicant until an application is decided."""

    def __init__(self, applications: Applications, tenant_registry: OwnTenantRegistry, secrets: Secrets) -> None:
        self._applications = applications
        self._tenant_registry = tenant_registry
        self._secrets = secrets

    async def ask(
        self, slug: str, question: str, request: IdempotencyKey, now: datetime, number: int | None = None
    ) -> tuple[Answer, bool]:
        """Ask the applicant a question; a mail announces it, the link in it shows it.

        Raises:
            Problem: 409 the application was decided, or too much was asked already.
        """

        def decide(municipality: Municipality) -> Decided[Municipality]:
            application = _undecided(municipality, number)
            if len(application.questions) >= MAX_QUESTIONS:
                raise conflict("too-many-questions", "So many questions are better talked over on the telephone.")
            changed = replace(
                application, questions=(*application.questions, AskedQuestion(question=question, asked_at=now))
            )
            event = MunicipalityAsked(slug=slug, contact_id=application.contact_id)
            return Decided(
                application_history.with_application(municipality, changed), [event], application_json(changed)
            )

        return await self._applications.change(slug, decide, now, request)

    async def answer(
        self, caller: Caller, slug: str, text: str, request: IdempotencyKey, now: datetime
    ) -> tuple[Answer, bool]:
        """Store the applicant's answer to all open questions.

        Raises:
            Problem: 404 the link is not theirs, 409 nothing is open.
        """

        def decide(municipality: Municipality) -> Decided[Municipality]:
            application = self._applications.select(caller, municipality)
            _check_open(application)
            if not application.waits:
                raise conflict("nothing-asked", "There is no open question. The programme office will write to you.")
            answered_questions = tuple(
                question if question.answered_at else replace(question, answer=text, answered_at=now)
                for question in application.questions
            )
            changed = replace(application, questions=answered_questions)
            changed_municipality = application_history.with_application(municipality, changed)
            return Decided(changed_municipality, [MunicipalityAnswered(slug=slug)], application_json(changed))

        return await self._applications.change(slug, decide, now, request)

    async def decide(
        self, slug: str, body: Decision, request: IdempotencyKey, now: datetime, number: int | None = None
    ) -> tuple[Answer, bool]:
        """Admit or decline; admitting grants the applicant the role of first coordinator. `number`: which application is meant.

        Raises:
            Problem: 404 there is no such application, 409 it was decided before, several wait and none is named, or one is to be
                admitted while others wait.
        """

        def review(municipality: Municipality) -> Decided[Municipality]:
            answer = {"slug": slug, "status": body.decision}
            if _is_decided(municipality, body.decision, number):
                return Decided(municipality, answer=answer)
            application = _undecided(municipality, number)
            decided = DecidedApplication(decision=body.decision, reason=body.reason, at=now)
            changed = application_history.with_application(
                municipality, replace(application, status=body.decision, decided=decided)
            )
            if body.decision == "declined":
                event = MunicipalityDeclined(slug=slug, contact_id=application.contact_id, reason=body.reason)
                return Decided(replace(changed, due_at=application_history.next_due(changed)), [event], answer)
            if application_history.undecided(changed):
                raise conflict("others-wait", "Decide the other applications for this short name first.")
            return self._admitted(changed, application, answer, now)

        result = await self._applications.change(slug, review, now, request)
        self._tenant_registry.drop(slug)
        return result

    def _admitted(
        self, municipality: Municipality, application: Application, answer: Answer, now: datetime
    ) -> Decided[Municipality]:
        """Admit a municipality: it is a tenant from now on, and whoever else applied for the short name is erased."""
        others = [
            other.number
            for other in application_history.all_applications(municipality)
            if other.number != application.number
            and other.status in application_history.ENDED
            and other.contact.is_known
        ]
        erased = application_history.without_applicants(municipality, others)
        key = self._secrets.email_key(application.contact.email)
        tenant, granted = with_first_coordinator(erased.after, application, key, now)
        tenant = replace(
            tenant, words=words_of(application.facts), profile=Profile(phone=application.contact.phone), due_at=None
        )
        admitted = MunicipalityAdmitted(
            **as_json(application.facts), phone=application.contact.phone, contact_id=application.contact_id
        )
        return Decided(
            tenant,
            [admitted, *granted, *erased.events],
            answer,
            erase_topic=CONTACTS if erased.contacts else None,
            erase_keys=erased.contacts,
        )


def _check_open(application: Application | Municipality) -> None:
    if application.status != "applied":
        raise conflict(
            "already-decided", "This application was decided before: %(status)s.", {"status": application.status}
        )


def _undecided(municipality: Municipality, number: int | None) -> Application:
    """Select the application that is meant. Raises where it is decided already."""
    waiting = application_history.undecided(municipality)
    if number is not None:
        applications = application_history.all_applications(municipality)
        application = next((one for one in applications if one.number == number), None)
        if application is None:
            raise not_found("application")
        _check_open(application)
        return application
    if not waiting:
        _check_open(municipality)
    if len(waiting) > 1:
        raise conflict(
            "application-needed", "Several applications for this short name wait. Say which one is meant (application)."
        )
    return waiting[0]


def _is_decided(municipality: Municipality, decision: str, number: int | None) -> bool:
    """Whether the same was decided before, so that saying it again changes nothing."""
    if number is not None:
        return any(
            application.number == number and application.status == decision
            for application in application_history.all_applications(municipality)
        )
    return municipality.status == decision
