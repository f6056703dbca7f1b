"""Benchmark waves and the figures that municipalities gave to them, as they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from chassis.storage.documents import Part, StoredDocument
from disclosure.wave_figures import Class, Published
from services.reporting.domain.wave import Facts, Group, Status
from services.reporting.results.documents import Assessment


class DisclosedFigure(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Published figures of a field in a group: lower bounds of classes."""

    group: str
    field: str
    municipalities: int
    median: int
    quartiles: tuple[int, int] | None = None

    @classmethod
    def of(cls, group: str, field: str, published: Published) -> DisclosedFigure:
        quartiles = published.quartiles and (published.quartiles[0].low, published.quartiles[1].low)
        return cls(
            group=group,
            field=field,
            municipalities=published.municipalities,
            median=published.median.low,
            quartiles=quartiles,
        )

    def published(self) -> Published:
        quartiles = self.quartiles and (_class(self.quartiles[0]), _class(self.quartiles[1]))
        return Published(self.municipalities, _class(self.median), quartiles)


def _class(low: int) -> Class:
    return Class(low, low + 5)


class Wave(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A wave. Who takes part stands in `joined` of the same document (by slug), read only where it is needed.

    `due_at`: when it freezes by itself. `removed_at`: it was taken back before anybody took part, stays as a record and is found nowhere. `attempt`: under which number the figures that count were written at the freezing.
    """

    title: dict[str, str]
    questionnaire: str
    versions: tuple[str, ...]
    groups: tuple[Group, ...]
    minimum: int
    opens_at: datetime
    freezes_at: datetime
    status: Status = "open"
    created_at: datetime
    changed_at: datetime
    removed_at: datetime | None = None
    frozen_at: datetime | None = None
    attempt: int = 0
    municipalities: int = 0
    published_at: datetime | None = None
    figures: tuple[DisclosedFigure, ...] = ()
    certificate: dict[str, Any] | None = None

    def asks_as(self, check: Assessment) -> bool:
        """Whether a self-check was made with its questionnaire, in a version that it takes."""
        return check.questionnaire_id == self.questionnaire and check.version in self.versions

    def group(self, id: str) -> Group | None:
        return next((group for group in self.groups if group.id == id), None)


class Consent(Part, frozen=True, kw_only=True):
    """A municipality takes part with a self-check; `named`: it compares itself by name with others who do."""

    assessment: str
    named: bool
    at: datetime


class WaveFigures(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """What a municipality gave to a wave at its freezing; `scores`: by field, as JSON text, because ids may hold what MongoDB
    reads as a path. Only those of the wave's own attempt count."""

    wave: str
    attempt: int
    assessment: str
    named: bool = False
    facts: Facts
    scores: str

    def by_field(self) -> dict[str, float]:
        scores: dict[str, float] = orjson.loads(self.scores)
        return scores
