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
        """One query for messages of any tenants; each is given rows of its own tenant only."""
        of_gatherings = [(scope, one) for scope, one in requests if one.gathering]
        rows = await self._rows(
            {
                CONTACTS: {(scope.tenant, one.contact) for scope, one in requests},
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
            for scope, one in requests
        ]

    async def contact(self, scope: TenantScope, id: str) -> Contact | None:
        return await self._one(CONTACTS, Contact, scope, id)

    async def gathering(self, scope: TenantScope, id: str) -> Gathering | None:
        return await self._one(GATHERINGS, Gathering, scope, id)

    async def group(self, scope: TenantScope, id: str) -> Group | None:
        return await self._one(GROUPS, Group, scope, id)

    async def load_for_messages(self, scope: TenantScope, messages: Iterable[OutboundMessage]) -> KnownFacts:
        """The facts that messages of one tenant are about, by one query for each collection."""
        messages = list(messages)
        people = {one.contact for one in messages}
        gatherings = {one.gathering for one in messages if one.gathering}
        contacts, meetings, groups = await asyncio.gather(
            self._many(CONTACTS, Contact, scope, people),
            self._many(GATHERINGS, Gathering, scope, gatherings),
            self._many(GROUPS, Group, scope, people if gatherings else ()),
        )
        return KnownFacts(contacts, meetings, groups)

    async def list_groups(self, scope: TenantScope, gathering: str, states: Iterable[str]) -> list[Group]:
        """The groups of a gathering in one of these states."""
        wanted = scope.filter(gathering=gathering, status={"$in": sorted(states)})
        return [_read(one, Group) for one in await self._database[GROUPS].find(wanted).to_list(None)]

    async def list_upcoming(self, scope: TenantScope, now: datetime, limit: int) -> list[Gathering]:
        """Gatherings to come, the next one first."""
        wanted = scope.filter(starts_at={"$gt": now}, cancelled=False)
        found = self._database[GATHERINGS].find(wanted).sort("starts_at", 1).limit(limit)
        return [_read(one, Gathering) for one in await found.to_list(None)]

    async def municipality_name(self, scope: TenantScope) -> Texts | None:
        """The name of the municipality by language, also while its application is open."""
        found = await self._database["tenants"].find_one(scope.filter(_id=scope.tenant), {"name": 1})
        return found.get("name") if found else None

    async def is_assessment_over(self, scope: TenantScope, message: OutboundMessage) -> bool:
        """Whether the self-check of a message is over, or over for its recipient."""
        for collection, id in (("assessments", message.assessment), ("respondents", message.respondent)):
            known = await self._database[collection].find_one(scope.filter(_id=id), {"over": 1}) if id else None
            if known and known.get("over"):
                return True
        return False

    async def deadline(self, scope: TenantScope, assessment: str) -> Any:
        """The deadline of a self-check, or None."""
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
