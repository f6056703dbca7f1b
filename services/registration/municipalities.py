"""Municipalities: from application to tenant."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from chassis.aggregates import Aggregates, Change, Events, Exists
from chassis.idempotency import Request
from chassis.ids import Secrets
from chassis.mongo import Database, Document
from chassis.outbox import Outgoing
from chassis.problems import FieldError, conflict, invalid, not_found
from chassis.tenancy import TenantScope, of_document
from contracts.contacts import ContactRecorded
from contracts.registration import (
    MembershipChanged,
    MunicipalityAdmitted,
    MunicipalityApplied,
    MunicipalityDeclined,
    StaffGranted,
)
from services.registration.schemas import Application, Decision, Membership

RESERVED = frozenset(
    {"municipalities", "questionnaires", "practices", "answers", "programme", "score", "benchmark-waves"}
)
"""Words that stand where a tenant stands in paths."""


class Municipalities:
    """The aggregate whose id is the tenant."""

    def __init__(self, database: Database, secrets: Secrets, aggregates: Aggregates) -> None:
        self._all = aggregates
        self._secrets = secrets

    async def apply(self, body: Application, request: Request, now: datetime) -> tuple[Document, bool]:
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
            Outgoing(
                ContactRecorded(
                    contact_id=contact_id, kind="applicant", for_id=body.slug, language=body.languages[0],
                    name=body.contact.name, email=body.contact.email, phone=body.contact.phone,
                ),
                contact_id,
            ),
        ]  # fmt: skip
        fields = {
            "status": "applied", "facts": facts, "contact_id": contact_id, "contact": body.contact.model_dump(mode="json"),
            "request": {"key": request.key, **request.record(answer, now)},
        }  # fmt: skip
        try:
            await self._all.create(scope, body.slug, fields, events, now)
        except Exists as there:
            if request.key and there.document["request"]["key"] == request.key:
                return request.replay_of_creation(there.document), True
            raise conflict("slug-taken", "A municipality with this slug has applied already.") from None
        return answer, False

    async def decide(self, slug: str, body: Decision, request: Request, now: datetime) -> tuple[Any, bool]:
        """Admit or decline; admitting grants the applicant the role of first coordinator."""
        scope = of_document({"tenant": slug})

        def decision(document: Document) -> Change:
            answer = {"slug": slug, "status": body.decision}
            if document["status"] == body.decision:
                return Change(answer=answer)
            if document["status"] != "applied":
                raise conflict("already-decided", f"This application was {document['status']} before.")
            facts, contact_id = document["facts"], document["contact_id"]
            if body.decision == "declined":
                return Change(
                    {"status": "declined"},
                    events=[MunicipalityDeclined(slug=slug, contact_id=contact_id, reason=body.reason)],
                    answer=answer,
                )
            email_key = self._secrets.email_key(document["contact"]["email"])
            granted = Outgoing(StaffGranted(email_key=email_key, roles=("coordinator",)), f"{slug}:{email_key}")
            return Change(
                {"status": "admitted", f"staff.{email_key}": ["coordinator"]},
                events=[
                    MunicipalityAdmitted(**facts, phone=document["contact"]["phone"], contact_id=contact_id),
                    granted,
                ],
                answer=answer,
            )

        done = await self._all.execute(scope, slug, decision, now, request)
        if done is None:
            raise not_found("municipality")
        return done

    async def set_membership(self, scope: TenantScope, district: str, body: Membership, now: datetime) -> Document:
        """The tenant belongs to a district from one day until another."""
        if body.valid_until is not None and body.valid_until <= body.valid_from:
            raise invalid(FieldError("/valid_until", "The end must be after the start."))
        if (
            await self._all.collection.find_one({"_id": district, "status": "admitted", "facts.kind": "district"})
            is None
        ):
            raise invalid(FieldError("/district", "There is no admitted district with this slug."))
        answer = {"district": district, "member": scope.tenant, **body.model_dump(mode="json")}

        def change(document: Document) -> Change:
            others = {k: v for k, v in document.get("memberships", {}).items() if k != district}
            start, end = body.valid_from.isoformat(), body.valid_until.isoformat() if body.valid_until else "9999"
            for other, period in others.items():
                if start < (period["valid_until"] or "9999") and period["valid_from"] < end:
                    raise conflict("other-district", f"It belongs to {other} in that time.")
            event = MembershipChanged(
                district=district, member=scope.tenant, valid_from=body.valid_from, valid_until=body.valid_until
            )
            return Change({f"memberships.{district}": body.model_dump(mode="json")}, events=[event], answer=answer)

        done = await self._all.execute(scope, scope.tenant, change, now)
        if done is None:
            raise not_found("municipality")
        return answer

    async def admitted(self, limit: int, after: str | None) -> list[Document]:
        """Public facts of admitted municipalities, by slug."""
        condition: Document = {"status": "admitted"} | ({"_id": {"$gt": after}} if after else {})
        found = await self._all.collection.find(condition, {"facts": 1}).sort("_id", 1).limit(limit).to_list(None)
        return [document["facts"] for document in found]

    async def find(self, slug: str) -> Document | None:
        """An admitted municipality."""
        if re.fullmatch(r"[a-z0-9-]{2,40}", slug) is None:
            return None
        return await self._all.collection.find_one({"_id": slug, "status": "admitted"})

    async def roles_anywhere(self, email_key: str) -> frozenset[str]:
        """The roles that all municipalities together gave to whom the key stands for."""
        path = f"staff.{email_key}"
        found = await self._all.collection.find({path: {"$exists": True}}, {path: 1}).to_list(None)
        return frozenset(role for document in found for role in document["staff"][email_key])


class OwnDirectory:
    """Registration knows tenants and roles first-hand."""

    def __init__(self, municipalities: Municipalities) -> None:
        self._municipalities = municipalities
        self._known: dict[str, Document] = {}

    async def tenant(self, slug: str) -> Document | None:
        """Public facts of an admitted municipality; admission is final, so they are kept."""
        if slug not in self._known:
            found = await self._municipalities.find(slug)
            if found is None:
                return None
            self._known[slug] = {**found["facts"], "phone": found["contact"].get("phone")}
        return self._known[slug]

    async def is_tenant(self, slug: str) -> bool:
        return await self.tenant(slug) is not None

    async def roles(self, tenant: str, email_key: str) -> frozenset[str]:
        found = await self._municipalities.find(tenant)
        return frozenset((found or {}).get("staff", {}).get(email_key, ()))

    async def roles_anywhere(self, email_key: str) -> frozenset[str]:
        return await self._municipalities.roles_anywhere(email_key)
