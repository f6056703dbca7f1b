"""Reading what events told, typed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.facts import Contact, Fact, Gathering, Group, Texts
from services.notifications.messages.documents import OutboundMessage

F = TypeVar("F", bound=Fact)
CONTACTS, GATHERINGS, GROUPS = "contacts", "gatherings", "participants"


@dataclass
class KnownFacts:
    """What is known about several messages' recipients and subjects, by id."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    gatherings: dict[str, Gathering] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)


class Facts:
    """Reads what events told of contacts, gatherings and groups."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._questions: GroupCommit[tuple[TenantScope, OutboundMessage], KnownFacts] = GroupCommit(self._answers)

    async def about_one(self, scope: TenantScope, message: OutboundMessage) -> KnownFacts:
        """Everything that a message is about; messages that are delivered at the same moment are asked about together."""
        return await self._questions.submit((scope, message))

    async def _answers(self, asked: Sequence[tuple[TenantScope, OutboundMessage]]) -> list[KnownFacts]:
        """In one query, whosever the messages are; each is told of rows of its own tenant alone."""
        of_gatherings = [(scope, one) for scope, one in asked if one.gathering]
        rows = await self._rows(
            {
                CONTACTS: {(scope.tenant, one.contact) for scope, one in asked},
                GATHERINGS: {(scope.tenant, one.gathering or "") for scope, one in of_gatherings},
                GROUPS: {(scope.tenant, one.contact) for scope, one in of_gatherings},
            }
        )

        def those(collection: str, kind: type[F], scope: TenantScope, id: str | None) -> dict[str, F]:
            row = rows.get((collection, scope.tenant, id or ""))
            return {} if row is None else {row["_id"]: _read(row, kind)}

        return [
            KnownFacts(
                those(CONTACTS, Contact, scope, one.contact),
                those(GATHERINGS, Gathering, scope, one.gathering),
                those(GROUPS, Group, scope, one.contact if one.gathering else None),
            )
            for scope, one in asked
        ]

    async def contact(self, scope: TenantScope, id: str) -> Contact | None:
        return await self._one(CONTACTS, Contact, scope, id)

    async def gathering(self, scope: TenantScope, id: str) -> Gathering | None:
        return await self._one(GATHERINGS, Gathering, scope, id)

    async def group(self, scope: TenantScope, id: str) -> Group | None:
        return await self._one(GROUPS, Group, scope, id)

    async def load(self, scope: TenantScope, messages: Iterable[OutboundMessage]) -> KnownFacts:
        """Everything that messages of one tenant are about, in one query for each collection."""
        messages = list(messages)
        people = {one.contact for one in messages}
        gatherings = {one.gathering for one in messages if one.gathering}
        contacts, meetings, groups = await asyncio.gather(
            self._many(CONTACTS, Contact, scope, people),
            self._many(GATHERINGS, Gathering, scope, gatherings),
            self._many(GROUPS, Group, scope, people if gatherings else ()),
        )
        return KnownFacts(contacts, meetings, groups)

    async def groups_of(self, scope: TenantScope, gathering: str, states: Iterable[str]) -> list[Group]:
        """The groups of a gathering in one of these states."""
        wanted = scope.filter(gathering=gathering, status={"$in": sorted(states)})
        return [_read(one, Group) for one in await self._database[GROUPS].find(wanted).to_list(None)]

    async def upcoming(self, scope: TenantScope, now: datetime, limit: int) -> list[Gathering]:
        """Gatherings to come, the next one first."""
        wanted = scope.filter(starts_at={"$gt": now}, cancelled=False)
        found = self._database[GATHERINGS].find(wanted).sort("starts_at", 1).limit(limit)
        return [_read(one, Gathering) for one in await found.to_list(None)]

    async def municipality(self, scope: TenantScope) -> Texts | None:
        """Its name by language, also while it applies."""
        found = await self._database["tenants"].find_one(scope.filter(_id=scope.tenant), {"name": 1})
        return found.get("name") if found else None

    async def assessment_over(self, scope: TenantScope, message: OutboundMessage) -> bool:
        """Whether a self-check is over, or over for the one who is asked."""
        for collection, id in (("assessments", message.assessment), ("respondents", message.respondent)):
            known = await self._database[collection].find_one(scope.filter(_id=id), {"over": 1}) if id else None
            if known and known.get("over"):
                return True
        return False

    async def deadline(self, scope: TenantScope, assessment: str) -> Any:
        """Until when answers may be given, or None."""
        known = await self._database["assessments"].find_one(scope.filter(_id=assessment), {"deadline": 1})
        return (known or {}).get("deadline")

    async def _one(self, collection: str, kind: type[F], scope: TenantScope, id: str) -> F | None:
        found = await self._database[collection].find_one(scope.filter(_id=id))
        return None if found is None else _read(found, kind)

    async def _rows(self, wanted: Mapping[str, Collection[tuple[str, str]]]) -> dict[tuple[str, str, str], Document]:
        """Rows of several collections by collection, tenant and id. `wanted`: tenants and ids; the first collection leads."""
        stages: list[Document] = []
        for name, keys in wanted.items():
            tenants, ids = sorted({tenant for tenant, _ in keys}), sorted({id for _, id in keys})
            those: list[Document] = [
                {"$match": {"tenant": {"$in": tenants}, "_id": {"$in": ids}}},
                {"$addFields": {"in": name}},
            ]
            if not stages:
                stages += those
            elif keys:
                stages.append({"$unionWith": {"coll": name, "pipeline": those}})
        found = await self._database.aggregate(next(iter(wanted)), stages)
        return {(row["in"], row["tenant"], row["_id"]): row for row in found}

    async def _many(self, collection: str, kind: type[F], scope: TenantScope, ids: Iterable[str]) -> dict[str, F]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        found = await self._database[collection].find(scope.filter(_id={"$in": wanted})).to_list(None)
        return {one["_id"]: _read(one, kind) for one in found}


def _read(document: Document, kind: type[F]) -> F:
    return msgspec.convert({name: value for name, value in document.items() if value is not None}, kind)
