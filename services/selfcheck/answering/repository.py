"""Repository of answer sheets."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

import msgspec
from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.ids import Secrets, new_id
from chassis.operations.failpoints import failpoint
from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import StoredDocument, difference, from_stored, projection_of
from chassis.storage.mongo import Database, Document
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from chassis.text.mailboxes import mailbox
from services.selfcheck.answering.documents import SheetHead, StoredSheet
from services.selfcheck.domain.evidence import Evidence
from services.selfcheck.invitations.schemas import Voices

ANSWER_CODE = "answer"
"""The purpose of the code in a respondent's link."""


_HEAD = projection_of(SheetHead)


def hashed(code: str) -> str:
    """Hash of a code, all that is stored of it: it has 128 random bits, so a plain SHA-256 can't be reversed."""
    return hashlib.sha256(code.encode()).hexdigest()


class Participation(msgspec.Struct, frozen=True):
    """Progress of the people of a perspective; `open`: still at it."""

    invited: int = 0
    begun: int = 0
    submitted: int = 0
    open: int = 0


class SheetEvidence(StoredDocument, frozen=True, kw_only=True):
    """The part of a sheet that names its evidence."""

    evidence: tuple[Evidence, ...] = ()


class Sheets(Repository[StoredSheet]):
    """Repository of the sheets of all assessments."""

    def __init__(self, aggregates: Aggregates, secrets: Secrets, database: Database) -> None:
        super().__init__(StoredSheet, aggregates)
        self.collection = aggregates.collection
        self._database = database
        self._secrets = secrets

    async def ensure_indexes(self) -> None:
        tenant = ("tenant", ASCENDING)

        def partial_index(name: str, *fields: tuple[str, int], indexed_field: str, unique: bool = False) -> IndexModel:
            exists = {indexed_field: {"$exists": True}}
            return IndexModel(list(fields), name=name, unique=unique, partialFilterExpression=exists)

        await self._aggregates.ensure_indexes(
            [
                partial_index("code_hash", ("code_hash", ASCENDING), indexed_field="code_hash", unique=True),
                partial_index("forgotten_hash", ("forgotten_hash", ASCENDING), indexed_field="forgotten_hash"),
                IndexModel([tenant, ("assessment", ASCENDING), ("_id", ASCENDING)], name="assessment"),
                partial_index("of_contact", tenant, ("contact", ASCENDING), indexed_field="contact"),
                partial_index("of_erased", tenant, ("erased.contact", ASCENDING), indexed_field="erased.contact"),
                partial_index("of_handed_on", tenant, ("handed_on_by", ASCENDING), indexed_field="handed_on_by"),
            ]
        )

    def code(self, id: str, generation: int = 0) -> str:
        """The code in the link of a sheet; derived, so that a repeated request can give it again. `generation` counts the
        links that took the place of a lost one."""
        return self._secrets.code(ANSWER_CODE, f"{id}:{generation}" if generation else id)

    def addressee(self, assessment: str, email: str) -> str:
        """Stands for an address within one assessment, so that nobody is invited twice from lists; it can't be reversed."""
        return self._secrets.derived_id("addressee", f"{assessment}\0{email.strip().casefold()}")

    def mailbox(self, assessment: str, email: str) -> str:
        """Like `addressee`, the same for all spellings that reach one mailbox: so that one person is not asked as several."""
        return self._secrets.derived_id("mailbox", f"{assessment}\0{mailbox(email)}")

    async def with_mailbox_of(
        self, scope: TenantScope, assessment: str, like: Collection[SheetHead]
    ) -> list[SheetHead]:
        """Sheets of people who are asked, whose mailbox is that of one of `like`; these themselves are left out."""
        same_addressee = {"addressee": {"$in": [one.addressee for one in like if one.addressee]}}
        same_mailbox = {"$or": [{"mailbox": {"$in": [one.mailbox for one in like if one.mailbox]}}, same_addressee]}
        sheets = await self._heads(scope.filter(assessment=assessment, revoked_at=None, **same_mailbox))
        return [one for one in sheets if one.id not in {sheet.id for sheet in like}]

    async def invited(self, scope: TenantScope, assessment: str) -> list[SheetHead]:
        """Everybody who was ever invited."""
        return await self._heads(scope.filter(assessment=assessment))

    async def not_withdrawn(self, scope: TenantScope, assessment: str) -> list[SheetHead]:
        """The sheets whose invitation was not withdrawn."""
        return await self._heads(scope.filter(assessment=assessment, revoked_at=None))

    async def list_of_assessment(self, scope: TenantScope, assessment: str) -> list[StoredSheet]:
        """All sheets of an assessment, without those whose invitation was taken back."""
        return await self._find(scope.filter(assessment=assessment, revoked_at=None))

    async def evidence_of(self, scope: TenantScope, assessment: str) -> list[SheetEvidence]:
        """What these name as evidence."""
        cursor = self.collection.find(
            scope.filter(assessment=assessment, revoked_at=None), {"tenant": 1, "evidence": 1}
        )
        sheets = msgspec.convert(await cursor.sort("_id", 1).to_list(None), list[SheetEvidence])
        return [one for one in sheets if one.evidence]

    async def ids_of(self, scope: TenantScope, assessment: str) -> list[str]:
        """Ids of all sheets of an assessment, also of those that were taken back."""
        return await self._ids(scope.filter(assessment=assessment))

    async def existing_ids(self, scope: TenantScope, ids: Collection[str]) -> set[str]:
        """The sheets of these ids, as far as they exist."""
        return set(await self._ids(scope.filter(_id={"$in": list(ids)})))

    async def of_people(self, scope: TenantScope, contacts: Sequence[str]) -> list[str]:
        """The ids of the sheets of these people, also of those that were erased."""
        among_contacts = {"$in": contacts}
        return await self._ids(
            scope.filter(**{"$or": [{"contact": among_contacts}, {"erased.contact": among_contacts}]})
        )

    async def of_person(self, scope: TenantScope, id: str) -> list[StoredSheet]:
        """Sheets of a person, by the id of a contact or of a sheet; what was not erased."""
        sheets = await self._find(scope.filter(**{"$or": [{"_id": id}, {"contact": id}]}))
        return [one for one in sheets if one.erased is None]

    async def with_contact(self, scope: TenantScope) -> list[str]:
        """Ids of all sheets of people who are known to notifications."""
        return await self._ids(scope.filter(contact={"$ne": None}))

    async def to_be_reminded(self, scope: TenantScope, assessment: str) -> list[str]:
        """Ids of the sheets of those who have an address and did not hand in."""
        waiting = scope.filter(
            assessment=assessment, contact={"$type": "string"}, submitted_at=None, revoked_at=None, final=False
        )
        return await self._ids(waiting)

    async def voices(self, scope: TenantScope, assessment: str) -> dict[str, Voices]:
        """Numbers of voices by perspective (`voices_among`)."""
        return voices_among(await self.not_withdrawn(scope, assessment))

    async def participation(self, scope: TenantScope, assessment: str) -> dict[str, Participation]:
        """Progress of the people, summed by perspective."""
        submitted = {"$ne": [{"$ifNull": ["$submitted_at", None]}, None]}
        sums: Document = {
            "invited": {"$sum": 1},
            "begun": _count_if({"$gt": ["$answered", 0]}),
            "submitted": _count_if(submitted),
            "open": _count_if({"$not": [{"$or": ["$final", submitted]}]}),
        }
        not_revoked = scope.filter(assessment=assessment, revoked_at=None)
        grouped = await self._database.aggregate(
            self.collection.name, [{"$match": not_revoked}, {"$group": {"_id": "$perspective", **sums}}]
        )
        return {row["_id"]: msgspec.convert(row, Participation) for row in grouped}

    async def removed(self, scope: TenantScope, assessment: str) -> dict[str, int]:
        """What went with a deleted assessment, by kind."""
        sums: dict[str, int] = {}
        for sheet in await self.invited(scope, assessment):
            for kind, number in (sheet.removed or {}).items():
                sums[kind] = sums.get(kind, 0) + number
        return sums

    async def by_code(self, code: str) -> StoredSheet | None:
        """The sheet a link leads to: the only look-up without a tenant, because the code is the right to it."""
        sheets = await self.by_hashes([hashed(code)])
        return next(iter(sheets.values()), None)

    async def by_hashes(self, hashes: Iterable[str]) -> dict[str, StoredSheet]:
        """The sheets of several links, by the hash of the code."""
        cursor = self.collection.find({"code_hash": {"$in": list(hashes)}}, self._fields)
        sheets = [self.read(one) for one in await cursor.to_list(None)]
        return {one.code_hash: one for one in sheets if one.code_hash}

    async def erased_by_code(self, code: str) -> StoredSheet | None:
        """The erased sheet that a link led to before its respondent had themself erased."""
        stored = await self.collection.find_one({"forgotten_hash": hashed(code)}, self._fields)
        return None if stored is None else self.read(stored)

    async def handed_on_by(self, scope: TenantScope, id: str) -> list[SheetHead]:
        """Sheets that someone handed questions on to. A colleague who had themself forgotten has none of them any more."""
        return await self._heads(scope.filter(handed_on_by=id, revoked_at=None, erased=None))

    async def times_handed_on(self, scope: TenantScope, id: str) -> int:
        """How often someone handed questions on, also what they took back."""
        return await self.collection.count_documents(scope.filter(handed_on_by=id))

    async def times_handed_on_to(self, scope: TenantScope, id: str, mailbox: str) -> int:
        """As `times_handed_on`, to one mailbox."""
        return await self.collection.count_documents(scope.filter(handed_on_by=id, mailbox=mailbox))

    async def times_set_off(self, scope: TenantScope, assessment: str, invitation: str) -> int:
        """How often questions were handed on by all that a root invitation set off, also what was taken back."""
        handed_on = scope.filter(assessment=assessment, root=invitation, handed_on_by={"$ne": None})
        return await self.collection.count_documents(handed_on)

    async def freeze(self, scope: TenantScope, assessment: str) -> None:
        """End the answering. A save under way loses against this, because it raises every sheet's version."""
        await self.collection.update_many(
            scope.filter(assessment=assessment, final=False), {"$set": {"final": True}, "$inc": {"version": 1}}
        )

    async def discard(self, scope: TenantScope, id: str) -> None:
        """Remove a sheet that came too late to be answered."""
        await self.collection.delete_one(scope.filter(_id=id, answered=0))

    async def _heads(self, filter: Document) -> list[SheetHead]:
        cursor = self.collection.find(filter, _HEAD).sort("_id", 1)
        return [from_stored(SheetHead, one) for one in await cursor.to_list(None)]

    async def write_all(self, changed: Sequence[tuple[StoredSheet, StoredSheet]]) -> set[str]:
        """Write several sheets (before, after), each onto the version that was read; the ids of those that were written."""
        mark = new_id()
        failpoint("sheets.before_commit")
        written = await self.collection.bulk_write(
            [_versioned_update(before, after, mark) for before, after in changed], ordered=False
        )
        failpoint("sheets.after_commit")
        ids = [before.id for before, _ in changed]
        if written.matched_count == len(changed):
            return set(ids)
        return set(await self._ids({"_id": {"$in": ids}, "round": mark}))


def voices_among(sheets: Iterable[SheetHead]) -> dict[str, Voices]:
    """By perspective, of invitations that were not taken back: root invitations (`voices`), those of them whose link was shown to
    whoever invited (`by_link`), and how often questions were handed on (`handed_on`)."""
    numbers: dict[str, Voices] = {}
    for sheet in sheets:
        if sheet.revoked_at is not None:
            continue
        counts = numbers.setdefault(sheet.perspective, {"voices": 0, "by_link": 0, "handed_on": 0})
        if sheet.handed_on_by is not None:
            counts["handed_on"] += 1
        else:
            counts["voices"] += 1
            counts["by_link"] += sheet.is_by_link
    return numbers


def _versioned_update(before: StoredSheet, after: StoredSheet, mark: str) -> UpdateOne:
    sets, unsets = difference(before, after)
    update: Document = {"$set": {**sets, "round": mark}, "$inc": {"version": 1}}
    if unsets:
        update["$unset"] = dict.fromkeys(unsets, "")
    return UpdateOne({"_id": before.id, "tenant": before.tenant, "version": before.version}, update)


def _count_if(condition: Document) -> Document:
    return {"$sum": {"$cond": [condition, 1, 0]}}
