"""Importing the official list, and finding a municipality in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import msgspec

from chassis.clock import Clock
from chassis.http.problems import not_found
from contracts.envelope import PLATFORM
from services.registration.domain.likeness import name_words
from services.registration.gazetteer.documents import GazetteerEntry
from services.registration.gazetteer.official_list import Entry
from services.registration.gazetteer.repository import GazetteerRepository


class OlderList(Exception):
    """A list of a later day was imported already."""


class DayToCome(Exception):
    """No list is of a day that has not come; storing it would refuse every real one until then."""


class PartOfList(Exception):
    """The file lacks so much of what is known that it can't be the whole list; `missing` of `known` would end."""

    def __init__(self, missing: int, known: int) -> None:
        super().__init__(f"{missing} of {known} municipalities are missing")
        self.missing = missing
        self.known = known


MOST_ENDED, MOST_OF_A_STATE, FEW = 0.1, 0.9, 20
"""The share of municipalities that may end with one list, and of those of one state: the reform of a state merges hundreds, but a
file that was cut off in its middle lacks nearly all of the last one. Of `FEW` all may."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries an import added, changed, ended and left as they were."""

    added: int
    changed: int
    ended: int
    unchanged: int
    gone: tuple[str, ...] = ()
    """Name and key of those that ended: they were merged, or have another key."""
    untouched: tuple[str, ...] = ()
    """States that are known and have no municipality in the list."""


class Gazetteer:
    """The official list of municipalities. Importing the same list again changes nothing and publishes nothing."""

    def __init__(self, repository: GazetteerRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def import_entries(self, entries: list[Entry], as_of: date) -> Imported:
        """Import a list: make the stored one what this one says. What it does not have any more has ended; it stays, marked as that. Of a state
        with no municipality in the list nothing ends: states do not, so the list is one of other states.

        Raises:
            DayToCome: `as_of` lies ahead.
            OlderList: what is stored is of a later day.
            PartOfList: too many of those known are missing, of all or of one state.
        """
        stored, now = await self._repository.get_all(), self._clock.now()
        if as_of > (now + timedelta(days=1)).date():  # Somewhere it is tomorrow already.
            raise DayToCome
        if any(one.as_of > as_of.isoformat() for one in stored.values()):
            raise OlderList
        listed = {one.ags: _document(one, as_of) for one in entries}
        added = [one for ags, one in listed.items() if ags not in stored]
        changed = [(stored[ags], one) for ags, one in listed.items() if ags in stored and _differs(stored[ags], one)]
        states = {ags[:2] for ags in listed}
        missing = [one for ags, one in stored.items() if ags not in listed and not one.ended]
        ended = [
            (one, msgspec.structs.replace(one, ended=True, as_of=as_of.isoformat()))
            for one in missing
            if one.id[:2] in states
        ]
        current = Counter(one.id[:2] for one in stored.values() if not one.ended)
        if len(ended) > max(FEW, MOST_ENDED * current.total()):
            raise PartOfList(len(ended), current.total())
        for state, count in Counter(one.id[:2] for one, _ in ended).items():
            if count > max(FEW, MOST_OF_A_STATE * current[state]):
                raise PartOfList(count, current[state])
        await self._repository.add(added, now)
        await self._repository.change([*changed, *ended], now)
        ended_names = tuple(f"{one.name} ({one.id})" for one, _ in ended)
        untouched = tuple(sorted({one.state for one in missing if one.id[:2] not in states}))
        return Imported(
            len(added), len(changed), len(ended), len(listed) - len(added) - len(changed), ended_names, untouched
        )

    async def search(self, entry: str, limit: int) -> list[GazetteerEntry]:
        """Municipalities whose name has a word that begins like the entry, the largest first; none where nothing was entered."""
        words = name_words(entry)
        entries = await self._repository.search(words, 10 * limit) if words else []
        return sorted(entries, key=lambda one: -(one.inhabitants or 0))[:limit]

    async def get(self, ags: str) -> GazetteerEntry:
        """A municipality of the official list by its key. Raises Problem 404."""
        entry = await self._repository.get(ags)
        if entry is None:
            raise not_found("municipality")
        return entry

    async def has(self, ags: str, state: str) -> bool:
        """Whether there is such a municipality in the state today."""
        entry = await self._repository.get(ags)
        return entry is not None and not entry.ended and entry.state == state


def _document(entry: Entry, as_of: date) -> GazetteerEntry:
    words = name_words(entry.name)
    fields = asdict(entry)
    return GazetteerEntry(
        id=fields.pop("ags"),
        tenant=PLATFORM,
        as_of=as_of.isoformat(),
        words=tuple(dict.fromkeys(" ".join(words[place:]) for place in range(len(words)))),
        **fields,
    )


def _differs(before: GazetteerEntry, after: GazetteerEntry) -> bool:
    """Whether anything but the date of the list is different."""
    return msgspec.structs.replace(before, as_of=after.as_of) != after
