"""Finding people: by name, number, address or door code, and those who look like somebody who is being registered.

What is looked for is personal, so it comes in the body of a request and never in an address. Served by the index `keys` alone.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from chassis.aggregates import Aggregates
from chassis.clock import Clock
from chassis.mongo import Document
from chassis.tenancy import TenantScope
from services.registration.desk.lists import Lists
from services.registration.domain.door_code import read_code
from services.registration.domain.likeness import email_key, name_words, phone_digits
from services.registration.gatherings.gatherings import Gatherings
from services.registration.seats.ledgers import Answer

SHORTEST_NAME = 3
SHORTEST_NUMBER = 4
HINTS = 5
"""Hints shown; more would be read by nobody during a call."""
COMING = 200


class Search:
    """Looks into the registrations of one tenant."""

    def __init__(self, registrations: Aggregates, gatherings: Gatherings, lists: Lists, clock: Clock) -> None:
        self._all = registrations
        self._gatherings = gatherings
        self._lists = lists
        self._clock = clock

    async def find(self, scope: TenantScope, gathering_id: str, entry: str, limit: int) -> list[Answer]:
        """Registrations of a gathering: every word begins a name of the group, or the beginning of a number, an e-mail address,
        or a code for the door."""
        keys = _looked_for(entry)
        if not keys:
            return []
        condition = scope.filter(gathering=gathering_id, erased=None, **{"$and": [{"keys": key} for key in keys]})
        found = await self._all.collection.find(condition).limit(limit).hint("keys").to_list(None)
        return await self._lists.shown(scope, gathering_id, sorted(found, key=lambda one: str(one["_id"])))

    async def similar(
        self, scope: TenantScope, gathering_id: str, name: str, phone: str, email: str
    ) -> list[dict[str, Any]]:
        """Who is registered under the same name, number or address, in this gathering and those that are coming.

        A hint for the clerk: nothing is merged, nobody is refused. `because` says what is alike.
        """
        words, digits, address = name_words(name), phone_digits(phone), email_key(email)
        asked: dict[str, Document] = {}
        if sum(map(len, words)) >= SHORTEST_NAME:
            asked["name"] = {"$and": [{"keys": f"n:{word}"} for word in words]}
        if len(digits) >= SHORTEST_NUMBER:
            asked["phone"] = {"keys": f"p:{digits}"}
        if "@" in address:
            asked["email"] = {"keys": f"e:{address}"}
        if not asked:
            return []
        coming = {one["id"]: one for one in await self._gatherings.published(scope, self._clock.now(), COMING, None)}
        where = scope.filter(gathering={"$in": list({gathering_id, *coming})}, erased=None)
        answers = await asyncio.gather(
            *(
                self._all.collection.find({**where, **one}).limit(HINTS).hint("keys").to_list(None)
                for one in asked.values()
            )
        )
        because: dict[str, list[str]] = {}
        documents: dict[str, Document] = {}
        for reason, found in zip(asked, answers, strict=True):
            for document in found:
                documents[document["_id"]] = document
                because.setdefault(document["_id"], []).append(reason)
        # What is alike in most is told first, then this gathering's, then the newest.
        ranked = sorted(documents, reverse=True)
        ranked.sort(key=lambda id: (-len(because[id]), documents[id]["gathering"] != gathering_id))
        shown = [await self._hint(scope, documents[id], because[id], coming) for id in ranked[:HINTS]]
        return [one for one in shown if one["status"] not in ("cancelled", "lapsed")]

    async def _hint(
        self, scope: TenantScope, document: Document, because: list[str], coming: dict[str, Any]
    ) -> dict[str, Any]:
        (shown,) = await self._lists.shown(scope, document["gathering"], [document])
        gathering = coming.get(document["gathering"])
        kept: dict[str, Any] = {key: shown[key] for key in ("id", "name", "status", "position") if key in shown}
        return {
            **kept, "people": 1 + len(document["party"]), "gathering": document["gathering"],
            "title": gathering["title"] if gathering else None, "starts_at": gathering["starts_at"] if gathering else None, "because": because,
        }  # fmt: skip


def _looked_for(entry: str) -> list[Any]:
    """Conditions on a registration's keys; empty where there is too little to look for."""
    entry = entry.strip()
    if "@" in entry:
        return [_begins("e", email_key(entry))]
    if (code := read_code(entry)) is not None:
        return [f"d:{code}"]
    digits = re.sub(r"\D", "", entry)
    if len(digits) >= SHORTEST_NUMBER and not re.search(r"[^\W\d_]", entry):
        return [_begins("p", phone_digits(entry) or digits)]
    return [_begins("n", word) for word in name_words(entry)]


def _begins(kind: str, text: str) -> re.Pattern[str]:
    return re.compile("^" + re.escape(f"{kind}:{text}"))
