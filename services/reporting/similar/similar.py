"""The municipalities most like one's own, by the official list, and why.

The list is held in memory, ready to be compared, and read anew when it changed. A municipality is found in it by its official
key, else by its name where the list has it once in that state.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cachetools import TTLCache

from chassis.storage.tenancy import TenantScope
from services.reporting.domain.similarity import Feature, Gazetteer, Place, SimilarMunicipality
from services.reporting.domain.word_forms import folded
from services.reporting.own_figures.documents import OwnFigures
from services.reporting.own_figures.repository import OwnFigureRepository
from services.reporting.similar.documents import ListedMunicipality
from services.reporting.similar.repository import GazetteerRows, TenantRow

LOOK_EVERY = 60.0
"""Seconds for which the list in memory is taken for the newest."""
_TITLE = re.compile(r",.*$| \(.*\)$|^((land)?kreis|((hanse|universitäts)?stadt)|gemeinde|markt) ", re.IGNORECASE)
"""What the list adds to a name (`Wilhelmshaven, Stadt`), or a municipality to its own (`Landkreis Dachau`)."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One that is alike; `slug` where it takes part."""

    alike: SimilarMunicipality
    slug: str | None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A municipality among those most like it. `own` None: the list does not have the municipality, or there is no list; then
    `neighbours` is empty."""

    own: Place | None
    neighbours: Sequence[Neighbour]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The official list as it was last read, ready to be compared."""

    gazetteer: Gazetteer
    by_name: Mapping[tuple[str, str, bool], Sequence[str]]
    as_of: datetime
    entered_at: datetime | None
    """When somebody last entered a figure of their own."""


@dataclass(frozen=True, slots=True)
class _Members:
    """Municipalities that take part, as far as the list has them."""

    keys: dict[str, str]
    """Official keys by slug."""
    slugs: dict[str, str]
    """Slugs by official key."""


class SimilarMunicipalities:
    """Answers for one municipality at a time."""

    def __init__(self, rows: GazetteerRows, own_figures: OwnFigureRepository) -> None:
        self._rows = rows
        self._own_figures = own_figures
        self._loaded: _Loaded | None = None
        self._looked_at = -LOOK_EVERY
        self._loading = asyncio.Lock()
        self._members: TTLCache[datetime, _Members] = TTLCache(1, LOOK_EVERY)
        self._reading_members = asyncio.Lock()

    async def find(
        self,
        scope: TenantScope,
        limit: int = 7,
        weights: Mapping[Feature, float] | None = None,
        taking_part: bool = False,
        among: Collection[str] | None = None,
    ) -> Neighbourhood:
        """The municipalities most like one's own. `taking_part`: only municipalities of the programme; `among`: only these of them."""
        loaded = await self._current()
        if loaded is None:
            return Neighbourhood(None, [], None)
        members = await self._known_members(loaded, scope.tenant)
        keys, slugs = members.keys, members.slugs
        own_key = keys.get(scope.tenant)
        if own_key is None:
            return Neighbourhood(None, [], loaded.as_of)
        candidates = None if among is None and not taking_part else list(slugs)
        if among is not None:
            candidates = [keys[slug] for slug in among if slug in keys]
        nearest = await asyncio.to_thread(loaded.gazetteer.nearest, own_key, limit, weights, candidates)
        neighbours = [Neighbour(one, slugs.get(one.place.key)) for one in nearest]
        return Neighbourhood(loaded.gazetteer.get(own_key), neighbours, loaded.as_of)

    async def get_places(self) -> dict[str, Place]:
        """Municipalities that take part, by slug, as the official list has them; none while there is no list."""
        loaded = await self._current()
        if loaded is None:
            return {}
        places = {slug: loaded.gazetteer.get(key) for slug, key in (await self._keys(loaded)).items()}
        return {slug: place for slug, place in places.items() if place is not None}

    async def _known_members(self, loaded: _Loaded, slug: str) -> _Members:
        """Municipalities that take part, remembered for a while: one that joined just now is added when it asks for itself."""
        members = self._members.get(loaded.as_of)
        if members is None:
            async with self._reading_members:
                members = self._members.get(loaded.as_of)
                if members is None:
                    keys = await self._keys(loaded)
                    members = _Members(keys, {key: slug for slug, key in keys.items()})
                    self._members[loaded.as_of] = members
        if slug not in members.keys:
            row = await self._rows.get_tenant(slug)
            key = None if row is None else _key_of(loaded, row)
            if key is not None:
                members.keys[slug], members.slugs[key] = key, slug
        return members

    async def _keys(self, loaded: _Loaded) -> dict[str, str]:
        """Official keys of the municipalities that take part, by slug, as far as the list has them."""
        keys = {slug: _key_of(loaded, row) for slug, row in (await self._rows.get_tenants()).items()}
        return {slug: key for slug, key in keys.items() if key is not None}

    async def _with_entered(self, loaded: _Loaded, entered_at: datetime) -> _Loaded:
        """Add what municipalities entered of themselves."""
        own_figures, keys = await self._own_figures.get_all(), await self._keys(loaded)
        figures_by_key = {keys[slug]: figures for slug, figures in own_figures.items() if slug in keys}
        places = [_with_own_figures(place, figures_by_key.get(place.key)) for place in loaded.gazetteer.places]
        return replace(loaded, gazetteer=await asyncio.to_thread(Gazetteer, places), entered_at=entered_at)

    async def _current(self) -> _Loaded | None:
        """The list in memory, read anew where it changed; None while there is no list."""
        async with self._loading:
            if time.monotonic() - self._looked_at < LOOK_EVERY:
                return self._loaded
            newest, entered_at = await self._rows.get_newest(), await self._own_figures.get_newest()
            loaded_state = None if self._loaded is None else (self._loaded.as_of, self._loaded.entered_at)
            if newest is None:
                self._loaded = None
            elif loaded_state != (newest, entered_at):
                listed = await self._rows.list_current()
                loaded = await asyncio.to_thread(_load, listed, newest)
                self._loaded = await self._with_entered(loaded, entered_at) if entered_at else loaded
            self._looked_at = time.monotonic()
            return self._loaded


def _with_own_figures(place: Place, own_figures: OwnFigures | None) -> Place:
    if own_figures is None:
        return place
    return replace(
        place,
        foreigners=own_figures.foreigners.value if own_figures.foreigners else None,
        fiscal_strength=own_figures.fiscal_strength.value if own_figures.fiscal_strength else None,
    )


def _key_of(loaded: _Loaded, row: TenantRow) -> str | None:
    """The official key of a municipality that takes part; None where the list does not have it, or not just once."""
    name, kind, state, ags = row
    if ags is not None:
        candidates: Sequence[str] = [ags]
    else:
        german = name.get("de") or next(iter(name.values()), "")
        candidates = loaded.by_name.get((_comparable_name(german), _comparable_name(state), kind == "district"), ())
    return candidates[0] if len(candidates) == 1 and loaded.gazetteer.get(candidates[0]) is not None else None


def _load(listed: Sequence[ListedMunicipality], as_of: datetime) -> _Loaded:
    places = [*map(_place, listed), *_districts(listed)]
    names: dict[tuple[str, str, bool], list[str]] = {}
    for place in places:
        names.setdefault((_comparable_name(place.name), _comparable_name(place.state), place.is_district), []).append(
            place.key
        )
    return _Loaded(Gazetteer(places), names, as_of, None)


def _place(listed: ListedMunicipality) -> Place:
    people = listed.inhabitants or 0
    density = people / listed.area if listed.area else 0.0
    return Place(
        listed.id, listed.name, listed.state, listed.kind or "municipality", people, density, listed.urbanisation
    )


def _districts(listed: Sequence[ListedMunicipality]) -> list[Place]:
    """Districts as the sums of their municipalities; a city that is a district by itself is a municipality here."""
    members: dict[str, list[ListedMunicipality]] = {}
    for municipality in listed:
        if municipality.inhabitants and municipality.kind not in ("district-free city", "city district"):
            members.setdefault(municipality.id[:5], []).append(municipality)
    districts = []
    for key, towns in members.items():
        people, area = sum(one.inhabitants or 0 for one in towns), sum(one.area or 0.0 for one in towns)
        degrees = [(one.inhabitants or 0, one.urbanisation) for one in towns if one.urbanisation is not None]
        people_with_degree = sum(count for count, _ in degrees)
        urbanisation = (
            sum(count * degree for count, degree in degrees) / people_with_degree if people_with_degree else None
        )
        name = towns[0].district or key
        districts.append(
            Place(key, name, towns[0].state, "district", people, people / area if area else 0.0, urbanisation)
        )
    return districts


def _comparable_name(name: str) -> str:
    return folded(_TITLE.sub("", name.strip()).lower()).strip()
