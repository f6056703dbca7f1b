"""The list of a gathering's registrations as its staff see it: filtered, paginated, each with its status.

Where people stand is known to the ledger, who they are to their registrations. A page asks the ledger for what it needs and reads
no more registrations than it shows, so a page of a gathering with thousands costs what a page of a small one costs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import Any

from chassis.storage.pagination import number_from_place
from chassis.storage.tenancy import TenantScope
from services.registration.domain.claim import Claim, EndedClaim
from services.registration.domain.ledger import Ledger
from services.registration.registrations.documents import Registration
from services.registration.registrations.person_views import person
from services.registration.registrations.registrations import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.documents import Answer
from services.registration.seats.repository import SeatLedgers

CHUNK = 500
SEATED = ("unconfirmed", "confirmed", "offered", "arrived")
PLACED = (*SEATED, "waiting")
ENDED = ("cancelled", "lapsed")
ACTIVE = "active"


@dataclass(frozen=True)
class RegistrationFilter:
    """A filter of registrations; None: any. `status` may also be `active`: all who have a place or wait."""

    status: str | None = None
    language: str | None = None
    support: str | None = None
    channel: str | None = None

    @property
    def stored_fields(self) -> dict[str, str]:
        """The fields of the filter that are compared with the stored registration (the status is the claim's)."""
        fields = {"language": self.language, "support": self.support, "channel": self.channel}
        return {name: value for name, value in fields.items() if value is not None}

    def matches(self, claim: Claim) -> bool:
        """Whether a claim matches. One without a language was stored before claims had one: its registration is looked at."""
        return not claim.language or self._matches(claim.language, claim.channel, claim.support_status)

    def matches_ended(self, ended: EndedClaim) -> bool:
        """Whether an ended claim matches; never after the retention rule was applied to it."""
        if ended.at is None or self.status not in (None, ended.status):
            return False
        return not ended.language or self._matches(ended.language, ended.channel, ended.support)

    def _matches(self, language: str, channel: str, supports: Collection[str]) -> bool:
        return (
            self.language in (None, language)
            and self.channel in (None, channel)
            and (self.support is None or self.support in supports)
        )


NO_FILTER = RegistrationFilter()


class Lists:
    """Lists the registrations of one gathering at a time."""

    def __init__(self, repository: RegistrationRepository, ledgers: SeatLedgers, registrations: Registrations) -> None:
        self._repository = repository
        self._ledgers = ledgers
        self._registrations = registrations

    async def page(
        self,
        scope: TenantScope,
        gathering_id: str,
        criteria: RegistrationFilter,
        limit: int,
        cursor: str | None,
        *,
        special: bool = False,
    ) -> dict[str, Any]:
        """A page of the registrations of a gathering: `{items, next}`, `next` being the place of the last one: with an active
        status in the order in which people registered, which is that of the line; else by id. `special`: with answers of a special
        kind."""
        if criteria == NO_FILTER:
            registrations = await self._repository.of_gathering(scope, gathering_id, cursor, limit + 1)
            marks = [registration.id for registration in registrations]
        else:
            registrations, marks = await self._matching(scope, gathering_id, criteria, limit + 1, cursor)
        has_more = len(registrations) > limit
        items = await self.list_page(scope, gathering_id, registrations[:limit], special=special)
        return {"items": items, "next": marks[limit - 1] if has_more else None}

    async def list_page(
        self, scope: TenantScope, gathering_id: str, registrations: Sequence[Registration], *, special: bool = False
    ) -> list[Answer]:
        """Show registrations of a gathering, each with its status."""
        states = await self._registrations.states(scope, gathering_id, [one.id for one in registrations])
        return [{"id": one.id, **states[one.id], **person(one, special)} for one in registrations]

    async def iterate(
        self, scope: TenantScope, gathering_id: str, criteria: RegistrationFilter, *, special: bool = False
    ) -> AsyncIterator[Answer]:
        """Iterate over all registrations, read in portions."""
        cursor: str | None = None
        while True:
            page = await self.page(scope, gathering_id, criteria, CHUNK, cursor, special=special)
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return

    async def counts(self, scope: TenantScope, gathering_id: str) -> dict[str, dict[str, int]]:
        """Groups and people by status; only statuses that occur. People of groups that ended are not counted any more."""
        counts = dict(await self._ledgers.derived(scope, gathering_id, _counts_by_status))
        for status, groups in (await self._ledgers.ended_counts(scope, gathering_id)).items():
            counts[status] = {"groups": groups, "people": 0}
        return counts

    async def _matching(
        self, scope: TenantScope, gathering_id: str, criteria: RegistrationFilter, limit: int, cursor: str | None
    ) -> tuple[list[Registration], list[str]]:
        """The matching registrations after the cursor, with the mark of each that a cursor can start from."""
        registrations: list[Registration] = []
        marks: list[str] = []
        size = limit
        while len(registrations) < limit:
            entries = await self._marks(scope, gathering_id, criteria, cursor, size)
            # Who was forgotten is in no list, and an old claim says less than its registration.
            by_id = await self._repository.get_many(scope, [id for _, id in entries], criteria.stored_fields)
            registrations += [by_id[id] for _, id in entries if id in by_id]
            marks += [mark for mark, id in entries if id in by_id]
            if len(entries) < size:
                break
            cursor, size = entries[-1][0], max(limit, min(2 * size, CHUNK))
        return registrations[:limit], marks[:limit]

    async def _marks(
        self, scope: TenantScope, gathering_id: str, criteria: RegistrationFilter, cursor: str | None, count: int
    ) -> list[tuple[str, str]]:
        """(mark, id) of the next matching registrations: in an active status by turn, else by id."""

        ended_ids: list[str] = []
        if criteria.status is None or criteria.status in ENDED:
            ended_ids = await self._ledgers.ended_ids(scope, gathering_id, cursor or "", count, criteria.matches_ended)
        if criteria.status in ENDED:
            return [(id, id) for id in ended_ids]

        def read(ledger: Ledger) -> Answer:
            if criteria.status is None:
                ids = [*ended_ids, *(id for id, claim in ledger.claims.items() if criteria.matches(claim))]
                return {"marks": [(id, id) for id in nsmallest(count, (id for id in ids if id > (cursor or "")))]}
            after = number_from_place(cursor)
            statuses = PLACED if criteria.status == ACTIVE else (criteria.status,)
            following = ((str(c.turn), id) for id, c in ledger.in_order(statuses, after) if criteria.matches(c))
            return {"marks": list(islice(following, count))}

        marks: list[tuple[str, str]] = (await self._ledgers.view(scope, gathering_id, read))["marks"]
        return marks


def _counts_by_status(ledger: Ledger) -> Answer:
    counts: dict[str, dict[str, int]] = {}
    for claim in ledger.claims.values():
        entry = counts.setdefault(claim.status, {"groups": 0, "people": 0})
        entry["groups"] += 1
        entry["people"] += claim.size
    return counts
