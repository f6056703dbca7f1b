"""The overview of a municipality as the API gives it. A figure is null where it is too small to be shown or not known."""

from __future__ import annotations

from collections.abc import Mapping

from typing_extensions import TypedDict


class MeetingAttendance(TypedDict):
    """Who was at one of several meetings of a gathering."""

    meeting: str
    starts_at: str
    groups: int
    people: int


class Attendance(TypedDict):
    """Who was at a gathering, and who was missed there."""

    groups: int | None
    people: int | None
    missed_groups: int | None
    missed_people: int | None
    meetings: list[MeetingAttendance]


class GatheringFigures(TypedDict):
    """A gathering and who takes part in it. `people`: by status."""

    gathering: str
    title: dict[str, str]
    kind: str
    status: str
    starts_at: str
    capacity: int
    people: Mapping[str, int | None]
    attended: Attendance | None
    as_of: str | None


class LanguageFigures(TypedDict):
    """Who speaks a language."""

    language: str
    groups: int
    people: int


class SupportFigures(TypedDict):
    """How many groups booked a kind of support."""

    support: str
    label: dict[str, str]
    groups: int


class ChannelFigures(TypedDict):
    """Who registered in one way."""

    channel: str
    groups: int
    people: int


class Needs(TypedDict):
    """What those who take part need."""

    languages: list[LanguageFigures]
    support: list[SupportFigures]
    channels: list[ChannelFigures]
    as_of: str | None


class AssessmentStatus(TypedDict):
    """How far a self-check is."""

    id: str
    title: dict[str, str]
    status: str
    as_of: str


class OverviewFigures(TypedDict):
    """Participation, needs and self-checks of a municipality. `frozen`: as of the last night instead of now."""

    as_of: str | None
    frozen: bool
    participation: list[GatheringFigures]
    needs: Needs
    assessments: list[AssessmentStatus]
