"""How a municipality comes in: it applies, the programme office asks back, and admits or declines.

The applicant has no account. The link in their mails shows what was asked and takes their answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chassis.aggregates import Aggregates, Change, Events, Exists
from chassis.audience import Caller
from chassis.clock import rfc3339
from chassis.idempotency import Request
from chassis.ids import Secrets
from chassis.mongo import Document
from chassis.outbox import Outgoing, Tombstone
from chassis.problems import FieldError, conflict, invalid, not_found
from chassis.tenancy import TenantScope, of_document
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from contracts.registration import (
    MunicipalityAdmitted,
    MunicipalityAnswered,
    MunicipalityApplied,
    MunicipalityAsked,
    MunicipalityDeclined,
)
from services.registration.municipalities.municipalities import words_of
from services.registration.municipalities.own_directory import OwnDirectory
from services.registration.municipalities.staff import first_coordinator
from services.registration.schemas import ApplicantContact, Application, Decision

RESERVED = frozenset(
    {
        "municipalities",
        "questionnaires",
        "questionnaire-drafts",
        "practices",
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
        "parked",
    }
)
"""Words that stand where a tenant stands in paths."""
DECLINED_KEPT = timedelta(days=180)
"""For how long the address of a declined applicant is kept: for questions about the reason."""
MAX_QUESTIONS = 30
BEFORE = ("applied", "declined", "withdrawn")
"""Of somebody who is no tenant and was none."""
PURPOSE = "application"
Answer = dict[str, Any]


class Applications:
    """The same documents as those of municipalities, before they are tenants."""

    def __init__(self, municipalities: Aggregates, directory: OwnDirectory, secrets: Secrets) -> None:
        self._all = municipalities
        self._directory = directory
        self._secrets = secrets

    async def apply(self, body: Application, request: Request, now: datetime) -> tuple[Answer, bool]:
        """Store an application; (answer, replayed).

        Raises:
            Problem: 409 the slug is taken, 422 it is a reserved word.
        """
        if body.slug in RESERVED:
            raise invalid(FieldError("/slug", "This word is reserved; choose another."))
        scope = of_document({"tenant": body.slug})
        contact_id = self._secrets.derived_id("applicant", body.slug)
        facts = body.model_dump(mode="json", exclude={"contact"})
        answer = {"slug": body.slug, "status": "applied"}
        events: Events = [
            MunicipalityApplied(**facts, phone=None, contact_id=contact_id),
            self._recorded(body.slug, contact_id, body.contact, body.languages[0]),
        ]
        fields = {
            "status": "applied",
            "facts": facts,
            "contact_id": contact_id,
            "contact": body.contact.model_dump(mode="json"),
            "applied_at": now,
            "questions": [],
            "request": {"key": request.key, **request.record(answer, now)},
        }
        try:
            await self._all.create(scope, body.slug, fields, events, now)
        except Exists as there:
            if request.key and there.document["request"]["key"] == request.key:
                return request.replay_of_creation(there.document), True
            raise conflict("slug-taken", "A municipality with this slug has applied already.") from None
        return answer, False

    async def ask(self, slug: str, question: str, request: Request, now: datetime) -> tuple[Answer, bool]:
        """A question back; the applicant is told by mail that there is one, and reads it behind their link.

        Raises:
            Problem: 409 the application was decided, or too much was asked already.
        """

        def decide(document: Document) -> Change:
            _check_open(document)
            asked: list[Document] = document.get("questions") or []
            if len(asked) >= MAX_QUESTIONS:
                raise conflict("too-many-questions", "So many questions are better talked over on the telephone.")
            entry = {"question": question, "asked_at": now, "answer": None, "answered_at": None}
            changed = {**document, "questions": [*asked, entry]}
            event = MunicipalityAsked(slug=slug, contact_id=document["contact_id"])
            return Change({"questions": changed["questions"]}, events=[event], answer=_shown(changed))

        return await self._execute(slug, decide, now, request)

    async def answer(
        self, caller: Caller, slug: str, text: str, request: Request, now: datetime
    ) -> tuple[Answer, bool]:
        """The applicant's answer to all that is open.

        Raises:
            Problem: 404 the link is not theirs, 409 nothing is open.
        """
        self._check_link(caller, slug)

        def decide(document: Document) -> Change:
            _check_open(document)
            asked: list[Document] = document.get("questions") or []
            if not any(one["answered_at"] is None for one in asked):
                raise conflict("nothing-asked", "There is no open question. The programme office will write to you.")
            answered = [one if one["answered_at"] else {**one, "answer": text, "answered_at": now} for one in asked]
            event = MunicipalityAnswered(slug=slug)
            answer = _shown({**document, "questions": answered})
            return Change({"questions": answered}, events=[event], answer=answer)

        return await self._execute(slug, decide, now, request)

    async def decide(self, slug: str, body: Decision, request: Request, now: datetime) -> tuple[Answer, bool]:
        """Admit or decline; admitting grants the applicant the role of first coordinator."""

        def decision(document: Document) -> Change:
            answer = {"slug": slug, "status": body.decision}
            if document["status"] == body.decision:
                return Change(answer=answer)
            _check_open(document)
            facts, contact, contact_id = document["facts"], document["contact"], document["contact_id"]
            decided = {"decision": body.decision, "reason": body.reason, "at": now}
            if body.decision == "declined":
                event = MunicipalityDeclined(slug=slug, contact_id=contact_id, reason=body.reason)
                fields = {"status": "declined", "decided": decided, "due_at": now + DECLINED_KEPT}
                return Change(fields, events=[event], answer=answer)
            key = self._secrets.email_key(contact["email"])
            first = first_coordinator(slug, contact, facts["languages"][0], contact_id, key, now)
            admitted = MunicipalityAdmitted(**facts, phone=contact["phone"], contact_id=contact_id)
            return Change(
                {
                    "status": "admitted",
                    "words": words_of(facts),
                    "decided": decided,
                    "profile": {"phone": contact["phone"]},
                    **first.set,
                },
                events=[admitted, *first.events],
                answer=answer,
            )

        done = await self._execute(slug, decision, now, request)
        self._directory.forget(slug)
        return done

    async def correct(self, caller: Caller, slug: str, contact: ApplicantContact, now: datetime) -> Answer:
        """Whom the office writes to from now on, by the applicant or the office. Whoever was admitted is in the team, where they
        are corrected.

        Raises:
            Problem: 404 the link is not theirs, 409 there is no applicant (any more).
        """
        if not caller.is_staff:
            self._check_link(caller, slug)

        def decide(document: Document) -> Change:
            if not _has_applicant(document):
                raise conflict("no-applicant", "There is no contact of an application here (any more).")
            told = self._recorded(slug, document["contact_id"], contact, document["facts"]["languages"][0])
            changed = contact.model_dump(mode="json")
            events = [told] if changed != document["contact"] else []
            return Change({"contact": changed}, events=events, answer={"slug": slug, "contact": changed})

        answer, _ = await self._execute(slug, decide, now, Request(None, ""))
        found: Answer = answer
        return found

    async def applicant(self, caller: Caller, slug: str) -> str:
        """The contact of somebody who applied and was not admitted, for its holder and the office. Raises Problem 404."""
        if not caller.is_staff:
            self._check_link(caller, slug)
        document = await self._all.load(of_document({"tenant": slug}), slug)
        if document is None or document["status"] not in BEFORE:
            raise not_found("application")
        contact_id: str = document["contact_id"]
        return contact_id

    async def contact(self, caller: Caller, slug: str) -> Document:
        """How whoever applied is reached; empty where they were forgotten. For its holder. Raises Problem 404."""
        self._check_link(caller, slug)
        found = await self._all.load(of_document({"tenant": slug}), slug, {"contact": 1, "status": 1})
        return dict(found["contact"]) if found is not None and _has_applicant(found) else {}

    async def forget(self, scope: TenantScope, contact_id: str, again: bool, now: datetime) -> bool:
        """An erasure may concern an applicant: an application that is not decided is withdrawn with it. Whether it was one."""

        def decide(document: Document) -> Change:
            if document.get("contact_id") != contact_id or document["status"] not in BEFORE:
                return Change(answer=False)
            if not document.get("contact") and not again:
                return Change(answer=document["status"] == "withdrawn")
            gone = Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), contact_id)
            sets: Document = {"contact": {}, "questions": []}
            if document["status"] == "applied":
                sets["status"] = "withdrawn"
            return Change(sets, ["due_at", "requests"], [gone], True, forget_topic=CONTACTS)

        done = await self._all.execute(scope, scope.tenant, decide, now)
        return done is not None and bool(done[0])

    async def one(self, caller: Caller, slug: str) -> Answer:
        """An application as its applicant and the office see it. Raises Problem 404."""
        if not caller.is_staff:
            self._check_link(caller, slug)
        document = await self._all.load(of_document({"tenant": slug}), slug)
        if document is None or (not caller.is_staff and document["status"] == "deleted"):
            raise not_found("application")
        shown = _shown(document)
        if caller.is_staff:
            shown |= {"contact": document.get("contact") or {}, "standing": standing(document)}
        return shown

    async def listed(self, status: str | None, limit: int, after: str | None) -> list[Answer]:
        """For the programme office, by slug."""
        condition: Document = {"status": status} if status else {"status": {"$ne": "deleted"}}
        if after:
            condition["_id"] = {"$gt": after}
        found = await self._all.collection.find(condition).sort("_id", 1).limit(limit).to_list(None)
        return [{**_shown(document), "standing": standing(document)} for document in found]

    def _recorded(self, slug: str, contact_id: str, contact: ApplicantContact, language: str) -> Outgoing:
        told = ContactRecorded(
            contact_id=contact_id,
            kind="applicant",
            for_id=slug,
            language=language,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            codes={PURPOSE: self._secrets.code(PURPOSE, slug)},
        )
        return Outgoing(told, contact_id)

    def link_code(self, slug: str) -> str:
        """The code of the applicant's link."""
        return self._secrets.code(PURPOSE, slug)

    def _check_link(self, caller: Caller, slug: str) -> None:
        if not self._secrets.holds(PURPOSE, slug, caller.link):
            raise not_found("application")

    async def _execute(self, slug: str, decide: Any, now: datetime, request: Request) -> tuple[Answer, bool]:
        done = await self._all.execute(of_document({"tenant": slug}), slug, decide, now, request)
        if done is None:
            raise not_found("municipality")
        return done


def standing(document: Document) -> str:
    """Where a municipality stands: as `status`, but an application that waits for its answer is `asked`, and a tenant that
    will be deleted `leaving`."""
    status: str = document["status"]
    if status == "applied" and any(one["answered_at"] is None for one in document.get("questions") or []):
        return "asked"
    return "leaving" if document.get("leaving") and status != "deleted" else status


def _has_applicant(document: Document) -> bool:
    return document["status"] in BEFORE and bool(document.get("contact"))


def _check_open(document: Document) -> None:
    if document["status"] != "applied":
        raise conflict(
            "already-decided", "This application was decided before: %(status)s.", {"status": document["status"]}
        )


def _shown(document: Document) -> Answer:
    facts = document["facts"]
    decided = document.get("decided")
    return {
        "slug": document["_id"],
        "status": document["status"],
        **{name: facts.get(name) for name in ("name", "kind", "state", "inhabitants", "languages")},
        "applied_at": rfc3339(document["applied_at"]) if document.get("applied_at") else None,
        "questions": [
            {
                "question": one["question"],
                "asked_at": rfc3339(one["asked_at"]),
                "answer": one["answer"],
                "answered_at": rfc3339(one["answered_at"]) if one["answered_at"] else None,
            }
            for one in document.get("questions") or []
        ],
        "decision": {"reason": decided["reason"], "at": rfc3339(decided["at"])} if decided else None,
    }
