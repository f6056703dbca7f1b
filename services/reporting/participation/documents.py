"""Gatherings and who takes part, as reporting stores them; and their daily frozen state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from chassis.clock import rfc3339
from chassis.storage.documents import Part, StoredDocument
from services.reporting.domain.small_counts import Count
from services.reporting.participation.schemas import Attendance, MeetingAttendance


class OfferedSupport(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A kind of support that can be booked at a gathering."""

    id: str
    label: dict[str, str]
    capacity: int | None = None


class Meeting(Part, frozen=True, kw_only=True):
    """One of several meetings of a gathering."""

    id: str
    starts_at: datetime


class MeetingAttended(Part, frozen=True, kw_only=True):
    """Groups and people who were at one of several meetings."""

    id: str
    groups: int
    people: int


class Attended(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Groups and people who were there, and who were not. Of several meetings everybody counts once; `meetings` says how many were at
    each."""

    groups: int
    people: int
    missed_groups: int
    missed_people: int
    meetings: tuple[MeetingAttended, ...] = ()


class Gathering(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A gathering as its events describe it. `attended` is known once it is over and people were checked in. `meetings`: where there
    are several."""

    title: dict[str, str]
    kind: str
    starts_at: datetime
    capacity: int
    support: tuple[OfferedSupport, ...] = ()
    status: str = "published"
    attended: Attended | None = None
    meetings: tuple[Meeting, ...] = ()
    at: datetime

    def attendance(self) -> Attendance | None:
        """Who was there, as the API gives it; of several meetings also at each, in their order."""
        if self.attended is None:
            return None
        starts_at = {meeting.id: meeting.starts_at for meeting in self.meetings}
        attended = [meeting for meeting in self.attended.meetings if meeting.id in starts_at]
        meetings: list[MeetingAttendance] = [
            {
                "meeting": meeting.id,
                "starts_at": rfc3339(starts_at[meeting.id]),
                "groups": meeting.groups,
                "people": meeting.people,
            }
            for meeting in sorted(attended, key=lambda meeting: starts_at[meeting.id])
        ]
        return {
            "groups": self.attended.groups,
            "people": self.attended.people,
            "missed_groups": self.attended.missed_groups,
            "missed_people": self.attended.missed_people,
            "meetings": meetings,
        }


class Participant(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A group that registered together, by a random id; nothing says who it is."""

    gathering: str
    status: str
    size: int
    language: str
    support: tuple[str, ...] = ()
    channel: str
    at: datetime


class Cell(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Groups and people with one thing in common: a language, a kind of support, a way of registering."""

    key: str
    groups: int
    people: int


class FrozenGathering(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A gathering's figures as of the last freezing: counts of those who take part. Its id is the gathering's."""

    kind: str
    starts_at: datetime
    frozen_at: datetime
    languages: tuple[Cell, ...] = ()
    support: tuple[Cell, ...] = ()
    channels: tuple[Cell, ...] = ()
    attended: int | None = None


class Freezing(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """When a municipality's participation is frozen next (`due_at`), and when it was last. Its id is the municipality's."""

    frozen_at: datetime | None = None


def counts(cells: Iterable[Cell]) -> Mapping[str, Count]:
    return {cell.key: Count(cell.groups, cell.people) for cell in cells}


def cells(counts_by_key: Mapping[str, Count]) -> tuple[Cell, ...]:
    return tuple(
        Cell(key=key, groups=count.groups, people=count.people) for key, count in sorted(counts_by_key.items())
    )
