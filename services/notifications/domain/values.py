"""Values of a text's placeholders before they are put into a reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.notifications.domain.changes import Changes
from services.notifications.domain.facts import Texts


@dataclass(frozen=True)
class Localized:
    """A text by language, on one line where `line` is set."""

    texts: Texts
    line: bool = True


@dataclass(frozen=True)
class Period:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Dates:
    """When several meetings are, from the first on."""

    starts_at: datetime
    ends_at: datetime
    until: datetime


@dataclass(frozen=True)
class Day:
    moment: datetime


@dataclass(frozen=True)
class Moment:
    moment: datetime


@dataclass(frozen=True)
class Difference:
    """What changed about a gathering. `way_in`: whether the reader has a seat and is told how to get into the online meeting."""

    changes: Changes
    way_in: bool


@dataclass(frozen=True)
class PlaceInGathering:
    """Place of the reader's registration after a change, and by when they have to answer."""

    state: str
    until: datetime | None


Value = str | int | Localized | Period | Dates | Day | Moment | Difference | PlaceInGathering
