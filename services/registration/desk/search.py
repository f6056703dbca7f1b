"""Finding people: by name, number, address or door code, and those who look like somebody who is being registered.

What is looked for is personal, so it comes in the body of a request and never in an address. Served by the index `found_by` alone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from chassis.clock import Clock
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from services.registration.desk.lists import Lists
from services.registration.domain.door_code import read_code
from services.registration.domain.likeness import (
    MOST_TOGETHER,
    email_key,
    former_name_words,
    name_words,
    pair,
    phone_digits,
)
from services.registration.gatherings.gatherings import Gatherings
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.documents import Answer

SHORTEST_NAME = 3
SHORTEST_NUMBER = 4
HINTS = 5
"""Hints shown; more would be read by nobody during a call."""
COMING = 200
FEW = 50
"""Registrations that are looked at one by one."""
MANY = 200
"""Of a name that more have, so many are looked at, beside those who have two of the words as one person's name."""


@dataclass(frozen=True)
class Key:
    """A key of a registration (`domain.likeness`), or the beginning of one. `former`: as registrations of before have it."""

    key: str
    whole: bool = False
    former: str | None = None

    @property
    def condition(self) -> Document:
        if self.former in (None, self.key):
            return {"keys": self._like(self.key)}
        return {"$or": [{"keys": self._like(key)} for key in (self.key, self.former)]}

    def of(self, registration: Document) -> bool:
        known: list[str] = registration["keys"]
        wanted = {self.key, self.former or self.key}
        return any(key in wanted if self.whole else key.startswith(tuple(wanted)) for key in known)

    def _like(self, key: str | None) -> Any:
        # As text: MongoDB finds the place in the index by the beginning of an expression only where that has no flags, as Python's have.
        return key if self.whole else {"$regex": "^" + re.escape(key or "")}

    def after(self, other: Key) -> Key:
        """Both as words of one person's name, the other one whole."""
        return Key(pair(other.key.removeprefix("n:"), self.key.removeprefix("n:")), self.whole)


@dataclass(frozen=True)
class Where:
    """The gatherings of a tenant that are looked into."""

    scope: TenantScope
    gatherings: tuple[str, ...]


class Search:
    """Looks into the registrations of one tenant."""

    def __init__(self, repository: RegistrationRepository, gatherings: Gatherings, lists: Lists, clock: Clock) -> None:
        self._repository = repository
        self._gatherings = gatherings
        self._lists = lists
        self._clock = clock

    async def find(self, scope: TenantScope, gathering_id: str, entry: str, limit: int) -> list[Answer]:
        """Registrations of a gathering: every word begins a name of the group, or the beginning of a number, an e-mail address,
        or a code for the door."""
        found = await self._with_keys(Where(scope, (gathering_id,)), _looked_for(entry), limit)
        return await self._lists.shown(scope, gathering_id, sorted(found, key=lambda one: str(one["_id"])))

    async def similar(
        self, scope: TenantScope, gathering_id: str, name: str, phone: str, email: str
    ) -> list[dict[str, Any]]:
        """Who is registered under the same name, number or address, in this gathering and those that are coming.

        A hint for the clerk: nothing is merged, nobody is refused. `because` says what is alike.
        """
        words, digits, address = name_words(name), phone_digits(phone), email_key(email)
        asked: dict[str, list[Key]] = {}
        if sum(map(len, words)) >= SHORTEST_NAME:
            asked["name"] = names_of(name, whole=True)
        if len(digits) >= SHORTEST_NUMBER:
            asked["phone"] = [Key(f"p:{digits}", whole=True)]
        if "@" in address:
            asked["email"] = [Key(f"e:{address}", whole=True)]
        if not asked:
            return []
        coming = await self._gatherings.coming(scope, self._clock.now(), COMING)
        where = Where(scope, tuple({gathering_id, *coming}))
        answers = await asyncio.gather(*(self._with_keys(where, keys, HINTS) for keys in asked.values()))
        because: dict[str, list[str]] = {}
        documents: dict[str, Document] = {}
        for reason, found in zip(asked, answers, strict=True):
            for document in found:
                documents[document["_id"]] = document
                because.setdefault(document["_id"], []).append(reason)
        # What is alike in most is told first, then this gathering's, then the newest.
        ranked = sorted(documents, reverse=True)
        ranked.sort(key=lambda id: (-len(because[id]), documents[id]["gathering"] != gathering_id))
        titles = await self._gatherings.titles(scope, {documents[id]["gathering"] for id in ranked[:HINTS]})
        shown = await asyncio.gather(*(self._hint(scope, documents[id], because[id], titles) for id in ranked[:HINTS]))
        return [one for one in shown if one["status"] not in ("cancelled", "lapsed")]

    async def _hint(
        self, scope: TenantScope, document: Document, because: list[str], titles: dict[str, Any]
    ) -> dict[str, Any]:
        (shown,) = await self._lists.shown(scope, document["gathering"], [document])
        kept: dict[str, Any] = {key: shown[key] for key in ("id", "name", "status", "position") if key in shown}
        return {
            **kept,
            "people": 1 + len(document["party"]),
            "gathering": document["gathering"],
            **titles[document["gathering"]],
            "because": because,
        }

    async def _with_keys(self, where: Where, keys: Sequence[Key], limit: int) -> list[Document]:
        """Registrations that have all the keys.

        Of several keys an index can serve one, and MongoDB does not know which is rare: half a town has the same first name. So
        of the first each is asked for few ids, and where one has fewer, whoever has it is looked at for the others. Where all are
        common, two words together are not (`likeness.pair`).
        """
        if not keys:
            return []
        if len(keys) == 1:
            return await self._found(where, keys[0].condition, limit)
        asked = keys[:MOST_TOGETHER]
        few = await asyncio.gather(*(self._ids(where, key.condition) for key in asked))
        rarest = min(range(len(asked)), key=lambda number: len(few[number]))
        if len(few[rarest]) < FEW:
            some = await self._found(where, {"_id": {"$in": few[rarest]}}, FEW, "_id_")
            return [one for one in some if all(key.of(one) for key in keys)][:limit]
        found: dict[str, Document] = {}
        together = [
            (second.after(first), limit if len(keys) == 2 else MANY) for first, second in permutations(asked, 2)
        ]
        for key, most in [*together, (keys[rarest], MANY)]:
            if len(found) < limit:
                some = await self._found(where, key.condition, most)
                found |= {one["_id"]: one for one in some if all(key.of(one) for key in keys)}
        return list(found.values())[:limit]

    async def _found(self, where: Where, condition: Document, limit: int, index: str = "found_by") -> list[Document]:
        return await self._repository.found_by(where.scope, where.gatherings, condition, limit, index)

    async def _ids(self, where: Where, condition: Document) -> list[str]:
        return await self._repository.ids_found_by(where.scope, where.gatherings, condition, FEW)


def _looked_for(entry: str) -> list[Key]:
    """Keys that a registration has to have; empty where there is too little to look for."""
    entry = entry.strip()
    if "@" in entry:
        return [Key(f"e:{email_key(entry)}")]
    if (code := read_code(entry)) is not None:
        return [Key(f"d:{code}", whole=True)]
    digits = re.sub(r"\D", "", entry)
    if len(digits) >= SHORTEST_NUMBER and not re.search(r"[^\W\d_]", entry):
        return [Key(f"p:{phone_digits(entry) or digits}")]
    return names_of(entry)


def names_of(name: str, whole: bool = False) -> list[Key]:
    """The keys of a name, or of the beginnings of its words."""
    words, former = name_words(name), former_name_words(name)
    same = len(words) == len(former)
    return [Key(f"n:{word}", whole, f"n:{former[at]}" if same else None) for at, word in enumerate(words)]
