"""Repository of the call list, grouped by number: however many messages wait for one number, it is one call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.messages import CONTENTS
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import COLLECTION, read_message

ANSWERED = sorted(kind for kind, content in CONTENTS.items() if content.answered)
"""Kinds that have to be answered by a time."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
MOST_SHOWN_OF_A_NUMBER = 20
"""Most messages that are shown with one number."""


@dataclass(frozen=True)
class Place:
    """Sort key of a number in the list: what has to be answered by a deadline first, then never tried, then oldest."""

    later: int
    called_at: datetime
    at: datetime
    number: str

    def after(self) -> Document:
        """The filter for everything behind this place."""
        names = ("later", "called_at", "at", "_id")
        values = (self.later, self.called_at, self.at, self.number)
        alternatives: list[Document] = []
        for index, name in enumerate(names):
            alternatives.append({**dict(zip(names[:index], values[:index], strict=True)), name: {"$gt": values[index]}})
        return {"$or": alternatives}


@dataclass(frozen=True)
class Number:
    """One number to call, with its messages, most urgent first."""

    place: Place
    messages: list[OutboundMessage]
    total: int


class CallListRepository:
    """Reads messages with the status `to_call`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_numbers(
        self,
        scope: TenantScope,
        *,
        now: datetime,
        kind: str = "",
        language: str = "",
        later: bool = False,
        after: Place | None = None,
        limit: int,
    ) -> list[Number]:
        """The next numbers in the list's order. `later`: only those to be called at a time in the future."""
        query: Document = scope.filter(status="to_call", **({"kind": kind} if kind else {}))
        if language:
            query["language"] = language
        query |= {"call_after": {"$gt": now}} if later else _callable_now(now)
        order = {"later": 1, "called_at": 1, "at": 1}
        pipeline: list[Document] = [
            {"$match": query},
            {
                "$project": {
                    "at": 1,
                    "called_at": {"$ifNull": ["$called_at", NEVER]},
                    "number": {"$ifNull": ["$number", "$_id"]},
                    "later": {"$cond": [{"$in": ["$kind", ANSWERED]}, 0, 1]},
                }
            },
            {"$sort": order},
            {
                "$group": {
                    "_id": "$number",
                    **{name: {"$first": f"${name}"} for name in order},
                    "ids": {"$push": "$_id"},
                }
            },
            *([{"$match": after.after()}] if after else []),
            {"$sort": {**order, "_id": 1}},
            {"$limit": limit},
            {
                "$project": {
                    **dict.fromkeys(order, 1),
                    "total": {"$size": "$ids"},
                    "ids": {"$slice": ["$ids", MOST_SHOWN_OF_A_NUMBER]},
                }
            },
        ]
        groups = await self._database.aggregate(COLLECTION, pipeline)
        ids = [id for group in groups for id in group["ids"]]
        if not ids:
            return []
        documents = await self._database[COLLECTION].find(scope.filter(_id={"$in": ids}), {"outbox": 0}).to_list(None)
        messages = {document["_id"]: read_message(document) for document in documents}
        return [_number(group, messages) for group in groups]

    async def count(self, scope: TenantScope, now: datetime, *, later: bool = False) -> int:
        """How many numbers are to be called now, or, with `later`, at a time in the future."""
        pipeline: list[Document] = [
            {
                "$match": scope.filter(
                    status="to_call", **({"call_after": {"$gt": now}} if later else _callable_now(now))
                )
            },
            {"$group": {"_id": {"$ifNull": ["$number", "$_id"]}}},
            {"$count": "numbers"},
        ]
        counted = await self._database.aggregate(COLLECTION, pipeline)
        return int(counted[0]["numbers"]) if counted else 0

    async def kinds_and_languages(self, scope: TenantScope) -> tuple[list[str], list[str]]:
        """The kinds and languages on the list, by which it can be filtered."""
        pipeline: list[Document] = [
            {"$match": scope.filter(status="to_call")},
            {"$group": {"_id": None, "kinds": {"$addToSet": "$kind"}, "languages": {"$addToSet": "$language"}}},
        ]
        groups = await self._database.aggregate(COLLECTION, pipeline)
        return (sorted(groups[0]["kinds"]), sorted(groups[0]["languages"])) if groups else ([], [])


def _callable_now(now: datetime) -> Document:
    return {"$or": [{"call_after": {"$exists": False}}, {"call_after": {"$lte": now}}]}


def _number(group: Document, messages: dict[str, OutboundMessage]) -> Number:
    place = Place(group["later"], group["called_at"], group["at"], group["_id"])
    shown: list[Any] = [messages[id] for id in group["ids"] if id in messages]
    return Number(place, shown, group["total"])
