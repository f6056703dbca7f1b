"""Gatherings made of others: copies at another time, and series. A series is known by the id of its first gathering."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from chassis.http.problems import FieldError, Problem, invalid, not_found
from chassis.ids import Secrets, new_id
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.registration import GatheringChanged
from services.registration.domain.clock_change import HourDoesNotExist
from services.registration.domain.gathering import mistakes
from services.registration.domain.series import Repeat, moved, occurrences
from services.registration.gathering_series.schemas import Copy, Repetition
from services.registration.gatherings.documents import Gathering
from services.registration.gatherings.repository import GatheringRepository
from services.registration.json_values import values
from services.registration.planning.planning import Planning, published


class Series:
    """Use cases that make several gatherings of one. Every answer is (answer, whether it is that of an earlier request)."""

    def __init__(self, repository: GatheringRepository, planning: Planning, secrets: Secrets) -> None:
        self._stored = repository
        self._planning = planning
        self._secrets = secrets

    async def copy(
        self, scope: TenantScope, id: str, body: Copy, default_language: str, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Draft a copy of this gathering at another time; it belongs to no series."""
        source = await self._source(scope, id)
        try:
            facts = moved(values(source.facts), body.starts_at)
        except HourDoesNotExist as refused:
            raise invalid(FieldError("/starts_at", refused.detail, refused.values)) from None
        if body.ends_at is not None:
            facts["ends_at"] = body.ends_at
        found_mistakes = mistakes(facts, default_language)
        if found_mistakes:
            raise invalid(*(FieldError(*mistake) for mistake in found_mistakes))
        return await self._planning.store(scope, request.new_document_id(), facts, request)

    async def repeat(
        self, scope: TenantScope, id: str, body: Repetition, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Draft all further gatherings of the series that begins with this one: `{series, items}`."""
        source = await self._source(scope, id)
        rule = Repeat(body.frequency, body.interval, body.count, body.until)
        try:
            starts = occurrences(source.facts.starts_at, rule)[1:]
            further = [moved(values(source.facts), starts_at) for starts_at in starts]
        except HourDoesNotExist as refused:
            raise invalid(FieldError("/count" if body.count else "/until", refused.detail, refused.values)) from None
        if not starts:
            raise invalid(FieldError("/until", "Choose a later day: none of the dates lies before this one."))
        series = source.series or id
        await self._join(scope, source, series)
        stored = []
        for number, facts in enumerate(further, start=1):
            # A repeat of the request finds what it has made before, also where it was made in part.
            next_id = self._secrets.derived_id("series", f"{request.key}\0{number}") if request.key else new_id()
            stored.append(await self._planning.store(scope, next_id, facts, request, series))
        return {"series": series, "items": [item for item, _ in stored]}, all(replayed for _, replayed in stored)

    async def publish(self, scope: TenantScope, series: str, request: IdempotencyKey) -> tuple[dict[str, Any], bool]:
        """Publish all drafts of a series that are still to come: `{series, items}` with every gathering that is public now."""
        gatherings = await self._stored.of_series(scope, series, limit=1_000)
        if not gatherings:
            raise not_found("series")
        published = []
        for gathering in gatherings:
            try:
                published.append(await self._planning.publish(scope, gathering.id, request))
            except Problem as problem:
                # One that was called off, or has begun already, keeps none of the others from being published.
                if problem.status != 409:
                    raise
        items = sorted((item for item, _ in published), key=lambda item: str(item["starts_at"]))
        return {"series": series, "items": items}, bool(published) and all(replayed for _, replayed in published)

    async def _source(self, scope: TenantScope, id: str) -> Gathering:
        gathering = await self._stored.get(scope, id)
        if gathering is None:
            raise not_found("gathering")
        return gathering

    async def _join(self, scope: TenantScope, source: Gathering, series: str) -> None:
        """Note that the first gathering belongs to the series as well."""

        def decide(gathering: Gathering) -> Decision[Gathering] | None:
            if gathering.series:
                return None
            after = replace(gathering, series=series)
            changed = GatheringChanged(
                gathering=published(after),
                changed=("series",),
                before=published(gathering),
                revision=gathering.revision,
            )
            return Decision(after, [changed] if gathering.status == "published" else [])

        await self._planning.execute(scope, source.id, decide)
