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
        does = await self._participation.count_per_tenant()
        every: dict[tuple[str, int], list[FrozenGathering]] = {}
        for one in await self._participation.get_all_frozen():
            every.setdefault((one.tenant, _year(one)), []).append(one)
        chosen = {
            (slug, when): all
            for (slug, when), all in every.items()
            if (year is None or when == year) and (municipality is None or slug == municipality)
        }
        admitted = await self._participation.list_admitted()
        years: dict[str, list[list[FrozenGathering]]] = {}
        for (slug, _), all in chosen.items():
            years.setdefault(slug, []).append(all)
        items = [
            _municipality(slug, name, does.get(slug, {}), years.get(slug, ()))
            for slug, name in admitted
            if municipality is None or slug == municipality
        ]
        frozen = list(chosen.values())
        moments = [one["at"] for one in does.values()] + [one.frozen_at for all in frozen for one in all]
        return {
            "as_of": as_of(moments),
            "items": items,
            "totals": {
                name: office_total(item[name] for item in items) for name in ("registered_people", "attended_people")
            },
            "months": _table(frozen, lambda one: [(f"{one.starts_at.astimezone(BERLIN):%Y-%m}", _all(one))]),
            "kinds": _table(frozen, lambda one: [(one.kind, _all(one))]),
            "languages": _table(frozen, lambda one: list(counts(one.languages).items())),
            "channels": _table(frozen, lambda one: list(counts(one.channels).items())),
            "returning": _returning(chosen),
            "years": sorted({when for _, when in every}),
            "municipalities": [{"tenant": slug, "name": name} for slug, name in admitted],
        }


def _municipality(
    slug: str, name: dict[str, str], does: dict[str, Any], years: Sequence[Sequence[FrozenGathering]]
) -> dict[str, Any]:
    registered = [for_office(sum(_all(one).people for one in all)) for all in years]
    attended = [for_office(sum(one.attended or 0 for one in all)) for all in years]
    return {
        "tenant": slug,
        "name": name,
        "gatherings": does.get("gatherings", 0),
        "registered_people": office_total(registered),
        "attended_people": office_total(attended),
        "assessments": does.get("assessments", 0),
        "assessments_closed": does.get("assessments_closed", 0),
        "as_of": as_of([does.get("at"), *(one.frozen_at for all in years for one in all)]),
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


def _year(one: FrozenGathering) -> int:
    return one.starts_at.astimezone(BERLIN).year


def _all(one: FrozenGathering) -> Count:
    return summed(counts(one.languages).values())


Split = Callable[[FrozenGathering], Iterable[tuple[str, Count]]]


def _table(tenants: Sequence[Sequence[FrozenGathering]], split: Split) -> list[dict[str, Any]]:
    """People by key; the number of each municipality and year is hidden or rounded before it is added."""
    sums: dict[str, list[int | None]] = {}
    for gatherings in tenants:
        own: dict[str, int] = {}
        for one in gatherings:
            for key, count in split(one):
                own[key] = own.get(key, 0) + count.people
        for key, people in own.items():
            sums.setdefault(key, []).append(for_office(people))
    known = [(key, office_total(given)) for key, given in sorted(sums.items())]
    return [{"key": key, "people": people} for key, people in known if people is not None]
