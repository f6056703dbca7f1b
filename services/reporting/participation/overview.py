"""Who takes part in one municipality and what they need: live for those who see registrations, frozen and folded for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from chassis.clock import rfc3339
from chassis.storage.tenancy import TenantScope
from services.reporting.as_of import as_of
from services.reporting.domain.participation import people
from services.reporting.domain.small_counts import Count, Shown, folded, hide_small, summed
from services.reporting.participation.documents import FrozenGathering, Gathering, counts
from services.reporting.participation.repository import Grouped, ParticipationRepository
from services.reporting.participation.schemas import (
    AssessmentStatus,
    Attendance,
    ChannelFigures,
    GatheringFigures,
    LanguageFigures,
    OverviewFigures,
    SupportFigures,
)
from services.reporting.results.documents import Assessment
from services.reporting.results.repository import AssessmentRepository

OTHERS = "others"
"""Stands for the languages, kinds of support or channels that were folded together."""


class Overview:
    """The figures of the first page."""

    def __init__(self, participation: ParticipationRepository, assessments: AssessmentRepository) -> None:
        self._participation = participation
        self._assessments = assessments

    async def get_live(self, scope: TenantScope) -> OverviewFigures:
        """The overview as it is now. `attended` (groups and people who were there, and who were not) is known once a gathering is over at
        which people were checked in; of several meetings it also says who was at each, under `meetings`."""
        gatherings = await self._participation.list_gatherings(scope)
        groups = await self._participation.count_by_status(scope)
        people_by_status: dict[str, dict[str, int]] = {}
        moments: dict[str, datetime] = {}
        for group in groups:
            people_by_status.setdefault(group.gathering, {})[group.key] = group.count.people
            moments[group.gathering] = max(group.at, moments.get(group.gathering, group.at))
        needs_as_of = as_of(moments.values())
        participation = [
            _gathering_as_json(
                gathering,
                people(people_by_status.get(gathering.id, {})),
                gathering.attendance(),
                as_of([gathering.at, moments.get(gathering.id)]),
            )
            for gathering in gatherings
        ]
        assessments = await self._assessments.list_all(scope)
        return {
            "as_of": as_of(
                [*(gathering.at for gathering in gatherings), *moments.values(), *(one.at for one in assessments)]
            ),
            "frozen": False,
            "participation": participation,
            "needs": {
                "languages": _languages_as_json(_sum_by_key(await self._participation.count_by_language(scope))),
                "support": _support_as_json(_sum_by_key(await self._participation.count_by_support(scope)), gatherings),
                "channels": _channels_as_json(_sum_by_key(await self._participation.count_by_channel(scope))),
                "as_of": needs_as_of,
            },
            "assessments": [_assessment_as_json(one) for one in assessments],
        }

    async def get_frozen(self, scope: TenantScope) -> OverviewFigures:
        """The overview as it was in the last night, small counts folded; sums are sums of what is shown."""
        gatherings, frozen = (
            await self._participation.list_gatherings(scope),
            await self._participation.get_frozen(scope),
        )
        frozen_at = as_of([await self._participation.get_frozen_at(scope)])
        languages = {id: folded(counts(one.languages)) for id, one in frozen.items()}
        participation = [
            _gathering_as_json(
                gathering,
                _only_registered(languages.get(gathering.id)),
                _frozen_attendance(frozen.get(gathering.id)),
                frozen_at,
            )
            for gathering in gatherings
        ]
        support = [folded(counts(one.support)) for one in frozen.values()]
        channels = [folded(counts(one.channels)) for one in frozen.values()]
        assessments = await self._assessments.list_all(scope)
        return {
            "as_of": frozen_at,
            "frozen": True,
            "participation": participation,
            "needs": {
                "languages": _languages_as_json(_sum_shown(languages.values())),
                "support": _support_as_json(_sum_shown(support), gatherings),
                "channels": _channels_as_json(_sum_shown(channels)),
                "as_of": frozen_at,
            },
            "assessments": [_assessment_as_json(one) for one in assessments],
        }


def _assessment_as_json(assessment: Assessment) -> AssessmentStatus:
    return {
        "id": assessment.id,
        "title": assessment.title,
        "status": assessment.status,
        "as_of": rfc3339(assessment.at),
    }


def _gathering_as_json(
    gathering: Gathering,
    people_by_status: Mapping[str, int | None],
    attended: Attendance | None,
    figures_as_of: str | None,
) -> GatheringFigures:
    return {
        "gathering": gathering.id,
        "title": gathering.title,
        "kind": gathering.kind,
        "status": gathering.status,
        "starts_at": rfc3339(gathering.starts_at),
        "capacity": gathering.capacity,
        "people": dict(people_by_status),
        "attended": attended,
        "as_of": figures_as_of,
    }


def _only_registered(languages: Shown | None) -> dict[str, int | None]:
    """People by status, of which only `registered` is shown: by status they are another table, which would give the first away."""
    total = languages.total if languages else None
    hidden = dict.fromkeys(people({}), None)
    return {**hidden, "registered": total.people if total else None}


def _frozen_attendance(frozen: FrozenGathering | None) -> Attendance | None:
    if frozen is None or frozen.attended is None:
        return None
    shown = hide_small(frozen.attended)
    return {"groups": None, "people": shown, "missed_groups": None, "missed_people": None, "meetings": []}


def _sum_by_key(grouped: Iterable[Grouped]) -> dict[str, Count]:
    by_key: dict[str, list[Count]] = {}
    for group in grouped:
        by_key.setdefault(group.key, []).append(group.count)
    return {key: summed(counts_of_key) for key, counts_of_key in by_key.items()}


def _sum_shown(rows: Iterable[Shown]) -> dict[str, Count]:
    """Sums over what is shown of each gathering, with what was folded there under `OTHERS`."""
    by_key: dict[str, list[Count]] = {}
    for row in rows:
        for key, count in row.cells.items():
            by_key.setdefault(key, []).append(count)
        if row.others:
            by_key.setdefault(OTHERS, []).append(row.others)
    return {key: summed(counts_of_key) for key, counts_of_key in by_key.items()}


def _ordered(sums: Mapping[str, Count]) -> list[tuple[str, Count]]:
    return sorted(sums.items(), key=lambda one: (one[0] == OTHERS, -one[1].groups, one[0]))


def _languages_as_json(sums: Mapping[str, Count]) -> list[LanguageFigures]:
    return [{"language": key, "groups": count.groups, "people": count.people} for key, count in _ordered(sums)]


def _channels_as_json(sums: Mapping[str, Count]) -> list[ChannelFigures]:
    return [{"channel": key, "groups": count.groups, "people": count.people} for key, count in _ordered(sums)]


def _support_as_json(sums: Mapping[str, Count], gatherings: Sequence[Gathering]) -> list[SupportFigures]:
    # Of a label that changed, the latest gathering's wording wins.
    labels = {support.id: support.label for gathering in gatherings for support in gathering.support}
    return [{"support": key, "label": labels.get(key, {}), "groups": count.groups} for key, count in _ordered(sums)]
