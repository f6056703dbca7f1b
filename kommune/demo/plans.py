"""What a municipality of the demo has planned: its facts, its gatherings and its self-check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Texts = dict[str, str]


@dataclass(frozen=True)
class PlannedGathering:
    """A gathering some days ahead, with so many people who signed up at the desk (more than `capacity` wait). `weeks`: it is a course with
    a meeting in each of so many weeks. `questions`: ids of those that it takes from the municipality's set; `quotas` and `invitations` as the
    API takes them."""

    title: Texts
    description: Texts
    kind: str
    in_days: int
    hour: int
    hours: float
    capacity: int
    people: int
    place: str | None = None
    join_url: str | None = None
    support: tuple[dict[str, Any], ...] = ()
    open_to: str = "residents"
    weeks: int = 1
    questions: tuple[str, ...] = ()
    quotas: tuple[dict[str, Any], ...] = ()
    invitations: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class PlannedCheck:
    """A Selbstcheck that was carried through: mean level per field (0–4) as the administration and as civil society see it."""

    title: str
    administration: tuple[float, ...]
    civil_society: tuple[float, ...]
    respondents: tuple[int, int]


@dataclass(frozen=True)
class Place:
    """A municipality of the demo."""

    slug: str
    name: Texts
    kind: str
    state: str
    inhabitants: int
    coordinator: str
    phone: str
    languages: tuple[str, ...] = ("de", "de-simple", "en", "uk", "ar", "tr", "fa", "ru", "fr")
    gatherings: tuple[PlannedGathering, ...] = ()
    check: PlannedCheck | None = None
    members: tuple[str, ...] = field(default=())
