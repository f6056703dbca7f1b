"""Who takes part and what they need, of one municipality: live for those who see registrations, frozen and folded for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.clock import rfc3339
from chassis.storage.tenancy import TenantScope
from services.reporting.as_of import as_of
from services.reporting.domain.participation import labels, people
from services.reporting.domain.small_counts import Count, Shown, enough, folded, summed
from services.reporting.participation.documents import FrozenGathering, Gathering, Sums, counts
from services.reporting.participation.repository import Grouped, ParticipationRepository
from services.reporting.results.repository import AssessmentRepository

OTHERS = "others"
"""Stands for the languages, wishes or ways that were folded together."""


class Overview:
    """The figures of the first page."""

    def __init__(self, participation: ParticipationRepository, assessments: AssessmentRepository) -> None:
        self._participation = participation
        self._assessments = assessments

    async def get_live(self, scope: TenantScope) -> Sums:
        """The overview as it is now. `attended` (groups and people who were there, and who were not) is known once a gathering is over at
        which people were checked in; of several meetings it also says who was at each, under `meetings`."""
        gatherings = await self._participation.list_gatherings(scope)
        by_status = await self._participation.count_by_status(scope)
        statuses: dict[str, dict[str, int]] = {}
        moments: dict[str, Any] = {}
        for one in by_status:
            statuses.setdefault(one.gathering, {})[one.key] = one.count.people
            moments[one.gathering] = max(one.at, moments.get(one.gathering, one.at))
        needed = as_of(moments.values())
        participation = [
            _gathering(one, people(statuses.get(one.id, {})), one.attendance(), as_of([one.at, moments.get(one.id)]))
            for one in gatherings
        ]
        assessments = await self._sums_of_gatherings(scope)
        return {
            "as_of": as_of([*(one.at for one in gatherings), *moments.values(), *(at for _, at in assessments)]),
            "frozen": False,
            "participation": participation,
            "needs": {
                "languages": _languages(_sums(await self._participation.count_by_language(scope))),
                "support": _support(_sums(await self._participation.count_by_support(scope)), gatherings),
                "channels": _channels(_sums(await self._participation.count_by_channel(scope))),
                "as_of": needed,
            },
            "assessments": [shown for shown, _ in assessments],
        }

    async def get_frozen(self, scope: TenantScope) -> Sums:
        """The overview as it was in the last night, small counts folded; sums are sums of what is shown."""
        gatherings, frozen = (
            await self._participation.list_gatherings(scope),
            await self._participation.get_frozen(scope),
        )
        moment = as_of([await self._participation.get_frozen_at(scope)])
        shown = {id: folded(counts(one.languages)) for id, one in frozen.items()}
        participation = [
            _gathering(one, _few(shown.get(one.id)), _attended(frozen.get(one.id)), moment) for one in gatherings
        ]
        support = [folded(counts(one.support)) for one in frozen.values()]
        channels = [folded(counts(one.channels)) for one in frozen.values()]
        assessments = await self._sums_of_gatherings(scope)
        return {
            "as_of": moment,
            "frozen": True,
            "participation": participation,
            "needs": {
                "languages": _languages(_together(shown.values())),
                "support": _support(_together(support), gatherings),
                "channels": _channels(_together(channels)),
                "as_of": moment,
            },
            "assessments": [shown for shown, _ in assessments],
        }

    async def _sums_of_gatherings(self, scope: TenantScope) -> list[tuple[Sums, Any]]:
        return [
            ({"id": one.id, "title": one.title, "status": one.status, "as_of": rfc3339(one.at)}, one.at)
            for one in await self._assessments.list_all(scope)
        ]


def _gathering(one: Gathering, seen: Mapping[str, int | None], attended: Sums | None, moment: str | None) -> Sums:
    return {
        "gathering": one.id,
        "title": one.title,
        "kind": one.kind,
        "status": one.status,
        "starts_at": rfc3339(one.starts_at),
        "capacity": one.capacity,
        "people": dict(seen),
        "attended": attended,
        "as_of": moment,
    }


def _few(shown: Shown | None) -> dict[str, int | None]:
    """Only how many registered: how they are split by state is another table, which would give the first away."""
    total = shown.total if shown else None
    hidden = dict.fromkeys(people({}), None)
    return {**hidden, "registered": total.people if total else None}


def _attended(frozen: FrozenGathering | None) -> Sums | None:
    if frozen is None or frozen.attended is None:
        return None
    shown = enough(frozen.attended)
    return {"groups": None, "people": shown, "missed_groups": None, "missed_people": None, "meetings": []}


def _sums(grouped: Iterable[Grouped]) -> dict[str, Count]:
    found: dict[str, list[Count]] = {}
    for one in grouped:
        found.setdefault(one.key, []).append(one.count)
    return {key: summed(given) for key, given in found.items()}


def _together(rows: Iterable[Shown]) -> dict[str, Count]:
    found: dict[str, list[Count]] = {}
    for row in rows:
        for key, count in row.cells.items():
            found.setdefault(key, []).append(count)
        if row.others:
            found.setdefault(OTHERS, []).append(row.others)
    return {key: summed(given) for key, given in found.items()}


def _ordered(sums: Mapping[str, Count]) -> list[tuple[str, Count]]:
    return sorted(sums.items(), key=lambda one: (one[0] == OTHERS, -one[1].groups, one[0]))


def _languages(sums: Mapping[str, Count]) -> list[Sums]:
    return [{"language": key, "groups": one.groups, "people": one.people} for key, one in _ordered(sums)]


def _channels(sums: Mapping[str, Count]) -> list[Sums]:
    return [{"channel": key, "groups": one.groups, "people": one.people} for key, one in _ordered(sums)]


def _support(sums: Mapping[str, Count], gatherings: Sequence[Gathering]) -> list[Sums]:
    named = labels({"support": [{"id": s.id, "label": s.label} for s in one.support]} for one in gatherings)
    return [{"support": key, "label": named.get(key, {}), "groups": one.groups} for key, one in _ordered(sums)]
