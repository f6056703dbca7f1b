"""Copies and series as they are asked for."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Day, Moment, bounded_integer
from services.registration.domain.series import MOST
from services.registration.gatherings.schemas import GatheringResponse
from services.registration.response_models import StrictResponse


class Copy(RequestModel):
    """A gathering once more at another time; without an end it lasts as long."""

    starts_at: Moment
    ends_at: Moment | None = None


class Repetition(RequestModel):
    """A gathering again and again: every `interval` weeks, or months on the same weekday. `count` includes the first."""

    frequency: Literal["weekly", "monthly"]
    interval: Annotated[int, bounded_integer(1, 52)] = 1
    count: Annotated[int, bounded_integer(2, MOST)] | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if (self.count is None) == (self.until is None):
            raise ValueError("count: say how many, or until which day")
        return self


class SeriesResponse(StrictResponse):
    series: str
    items: list[GatheringResponse]
