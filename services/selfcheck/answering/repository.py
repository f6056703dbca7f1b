"""Answer sheets as stored documents: one for each person who was invited. The only place where answers stand.

A sheet knows its assessment, a perspective and a pseudonymous id. Name and address of the person pass through its outbox
to `contacts.v1` and are not kept. Links and resume codes are kept as hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.ids import Secrets
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.aggregates import Aggregates, Events
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from services.selfcheck.domain.evidence import Evidence
from services.selfcheck.domain.sheet import Sheet

ANSWER_CODE = "answer"
"""The purpose of the code in a respondent's link."""
WITHOUT_BOOKKEEPING = {"outbox": 0, "requests": 0, "request": 0}


def hashed(code: str) -> str:
    """What is kept of a code: it has 128 random bits, so a plain SHA-256 can't be reversed."""
    return hashlib.sha256(code.encode()).hexdigest()


def state_of(document: Document) -> Sheet:
    """The domain's view of a stored sheet."""
    return Sheet(
        document["_id"],
        document["perspective"],
        None if document["asked"] is None else frozenset(document["asked"]),
        document["answers"],
        document["notes"],
        frozenset(document["handed_on"]),
        document.get("resume_hash"),
        document.get("submitted_at"),
        tuple(Evidence(**one) for one in document.get("evidence") or ()),
        document.get("handed_on_by"),
        document.get("root"),
    )


def root_of(document: Document) -> str:
    """The sheet of the invitation that set a sheet off. One that was handed on before this was noted counts as handed on by
    its own root, which `domain.voices` then finds."""
    return str(document.get("root") or document["handed_on_by"] or document["_id"])


def is_by_link(document: Document) -> bool:
    """Whether the link was shown to whoever invited, instead of mailed. Not noted in old sheets: then by whom was written to."""
    if "by_link" in document:
        return bool(document["by_link"])
    return (document.get("erased") or document).get("contact") is None


def stored(before: Sheet, after: Sheet) -> Document:
    """The fields of a document that the domain changed. Answers are replaced as a whole: question ids may hold dots, which
    mean something in paths of documents."""
    fields: Document = {}
    if after.answers != before.answers:
        fields |= {"answers": dict(after.answers), "answered": len(after.answers)}
    if after.notes != before.notes:
        fields["notes"] = dict(after.notes)
    if after.handed_on != before.handed_on:
        fields["handed_on"] = sorted(after.handed_on)
    if after.evidence != before.evidence:
        fields["evidence"] = [asdict(one) for one in after.evidence]
    if after.resume_hash != before.resume_hash:
        fields["resume_hash"] = after.resume_hash
    if after.submitted_at != before.submitted_at:
        fields["submitted_at"] = after.submitted_at
    return fields


class Sheets:
    """The collection."""

    def __init__(self, aggregates: Aggregates, secrets: Secrets, database: Database) -> None:
        self.all = aggregates
        self._database = database
        self._secrets = secrets

    async def ensure_indexes(self) -> None:
        tenant = ("tenant", ASCENDING)
        await self.all.ensure_indexes(
            [
                IndexModel(
                    [("code_hash", ASCENDING)],
                    name="code_hash",
                    unique=True,
                    partialFilterExpression={"code_hash": {"$exists": True}},
                ),
                IndexModel(
                    [("forgotten_hash", ASCENDING)],
                    name="forgotten_hash",
                    partialFilterExpression={"forgotten_hash": {"$exists": True}},
                ),
                IndexModel([tenant, ("assessment", ASCENDING), ("_id", ASCENDING)], name="assessment"),
                IndexModel(
                    [tenant, ("contact", ASCENDING)],
                    name="of_contact",
                    partialFilterExpression={"contact": {"$exists": True}},
                ),
                IndexModel(
                    [tenant, ("erased.contact", ASCENDING)],
                    name="of_erased",
                    partialFilterExpression={"erased.contact": {"$exists": True}},
                ),
                IndexModel(
                    [tenant, ("handed_on_by", ASCENDING)],
                    name="of_handed_on",
                    partialFilterExpression={"handed_on_by": {"$exists": True}},
                ),
            ]
        )

    def code(self, id: str, generation: int = 0) -> str:
        """The code in the link of a sheet; derived, so that a repeated request can give it again. `generation` counts the
        links that took the place of a lost one."""
        return self._secrets.code(ANSWER_CODE, f"{id}:{generation}" if generation else id)

    def addressee(self, assessment: str, email: str) -> str:
        """Stands for an address within one assessment, so that nobody is invited twice from lists; it can't be reversed."""
        return self._secrets.derived_id("addressee", f"{assessment}\0{email.strip().casefold()}")

    async def addressees(self, scope: TenantScope, assessment: str) -> set[str]:
        """Whoever was invited by address and not forgotten or taken back since."""
        found = await self.of(scope, assessment, {"addressee": 1})
        return {sheet["addressee"] for sheet in found if sheet.get("addressee")}

    async def invited(self, scope: TenantScope, assessment: str) -> list[Document]:
        """Everybody who was ever invited, without what they answered."""
        fields = (
            "perspective",
            "label",
            "contact",
            "final",
            "submitted_at",
            "resume_hash",
            "invited_at",
            "handed_on_by",
            "revoked_at",
            "reminded_at",
            "erased",
        )
        condition = scope.filter(assessment=assessment)
        return await self.all.collection.find(condition, dict.fromkeys(fields, 1)).sort("_id", 1).to_list(None)

    async def voices(self, scope: TenantScope, assessment: str) -> dict[str, dict[str, int]]:
        """By perspective: root invitations (`voices`), those of them whose link was shown to whoever invited (`by_link`), and
        how often questions were handed on (`handed_on`)."""
        wanted = {"perspective": 1, "handed_on_by": 1, "by_link": 1, "contact": 1, "erased": 1}
        numbers: dict[str, dict[str, int]] = {}
        for sheet in await self.of(scope, assessment, wanted):
            own = numbers.setdefault(sheet["perspective"], {"voices": 0, "by_link": 0, "handed_on": 0})
            if sheet["handed_on_by"] is not None:
                own["handed_on"] += 1
            else:
                own["voices"] += 1
                own["by_link"] += is_by_link(sheet)
        return numbers

    async def participation(self, scope: TenantScope, assessment: str) -> dict[str, Document]:
        """How far people are, summed by perspective: invited, begun, submitted, still open."""
        submitted = {"$ne": [{"$ifNull": ["$submitted_at", None]}, None]}
        sums: Document = {
            "invited": {"$sum": 1},
            "begun": _counts({"$gt": ["$answered", 0]}),
            "submitted": _counts(submitted),
            "open": _counts({"$not": [{"$or": ["$final", submitted]}]}),
        }
        there = scope.filter(assessment=assessment, revoked_at=None)
        grouped = await self._database.aggregate(
            self.all.collection.name, [{"$match": there}, {"$group": {"_id": "$perspective", **sums}}]
        )
        return {row["_id"]: row for row in grouped}

    async def add(self, scope: TenantScope, id: str, fields: Document, events: Events, now: datetime) -> None:
        """An empty sheet for someone who was invited.

        Raises:
            Exists: the id is taken, by an earlier try of the same request.
        """
        empty = {"answers": {}, "notes": {}, "handed_on": [], "answered": 0, "final": False, "invited_at": now}
        await self.all.create(scope, id, {**empty, **fields, "code_hash": hashed(self.code(id))}, events, now)

    async def by_code(self, code: str) -> Document | None:
        """The sheet a link leads to: the only look-up without a tenant, because the code is the right to it."""
        return await self.all.collection.find_one({"code_hash": hashed(code)}, WITHOUT_BOOKKEEPING)

    async def forgotten_by_code(self, code: str) -> Document | None:
        """What is left of the sheet that a link led to before its respondent had themself forgotten."""
        return await self.all.collection.find_one({"forgotten_hash": hashed(code)}, WITHOUT_BOOKKEEPING)

    async def by_codes(self, hashes: Iterable[str]) -> dict[str, Document]:
        """The sheets of several links, by the hash of the code."""
        condition = {"code_hash": {"$in": list(hashes)}}
        found = await self.all.collection.find(condition, WITHOUT_BOOKKEEPING).to_list(None)
        return {document["code_hash"]: document for document in found}

    async def of(self, scope: TenantScope, assessment: str, projection: Any = None) -> list[Document]:
        """All sheets of an assessment, without those whose invitation was taken back."""
        condition = scope.filter(assessment=assessment, revoked_at=None)
        return await self.all.collection.find(condition, projection or WITHOUT_BOOKKEEPING).sort("_id", 1).to_list(None)

    async def handed_on_by(self, scope: TenantScope, id: str) -> list[Document]:
        """Sheets that someone handed questions on to."""
        condition = scope.filter(handed_on_by=id, revoked_at=None)
        return await self.all.collection.find(condition, WITHOUT_BOOKKEEPING).to_list(None)

    async def freeze(self, scope: TenantScope, assessment: str) -> None:
        """End the answering. A save under way loses against this, because it raises every sheet's version."""
        await self.all.collection.update_many(
            scope.filter(assessment=assessment, final=False), {"$set": {"final": True}, "$inc": {"version": 1}}
        )

    async def discard(self, scope: TenantScope, id: str) -> None:
        """Remove a sheet that came too late to be answered."""
        await self.all.collection.delete_one(scope.filter(_id=id, answered=0))


def _counts(condition: Document) -> Document:
    return {"$sum": {"$cond": [condition, 1, 0]}}


def forgotten(sheet: Document) -> list[Outgoing]:
    """What tells the others to forget the person behind a sheet; to be written with `forget_topic=CONTACTS`."""
    return [Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), sheet["contact"])] if sheet["contact"] else []
