"""Municipalities that take part, and which of them belong to a district."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import BERLIN
from contracts.registration import MembershipChanged, Period
from services.registration.applications.documents import Facts
from services.registration.domain.likeness import name_words
from services.registration.domain.membership import Entry, belongs, counting, covers, withdrawn
from services.registration.domain.refused import Refused
from services.registration.json_values import as_json
from services.registration.memberships.schemas import Membership
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository

Answer = dict[str, Any]


def words_of(facts: Facts) -> tuple[str, ...]:
    """The search words of a municipality: its name in all languages from each of its words on, in the form in which spellings are
    alike (an index finds the beginning of a text alone)."""
    names = [name_words(name) for name in facts.name.values()]
    return tuple(dict.fromkeys(" ".join(words[place:]) for words in names for place in range(len(words))))


class Municipalities:
    """The aggregate whose id is the tenant. A member's document holds its memberships (`belonging`, see `domain.membership`)."""

    def __init__(self, repository: MunicipalityRepository) -> None:
        self._stored = repository

    async def admitted(self, limit: int, after: str | None) -> list[Answer]:
        """Public facts of admitted municipalities, by slug."""
        return [as_json(facts) for facts in await self._stored.admitted(limit, after)]

    async def search(self, entry: str, limit: int) -> list[Answer]:
        """Public facts of admitted municipalities in whose name the entry stands from the beginning of a word on; without an entry
        the first by slug."""
        words = name_words(entry)
        municipalities = await (self._stored.search(words, limit) if words else self._stored.admitted(limit, None))
        return [as_json(facts) for facts in municipalities]

    async def index_names(self) -> None:
        """Store the search words of those that were stored before there was a search."""
        async for facts in self._stored.without_words():
            await self._stored.set_words(facts.slug, words_of(facts))

    async def districts(self) -> list[Answer]:
        """Public facts of admitted districts."""
        return [as_json(facts) for facts in await self._stored.districts()]

    async def set_membership(self, scope: TenantScope, district: str, body: Membership, now: datetime) -> Answer:
        """Note that the tenant belongs to a district from one day until another.

        Raises:
            Problem: 409 it belongs to another district in that time, 422 no such district, or an end before its start.
        """
        if body.valid_until is not None and body.valid_until <= body.valid_from:
            raise invalid(FieldError("/valid_until", "The end must be after the start."))
        if district == scope.tenant or not await self._stored.is_district(district):
            raise invalid(FieldError("/district", "There is no admitted district with this slug."))
        membership = body.model_dump(mode="json")
        await self._change(
            scope,
            district,
            body,
            lambda entries: belongs(entries, district, membership["valid_from"], membership["valid_until"], now),
            now,
        )
        return {"district": district, "member": scope.tenant, **membership}

    async def withdraw(self, scope: TenantScope, district: str, valid_from: date, now: datetime) -> None:
        """Withdraw a membership that was a mistake; its entry stays in the history. Raises Problem 409 where there is none."""
        period = Membership(valid_from=valid_from)
        await self._change(
            scope, district, period, lambda entries: withdrawn(entries, district, valid_from.isoformat(), now), now
        )

    async def memberships(self, scope: TenantScope) -> list[Answer]:
        """All entries of a member, the newest first, with those that were corrected."""
        municipality = await self._stored.get(scope, scope.tenant)
        if municipality is None:
            raise not_found("municipality")
        return [as_json(entry) for entry in reversed(municipality.belonging)]

    async def members(
        self, scope: TenantScope, on: date | None, now: datetime, known_at: datetime | None = None
    ) -> list[Answer]:
        """The members of a district on a day (today in Germany), as known now or at an earlier moment, by slug."""
        day = (on or now.astimezone(BERLIN).date()).isoformat()
        return [
            {"member": member.slug, "name": member.name, **as_json(entry)}
            for member in await self._stored.ever_members_of(scope)
            for entry in counting(member.belonging, known_at)
            if entry.district == scope.tenant and covers(entry, day)
        ]

    async def history(self, scope: TenantScope) -> list[Answer]:
        """The history of a district's members with all corrections, the newest first."""
        entries = [
            (entry.recorded_at, {"member": member.slug, "name": member.name, **as_json(entry)})
            for member in await self._stored.ever_members_of(scope)
            for entry in member.belonging
            if entry.district == scope.tenant
        ]
        return [shown for _, shown in sorted(entries, key=lambda one: one[0], reverse=True)]

    async def _change(
        self,
        scope: TenantScope,
        district: str,
        body: Membership,
        change: Callable[[Sequence[Entry]], list[Entry]],
        now: datetime,
    ) -> None:
        def decide(municipality: Municipality) -> Decision[Municipality] | None:
            try:
                entries = change(municipality.belonging)
            except Refused as refused:
                raise conflict(refused.code, refused.detail, refused.values) from None
            if tuple(entries) == municipality.belonging:
                return None
            event = MembershipChanged(
                district=district,
                member=scope.tenant,
                valid_from=body.valid_from,
                valid_until=body.valid_until,
                periods=tuple(
                    Period(valid_from=date.fromisoformat(one.valid_from), valid_until=_day(one.valid_until))
                    for one in counting(entries)
                    if one.district == district
                ),
            )
            return Decision(replace(municipality, belonging=tuple(entries)), [event])

        if await self._stored.change(scope, scope.tenant, decide, now) is None:
            raise not_found("municipality")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
