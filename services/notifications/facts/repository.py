"""Repository of the facts that events fed: contacts, gatherings, groups, self-checks, the municipality."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from pymongo import ASCENDING, IndexModel

from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.facts import Contact, Fact, Gathering, Group, Texts
from services.notifications.messages.documents import OutboundMessage

F = TypeVar("F", bound=Fact)
CONTACTS, GATHERINGS, GROUPS = "contacts", "gatherings", "participants"


@dataclass
class KnownFacts:
    """Facts about messages' recipients, gatherings and groups, by id."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    gatherings: dict[str, Gathering] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)


class Facts:
    """Reads facts of one tenant at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loads: GroupCommit[tuple[TenantScope, OutboundMessage], KnownFacts] = GroupCommit(self._load_batch)

    async def ensure_indexes(self) -> None:
        await self._database[GROUPS].create_indexes([IndexModel([("gathering", ASCENDING)], name="gathering")])

    async def load_for_message(self, scope: TenantScope, message: OutboundMessage) -> KnownFacts:
        """The facts that a message is about. Messages that are delivered at the same moment share one query."""
        return await self._loads.submit((scope, message))

    async def _load_batch(self, requests: Sequence[tuple[TenantScope, OutboundMessage]]) -> list[KnownFacts]:
        """Load the facts of messages of any tenants with one query; each message is given rows of its own tenant only."""
        about_gatherings = [(scope, message) for scope, message in requests if message.gathering]
        rows = await self._rows(
            {
                CONTACTS: {(scope.tenant, message.contact) for scope, message in requests},
                GATHERINGS: {(scope.tenant, message.gathering or "") for scope, message in about_gatherings},
                GROUPS: {(scope.tenant, message.contact) for scope, message in about_gatherings},
            }
        )

        def fact_by_id(collection: str, kind: type[F], scope: TenantScope, id: str | None) -> dict[str, F]:
            row = rows.get((collection, scope.tenant, id or ""))
            return {} if row is None else {row["_id"]: _read(row, kind)}

        return [
            KnownFacts(
                fact_by_id(CONTACTS, Contact, scope, message.contact),
                fact_by_id(GATHERINGS, Gathering, scope, message.gathering),
                fact_by_id(GROUPS, Group, scope, message.contact if message.gathering else None),
            )
            for scope, message in requests
        ]

    async def contact(self, scope: TenantScope, id: str) -> Contact | None:
        return await self._find_one(CONTACTS, Contact, scope, id)

    async def gathering(self, scope: TenantScope, id: str) -> Gathering | None:
        return await self._find_one(GATHERINGS, Gathering, scope, id)

    async def group(self, scope: TenantScope, id: str) -> Group | None:
        return await self._find_one(GROUPS, Group, scope, id)

    async def load_for_messages(self, scope: TenantScope, messages: Iterable[OutboundMessage]) -> KnownFacts:
        """The facts that messages of one tenant are about, by one query for each collection."""
        messages = list(messages)
        contact_ids = {message.contact for message in messages}
        gathering_ids = {message.gathering for message in messages if message.gathering}
        contacts, gatherings, groups = await asyncio.gather(
            self._find_many(CONTACTS, Contact, scope, contact_ids),
            self._find_many(GATHERINGS, Gathering, scope, gathering_ids),
            self._find_many(GROUPS, Group, scope, contact_ids if gathering_ids else ()),
        )
        return KnownFacts(contacts, gatherings, groups)

    async def list_groups(self, scope: TenantScope, gathering: str, states: Iterable[str]) -> list[Group]:
        """The groups of a gathering in one of these states."""
        query = scope.filter(gathering=gathering, status={"$in": sorted(states)})
        return [_read(document, Group) for document in await self._database[GROUPS].find(query).to_list(None)]

    async def list_upcoming(self, scope: TenantScope, now: datetime, limit: int) -> list[Gathering]:
        """Gatherings to come, the next one first."""
        query = scope.filter(starts_at={"$gt": now}, cancelled=False)
        cursor = self._database[GATHERINGS].find(query).sort("starts_at", 1).limit(limit)
        return [_read(document, Gathering) for document in await cursor.to_list(None)]

    async def municipality_name(self, scope: TenantScope) -> Texts | None:
        """The name of the municipality by language, also while its application is open."""
        tenant = await self._database["tenants"].find_one(scope.filter(_id=scope.tenant), {"name": 1})
        return tenant.get("name") if tenant else None

    async def is_assessment_over(self, scope: TenantScope, message: OutboundMessage) -> bool:
        """Whether the self-check of a message is over, or over for its recipient."""
        for collection, id in (("assessments", message.assessment), ("respondents", message.respondent)):
            document = await self._database[collection].find_one(scope.filter(_id=id), {"over": 1}) if id else None
            if document and document.get("over"):
                return True
        return False

    async def deadline(self, scope: TenantScope, assessment: str) -> Any:
        """The deadline of a self-check, or None."""
        document = await self._database["assessments"].find_one(scope.filter(_id=assessment), {"deadline": 1})
        return (document or {}).get("deadline")

    async def _find_one(self, collection: str, kind: type[F], scope: TenantScope, id: str) -> F | None:
        document = await self._database[collection].find_one(scope.filter(_id=id))
        return None if document is None else _read(document, kind)

    async def _rows(
        self, keys_by_collection: Mapping[str, Collection[tuple[str, str]]]
    ) -> dict[tuple[str, str, str], Document]:
        """Rows of several collections by collection, tenant and id. `keys_by_collection`: tenants and ids; the query runs on the first one."""
        stages: list[Document] = []
        for name, keys in keys_by_collection.items():
            tenants, ids = sorted({tenant for tenant, _ in keys}), sorted({id for _, id in keys})
            rows_of_collection: list[Document] = [
                {"$match": {"tenant": {"$in": tenants}, "_id": {"$in": ids}}},
                {"$addFields": {"in": name}},
            ]
            if not stages:
                stages += rows_of_collection
            elif keys:
                stages.append({"$unionWith": {"coll": name, "pipeline": rows_of_collection}})
        rows = await self._database.aggregate(next(iter(keys_by_collection)), stages)
        return {(row["in"], row["tenant"], row["_id"]): row for row in rows}

    async def _find_many(self, collection: str, kind: type[F], scope: TenantScope, ids: Iterable[str]) -> dict[str, F]:
        sorted_ids = sorted(ids)
        if not sorted_ids:
            return {}
        documents = await self._database[collection].find(scope.filter(_id={"$in": sorted_ids})).to_list(None)
        return {document["_id"]: _read(document, kind) for document in documents}


def _read(document: Document, kind: type[F]) -> F:
    return msgspec.convert({name: value for name, value in document.items() if value is not None}, kind)
