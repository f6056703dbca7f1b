"""How a municipality comes in: it applies, the programme office asks back, and admits or declines.

The applicant has no account. The link in their mails shows what was asked and takes their answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.messaging.outbox import Outgoing
from chassis.storage.aggregates import Aggregates, Change, Events, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import ContactRecorded
from contracts.registration import (
    MunicipalityAdmitted,
    MunicipalityAnswered,
    MunicipalityApplied,
    MunicipalityAsked,
    MunicipalityDeclined,
)
from services.registration.applications import application_history
from services.registration.applications.application_history import shown
from services.registration.applications.schemas import ApplicantContact, Application, Decision
from services.registration.municipalities.municipalities import words_of
from services.registration.municipalities.repository import MunicipalityRepository
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.staff.staff import first_coordinator

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
    }
)
"""Words that stand where a tenant stands in paths."""
TAKEN = "This short name is taken: a municipality with it takes part or took part."
MOST_UNDECIDED = 20
"""Applications for one short name that may wait side by side: each is decided by somebody who reads it."""
MAX_QUESTIONS = 30
PURPOSE = "application"
Answer = dict[str, Any]


class Applications:
    """The same documents as those of municipalities, before they are tenants."""

    def __init__(
        self,
        municipalities: Aggregates,
        repository: MunicipalityRepository,
        tenant_registry: OwnTenantRegistry,
        secrets: Secrets,
    ) -> None:
        self._stored = repository
        self._all = municipalities
        self._tenant_registry = tenant_registry
        self._secrets = secrets

    async def apply(self, body: Application, request: IdempotencyKey, now: datetime) -> tuple[Answer, bool]:
        """Store an application; (answer, replayed). Others for the same slug stand beside it until the office decides.

        Raises:
            Problem: 409 the slug is taken or too many wait already, 422 it is a reserved word.
        """
        if body.slug in RESERVED:
            raise invalid(FieldError("/slug", "This word is reserved; choose another."))
        scope = of_document({"tenant": body.slug})
        answer = {"slug": body.slug, "status": "applied"}

        def application(number: int) -> tuple[Document, Events]:
            facts = body.model_dump(mode="json", exclude={"contact"})
            contact_id = self._secrets.derived_id("applicant", application_history.subject(body.slug, number))
            fields = {
                "status": "applied",
                "facts": facts,
                "contact_id": contact_id,
                "contact": body.contact.model_dump(mode="json"),
                "applied_at": now,
                "questions": [],
                "request": {"key": request.key, **request.record(answer, now)},
            }
            applied = MunicipalityApplied(**facts, phone=None, contact_id=contact_id)
            return fields, [applied, self._recorded(number, {"_id": body.slug, **fields}, body.contact)]

        first: Document | None = None

        def again(document: Document) -> Change | None:
            nonlocal first
            known = (one for one in application_history.all_of(document) if request.key)
            first = next((one for one in known if one["request"]["key"] == request.key), None)
            if first is not None:
                return None
            if document["status"] not in application_history.BEFORE:
                raise conflict("slug-taken", TAKEN)
            if len(application_history.undecided(document)) >= MOST_UNDECIDED:
                raise conflict(
                    "too-many-applications", "Many applications for this short name wait for a decision already."
                )
            number = application_history.number_of(document) + 1
            fields, events = application(number)
            sets, unset = application_history.stored(document, {**fields, "_id": body.slug, "number": number})
            return Change(sets, unset, events, answer)

        fields, events = application(1)
        try:
            await self._all.create(scope, body.slug, fields, events, now)
        except Exists:
            await self._all.execute(scope, body.slug, again, now)
            if first is not None:
                return request.replay_of_creation(first), True
        return answer, False

    async def ask(
        self, slug: str, question: str, request: IdempotencyKey, now: datetime, number: int | None = None
    ) -> tuple[Answer, bool]:
        """A question back; the applicant is told by mail that there is one, and reads it behind their link.

        Raises:
            Problem: 409 the application was decided, or too much was asked already.
        """

        def decide(document: Document) -> Change:
            one = _undecided(document, number)
            asked: list[Document] = one.get("questions") or []
            if len(asked) >= MAX_QUESTIONS:
                raise conflict("too-many-questions", "So many questions are better talked over on the telephone.")
            entry = {"question": question, "asked_at": now, "answer": None, "answered_at": None}
            changed = {**one, "questions": [*asked, entry]}
            event = MunicipalityAsked(slug=slug, contact_id=one["contact_id"])
            return Change(*application_history.stored(document, changed), [event], shown(changed))

        return await self._execute(slug, decide, now, request)

    async def answer(
        self, caller: Caller, slug: str, text: str, request: IdempotencyKey, now: datetime
    ) -> tuple[Answer, bool]:
        """The applicant's answer to all that is open.

        Raises:
            Problem: 404 the link is not theirs, 409 nothing is open.
        """

        def decide(document: Document) -> Change:
            mine = self._theirs(caller, document)
            _check_open(mine)
            asked: list[Document] = mine.get("questions") or []
            if not any(one["answered_at"] is None for one in asked):
                raise conflict("nothing-asked", "There is no open question. The programme office will write to you.")
            answered = [one if one["answered_at"] else {**one, "answer": text, "answered_at": now} for one in asked]
            event = MunicipalityAnswered(slug=slug)
            changed = {**mine, "questions": answered}
            return Change(*application_history.stored(document, changed), [event], shown(changed))

        return await self._execute(slug, decide, now, request)

    async def decide(
        self, slug: str, body: Decision, request: IdempotencyKey, now: datetime, number: int | None = None
    ) -> tuple[Answer, bool]:
        """Admit or decline; admitting grants the applicant the role of first coordinator. `number`: which application is meant.

        Raises:
            Problem: 404 there is no such application, 409 it was decided before, several wait and none is named, or one is to be
                admitted while others wait.
        """

        def decision(document: Document) -> Change:
            answer = {"slug": slug, "status": body.decision}
            if _is_decided(document, body.decision, number):
                return Change(answer=answer)
            one = _undecided(document, number)
            decided = {"decision": body.decision, "reason": body.reason, "at": now}
            changed = {**one, "status": body.decision, "decided": decided}
            sets, unset = application_history.stored(document, changed)
            after = {**document, **sets}
            facts, contact, contact_id = one["facts"], one["contact"], one["contact_id"]
            if body.decision == "declined":
                event = MunicipalityDeclined(slug=slug, contact_id=contact_id, reason=body.reason)
                sets["due_at"] = application_history.next_due(after)
                return Change(sets, unset, events=[event], answer=answer)
            if application_history.undecided(after):
                raise conflict("others-wait", "Decide the other applications for this short name first.")
            key = self._secrets.email_key(contact["email"])
            first = first_coordinator(slug, contact, facts["languages"][0], contact_id, key, now)
            admitted = MunicipalityAdmitted(**facts, phone=contact["phone"], contact_id=contact_id)
            kept = [
                each["number"]
                for each in application_history.all_of(after)
                if each is not one and each["status"] in application_history.ENDED
            ]
            former = application_history.forgotten(after, [each for each in kept if _has_contact(after, each)])
            return Change(
                {
                    **sets,
                    "words": words_of(facts),
                    "profile": {"phone": contact["phone"]},
                    **{path: value for path, value in former.set.items() if path != "due_at"},
                    **first.set,
                },
                [*unset, "due_at"],
                [admitted, *first.events, *former.events],
                answer,
                forget_topic=former.forget_topic,
                forget_keys=former.forget_keys,
            )

        done = await self._execute(slug, decision, now, request)
        self._tenant_registry.forget(slug)
        return done

    async def correct(
        self, caller: Caller, slug: str, contact: ApplicantContact, now: datetime, number: int | None = None
    ) -> Answer:
        """Whom the office writes to from now on, by the applicant or the office. Whoever was admitted is in the team, where they
        are corrected. `number`: which application the office means, if not the last one.

        Raises:
            Problem: 404 the link is not theirs, 409 there is no applicant (any more).
        """

        def decide(document: Document) -> Change:
            one = self._theirs(caller, document, number)
            if not application_history.has_applicant(one):
                raise conflict("no-applicant", "There is no contact of an application here (any more).")
            changed = contact.model_dump(mode="json")
            events = [self._recorded(one["number"], one, contact)] if changed != one["contact"] else []
            answer = {"slug": slug, "contact": changed}
            return Change(*application_history.stored(document, {**one, "contact": changed}), events, answer)

        answer, _ = await self._execute(slug, decide, now, IdempotencyKey(None, ""))
        found: Answer = answer
        return found

    async def applicant(self, caller: Caller, slug: str, number: int | None = None) -> str:
        """The contact of somebody who applied and was not admitted, for its holder and the office. Raises Problem 404."""
        one = await self._loaded(caller, slug, number)
        if one["status"] not in application_history.BEFORE:
            raise not_found("application")
        contact_id: str = one["contact_id"]
        return contact_id

    async def contact(self, caller: Caller, slug: str) -> Document:
        """How whoever applied is reached; empty where they were forgotten. For its holder. Raises Problem 404."""
        one = await self._loaded(caller, slug)
        return dict(one["contact"]) if application_history.has_applicant(one) else {}

    async def forget(self, scope: TenantScope, contact_id: str, again: bool, now: datetime) -> bool:
        """An erasure may concern an applicant: an application that is not decided is withdrawn with it. Whether it was one."""

        def decide(document: Document) -> Change:
            one = next(
                (one for one in application_history.all_of(document) if one.get("contact_id") == contact_id), None
            )
            if one is None or one["status"] not in application_history.BEFORE:
                return Change(answer=False)
            if not one.get("contact") and not again:
                return Change(answer=one["status"] == "withdrawn")
            return replace(application_history.forgotten(document, [one["number"]]), answer=True)

        done = await self._all.execute(scope, scope.tenant, decide, now)
        return done is not None and bool(done[0])

    async def one(self, caller: Caller, slug: str, number: int | None = None) -> Answer:
        """An application as its applicant and the office see it, the office's with the contact and the `former` ones; `number`:
        which one the office means, if not the last one. Raises Problem 404."""
        document = await self._document(slug)
        one = self._theirs(caller, document, number)
        one["last"] = application_history.number_of(document)
        answer = shown(one) | {"number": one["number"], "last": one["last"]}
        if caller.is_staff:
            all = application_history.all_of(document)
            former = [
                shown(each) | {"number": each["number"]}
                for each in all
                if each["number"] != application_history.own_number(document)
            ]
            answer |= {
                "contact": one.get("contact") or {},
                "standing": application_history.standing(document),
                "former": former,
            }
        return answer

    async def listed(self, status: str | None, limit: int, after: str | None) -> list[Answer]:
        """For the programme office, by slug."""
        found = await self._stored.of_office(status, limit, after)
        return [{**shown(document), "standing": application_history.standing(document)} for document in found]

    def _recorded(self, number: int, application: Document, contact: ApplicantContact) -> Outgoing:
        slug, contact_id = application["_id"], application["contact_id"]
        told = ContactRecorded(
            contact_id=contact_id,
            kind="applicant",
            for_id=slug,
            language=application["facts"]["languages"][0],
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            codes={PURPOSE: self._secrets.code(PURPOSE, application_history.subject(slug, number))},
        )
        return Outgoing(told, contact_id)

    async def _loaded(self, caller: Caller, slug: str, number: int | None = None) -> Document:
        """An application that a link is of, or that the office means. Raises Problem 404."""
        return self._theirs(caller, await self._document(slug), number)

    async def _document(self, slug: str) -> Document:
        document = await self._all.load(of_document({"tenant": slug}), slug)
        if document is None:
            raise not_found("application")
        return document

    def _theirs(self, caller: Caller, document: Document, number: int | None = None) -> Document:
        """The application that a link is of, or that the office means: without a number the one that stands in the document.
        Raises Problem 404."""

        def is_theirs(one: Document) -> bool:
            if caller.is_staff:
                return bool(one["number"] == (number or application_history.own_number(document)))
            held = self._secrets.holds(
                PURPOSE, application_history.subject(document["_id"], one["number"]), caller.link
            )
            return held and document["status"] != "deleted"

        found = next((one for one in application_history.all_of(document) if is_theirs(one)), None)
        if found is None:
            raise not_found("application")
        return found

    async def _execute(self, slug: str, decide: Any, now: datetime, request: IdempotencyKey) -> tuple[Answer, bool]:
        done = await self._all.execute(of_document({"tenant": slug}), slug, decide, now, request)
        if done is None:
            raise not_found("municipality")
        return done


def _check_open(document: Document) -> None:
    if document["status"] != "applied":
        raise conflict(
            "already-decided", "This application was decided before: %(status)s.", {"status": document["status"]}
        )


def _undecided(document: Document, number: int | None) -> Document:
    """The application that is meant, which waits for a decision."""
    waiting = application_history.undecided(document)
    if number is not None:
        found = next((one for one in application_history.all_of(document) if one["number"] == number), None)
        if found is None:
            raise not_found("application")
        _check_open(found)
        return found
    if not waiting:
        _check_open(document)
    if len(waiting) > 1:
        raise conflict(
            "application-needed", "Several applications for this short name wait. Say which one is meant (application)."
        )
    return waiting[0]


def _is_decided(document: Document, decision: str, number: int | None) -> bool:
    """Whether the same was decided before, so that saying it again changes nothing."""
    if number is not None:
        return any(
            one["number"] == number and one["status"] == decision for one in application_history.all_of(document)
        )
    return bool(document["status"] == decision)


def _has_contact(document: Document, number: int) -> bool:
    return any(one["number"] == number and one.get("contact") for one in application_history.all_of(document))
