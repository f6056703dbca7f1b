"""Answers about recommendations and marks."""

from datetime import datetime
from typing import Any

from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.text_types import Identifier


class MarkBody(RequestModel):
    """The field of action that the practice is to carry a mark for."""

    field: Identifier


class MarkResponse(ResponseModel):
    """A public mark at a practice: the field, and the wave and group in whose upper band the municipality stands."""

    field: str
    wave: str
    group: str
    since: datetime


class MarkOffer(ResponseModel):
    """A mark that the municipality may give: it stands in the upper band of this field, in this group of this wave."""

    field: str
    wave: str
    group: str


class MarkList(ResponseModel):
    """The marks at a practice. `offered`: fields in whose upper band the municipality stands, which it may let the practice say."""

    items: list[MarkResponse]
    offered: list[MarkOffer]


class WeakField(ResponseModel):
    """A field that recommendations were looked for, with the municipality's own score."""

    field: str
    title: dict[str, str]
    score: float | None


class RecommendationResponse(ResponseModel):
    """A practice that is recommended. `reasons`: sentences in the reader's language."""

    field: str
    practice: dict[str, Any]
    municipality: dict[str, Any]
    distance: float
    reasons: list[str]


class RecommendationList(ResponseModel):
    """All that is recommended to a municipality. `weak`: the fields that were looked at; `as_of`: of the self-check, null where
    none is closed."""

    assessment: str | None
    weak: list[WeakField]
    items: list[RecommendationResponse]
    as_of: datetime | None
