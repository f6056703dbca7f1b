"""All municipalities in numbers, for the programme office, which never sees personal data.

Who takes part is told from the daily frozen state: per municipality and row hidden below eight, then rounded to five, totals from
rounded numbers. What municipalities do (meetings, self-checks) is about nobody and told as it is.
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

    async def figures(self) -> dict[str, Any]:
        """Per municipality, and over all of them by month, kind of meeting, language and way of registering."""
        does = await self._participation.per_tenant()
        by_tenant: dict[str, list[FrozenGathering]] = {}
        for one in await self._participation.all_frozen():
            by_tenant.setdefault(one.tenant, []).append(one)
        items = [
            _municipality(slug, name, does.get(slug, {}), by_tenant.get(slug, []))
            for slug, name in await self._participation.admitted()
        ]
        frozen = list(by_tenant.values())
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
        }


def _municipality(
    slug: str, name: dict[str, str], does: dict[str, Any], frozen: Sequence[FrozenGathering]
) -> dict[str, Any]:
    registered = sum(_all(one).people for one in frozen)
    attended = sum(one.attended or 0 for one in frozen)
    return {
        "tenant": slug,
        "name": name,
        "gatherings": does.get("gatherings", 0),
        "registered_people": for_office(registered),
        "attended_people": for_office(attended),
        "assessments": does.get("assessments", 0),
        "assessments_closed": does.get("assessments_closed", 0),
        "as_of": as_of([does.get("at"), *(one.frozen_at for one in frozen)]),
    }


def _all(one: FrozenGathering) -> Count:
    return summed(counts(one.languages).values())


Split = Callable[[FrozenGathering], Iterable[tuple[str, Count]]]


def _table(tenants: Sequence[Sequence[FrozenGathering]], split: Split) -> list[dict[str, Any]]:
    """People by key; each municipality's number is hidden or rounded before it is added."""
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
