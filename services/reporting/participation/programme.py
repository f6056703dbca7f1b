"""All municipalities in numbers, for the programme office, which never sees personal data.

Who takes part is told from the daily frozen state: per municipality, year and row hidden below eight, then rounded to five, totals
from rounded numbers. So a filter by year or municipality shows a part of the same cells and never another number of the same
people. What municipalities do (meetings, self-checks) is about nobody and told as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chassis.text.languages import BERLIN
from services.reporting.as_of import as_of
from services.reporting.domain.small_counts import Count, for_office, office_total, summed
from services.reporting.participation.documents import FrozenGathering, counts
from services.reporting.participation.repository import ParticipationRepository


class Programme:
    """The figures of the programme."""

    def __init__(self, participation: ParticipationRepository) -> None:
        self._participation = participation

    async def get_figures(self, year: int | None = None, municipality: str | None = None) -> dict[str, Any]:
        """Per municipality, and over all of them by month, kind of meeting, language and way of registering; of one year or
        municipality alone where one is named."""
        activities = await self._participation.count_per_tenant()
        by_tenant_and_year: dict[tuple[str, int], list[FrozenGathering]] = {}
        for one in await self._participation.get_all_frozen():
            by_tenant_and_year.setdefault((one.tenant, _year(one)), []).append(one)
        chosen = {
            (slug, its_year): gatherings
            for (slug, its_year), gatherings in by_tenant_and_year.items()
            if (year is None or its_year == year) and (municipality is None or slug == municipality)
        }
        admitted = await self._participation.list_admitted()
        by_tenant: dict[str, list[list[FrozenGathering]]] = {}
        for (slug, _), gatherings in chosen.items():
            by_tenant.setdefault(slug, []).append(gatherings)
        items = [
            _municipality_as_json(slug, name, activities.get(slug, {}), by_tenant.get(slug, ()))
            for slug, name in admitted
            if municipality is None or slug == municipality
        ]
        frozen_groups = list(chosen.values())
        moments = [one["at"] for one in activities.values()] + [
            one.frozen_at for gatherings in frozen_groups for one in gatherings
        ]
        return {
            "as_of": as_of(moments),
            "items": items,
            "totals": {
                name: office_total(item[name] for item in items) for name in ("registered_people", "attended_people")
            },
            "months": _table(
                frozen_groups, lambda one: [(f"{one.starts_at.astimezone(BERLIN):%Y-%m}", _people_of(one))]
            ),
            "kinds": _table(frozen_groups, lambda one: [(one.kind, _people_of(one))]),
            "languages": _table(frozen_groups, lambda one: list(counts(one.languages).items())),
            "channels": _table(frozen_groups, lambda one: list(counts(one.channels).items())),
            "returning": _returning(chosen),
            "years": sorted({its_year for _, its_year in by_tenant_and_year}),
            "municipalities": [{"tenant": slug, "name": name} for slug, name in admitted],
        }


def _municipality_as_json(
    slug: str, name: dict[str, str], activity: dict[str, Any], by_year: Sequence[Sequence[FrozenGathering]]
) -> dict[str, Any]:
    registered = [for_office(sum(_people_of(one).people for one in gatherings)) for gatherings in by_year]
    attended = [for_office(sum(one.attended or 0 for one in gatherings)) for gatherings in by_year]
    return {
        "tenant": slug,
        "name": name,
        "gatherings": activity.get("gatherings", 0),
        "registered_people": office_total(registered),
        "attended_people": office_total(attended),
        "assessments": activity.get("assessments", 0),
        "assessments_closed": activity.get("assessments_closed", 0),
        "as_of": as_of([activity.get("at"), *(one.frozen_at for gatherings in by_year for one in gatherings)]),
    }


def _returning(chosen: Iterable[tuple[str, int]]) -> list[dict[str, int]]:
    """Who comes back: municipalities with meetings in a year, and those of them that had some in the year before."""
    active: dict[int, set[str]] = {}
    for slug, year in chosen:
        active.setdefault(year, set()).add(slug)
    return [
        {"year": year, "municipalities": len(slugs), "again": len(slugs & active.get(year - 1, set()))}
        for year, slugs in sorted(active.items())
    ]


def _year(gathering: FrozenGathering) -> int:
    return gathering.starts_at.astimezone(BERLIN).year


def _people_of(gathering: FrozenGathering) -> Count:
    return summed(counts(gathering.languages).values())


Split = Callable[[FrozenGathering], Iterable[tuple[str, Count]]]


def _table(tenants: Sequence[Sequence[FrozenGathering]], split: Split) -> list[dict[str, Any]]:
    """People by key; the number of each municipality and year is hidden or rounded before it is added."""
    sums: dict[str, list[int | None]] = {}
    for gatherings in tenants:
        people_by_key: dict[str, int] = {}
        for gathering in gatherings:
            for key, count in split(gathering):
                people_by_key[key] = people_by_key.get(key, 0) + count.people
        for key, people in people_by_key.items():
            sums.setdefault(key, []).append(for_office(people))
    totals = [(key, office_total(parts)) for key, parts in sorted(sums.items())]
    return [{"key": key, "people": people} for key, people in totals if people is not None]
