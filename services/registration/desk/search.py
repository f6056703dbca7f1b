"""Finding people: by name, number, address or door code, and those who look like somebody who is being registered.

What is looked for is personal, so it comes in the body of a request and never in an address. Served by the index `found_by` alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from chassis.clock import Clock
from chassis.storage.tenancy import TenantScope
from services.registration.desk.lists import Lists
from services.registration.domain.likeness import MOST_TOGETHER, email_key, name_words, phone_digits
from services.registration.gatherings.gatherings import Gatherings
from services.registration.registrations.documents import Registration
from services.registration.registrations.repository import RegistrationRepository
from services.registration.registrations.search_keys import SHORTEST_NUMBER, SearchKey, keys_of_entry, keys_of_name
from services.registration.seats.documents import Answer

SHORTEST_NAME = 3
HINTS = 5
"""Hints shown; more would be read by nobody during a call."""
COMING = 200
FEW = 50
"""Registrations that are looked at one by one."""
MANY = 200
"""Of a name that more have, so many are looked at, beside those who have two of the words as one person's name."""


@dataclass(frozen=True)
class Where:
    """The gatherings of a tenant that are looked into."""

    scope: TenantScope
    gatherings: tuple[str, ...]


class Search:
    """Searches the registrations of one tenant."""

    def __init__(self, repository: RegistrationRepository, gatherings: Gatherings, lists: Lists, clock: Clock) -> None:
        self._repository = repository
        self._gatherings = gatherings
        self._lists = lists
        self._clock = clock

    async def find(self, scope: TenantScope, gathering_id: str, entry: str, limit: int) -> list[Answer]:
        """Find registrations of a gathering: every word begins a name of the group, or the beginning of a number, an e-mail address,
        or a code for the door."""
        registrations = await self._with_keys(Where(scope, (gathering_id,)), keys_of_entry(entry), limit)
        return await self._lists.list_page(scope, gathering_id, sorted(registrations, key=lambda one: one.id))

    async def similar(
        self, scope: TenantScope, gathering_id: str, name: str, phone: str, email: str
    ) -> list[dict[str, Any]]:
        """Find who is registered under the same name, number or address, in this gathering and those that are coming.

        A hint for the clerk: nothing is merged, nobody is refused. `because` says what is alike.
        """
        words, digits, address = name_words(name), phone_digits(phone), email_key(email)
        keys_by_reason: dict[str, list[SearchKey]] = {}
        if sum(map(len, words)) >= SHORTEST_NAME:
            keys_by_reason["name"] = keys_of_name(name, whole=True)
        if len(digits) >= SHORTEST_NUMBER:
            keys_by_reason["phone"] = [SearchKey(f"p:{digits}", whole=True)]
        if "@" in address:
            keys_by_reason["email"] = [SearchKey(f"e:{address}", whole=True)]
        if not keys_by_reason:
            return []
        coming = await self._gatherings.list_upcoming_ids(scope, self._clock.now(), COMING)
        where = Where(scope, tuple({gathering_id, *coming}))
        matches = await asyncio.gather(*(self._with_keys(where, keys, HINTS) for keys in keys_by_reason.values()))
        reasons: dict[str, list[str]] = {}
        alike: dict[str, Registration] = {}
        for reason, registrations in zip(keys_by_reason, matches, strict=True):
            for registration in registrations:
                alike[registration.id] = registration
                reasons.setdefault(registration.id, []).append(reason)
        # What is alike in most is told first, then this gathering's, then the newest.
        ranked = sorted(alike, reverse=True)
        ranked.sort(key=lambda id: (-len(reasons[id]), alike[id].gathering != gathering_id))
        titles = await self._gatherings.titles(scope, {alike[id].gathering for id in ranked[:HINTS]})
        hints = await asyncio.gather(*(self._hint(scope, alike[id], reasons[id], titles) for id in ranked[:HINTS]))
        return [hint for hint in hints if hint["status"] not in ("cancelled", "lapsed")]

    async def _hint(
        self, scope: TenantScope, registration: Registration, reasons: list[str], titles: dict[str, Any]
    ) -> dict[str, Any]:
        (listed,) = await self._lists.list_page(scope, registration.gathering, [registration])
        hint: dict[str, Any] = {key: listed[key] for key in ("id", "name", "status", "position") if key in listed}
        return {
            **hint,
            "people": registration.size,
            "gathering": registration.gathering,
            **titles[registration.gathering],
            "because": reasons,
        }

    async def _with_keys(self, where: Where, keys: Sequence[SearchKey], limit: int) -> list[Registration]:
        """Registrations that have all the keys.

        Of several keys an index can serve one, and MongoDB does not know which is rare: half a town has the same first name. So
        of the first each is asked for few ids, and where one has fewer, whoever has it is looked at for the others. Where all are
        common, two words together are not (`likeness.pair`).
        """
        if not keys:
            return []

        async def having(key: SearchKey, most: int) -> list[Registration]:
            return await self._repository.find_by_search_key(where.scope, where.gatherings, key, most)

        if len(keys) == 1:
            return await having(keys[0], limit)
        first_keys = keys[:MOST_TOGETHER]
        few_ids = await asyncio.gather(
            *(self._repository.ids_found_by(where.scope, where.gatherings, key, FEW) for key in first_keys)
        )
        rarest = min(range(len(first_keys)), key=lambda number: len(few_ids[number]))
        if len(few_ids[rarest]) < FEW:
            candidates = await self._repository.of_gatherings(where.scope, where.gatherings, few_ids[rarest])
            return [one for one in candidates if all(key.matches(one) for key in keys)][:limit]
        matching: dict[str, Registration] = {}
        together = [
            (second.follows(first), limit if len(keys) == 2 else MANY) for first, second in permutations(first_keys, 2)
        ]
        for key, most in [*together, (keys[rarest], MANY)]:
            if len(matching) < limit:
                matching |= {one.id: one for one in await having(key, most) if all(key.matches(one) for key in keys)}
        return list(matching.values())[:limit]
