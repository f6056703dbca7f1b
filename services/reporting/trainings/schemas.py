"""Bodies and answers about trainings."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator

from chassis.clock import rfc3339
from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.field_rules import refused
from chassis.text.text_types import Label, WebAddress, bounded_integer
from services.reporting.practices.schemas import refuse_contact_details
from services.reporting.trainings.documents import Material, OfficePresent
from services.reporting.trainings.trainings import Training
from services.reporting.trainings.words_staff import TWICE

MOST_MATERIALS, MOST_OFFICES = 50, 100
Line = Annotated[Label, AfterValidator(refuse_contact_details)]


class MaterialBody(RequestModel):
    """A document of the training, by its title and address."""

    title: Line
    url: WebAddress


class OfficeBody(RequestModel):
    """An office or body, no person, and how many came from it."""

    office: Line
    people: Annotated[int, bounded_integer(0, 1_000)]


class TrainingBody(RequestModel):
    """All that is noted of a training; what was noted before is replaced."""

    materials: Annotated[list[MaterialBody], Field(max_length=MOST_MATERIALS, default_factory=list)]
    offices: Annotated[list[OfficeBody], Field(max_length=MOST_OFFICES, default_factory=list)]

    @field_validator("offices")
    @classmethod
    def _each_once(cls, value: list[OfficeBody]) -> list[OfficeBody]:
        if len({one.office.casefold() for one in value}) < len(value):
            raise refused(TWICE)
        return value

    def parts(self) -> tuple[tuple[Material, ...], tuple[OfficePresent, ...]]:
        """Materials and offices as they are stored."""
        return (
            tuple(Material(title=one.title, url=one.url) for one in self.materials),
            tuple(OfficePresent(office=one.office, people=one.people) for one in self.offices),
        )


class MaterialResponse(ResponseModel):
    """A document of the training, by its title and address."""

    title: str
    url: str


class OfficeResponse(ResponseModel):
    """An office or body, and how many came from it."""

    office: str
    people: int


class TrainingResponse(ResponseModel):
    """A training for decision-makers. `attended`: people; null where it is not known or too few. `others`: people of offices that
    are too small to be told apart."""

    id: str
    title: dict[str, str]
    starts_at: str
    status: str
    attended: int | None
    offices: list[OfficeResponse]
    others: int | None
    materials: list[MaterialResponse]
    as_of: str

    @classmethod
    def of(cls, training: Training) -> Self:
        gathering, notes = training.gathering, training.notes
        return cls(
            id=gathering.id,
            title=gathering.title,
            starts_at=rfc3339(gathering.starts_at),
            status=gathering.status,
            attended=training.attended,
            offices=[OfficeResponse(office=each.office, people=each.people) for each in training.offices],
            others=training.others,
            materials=[MaterialResponse(title=each.title, url=each.url) for each in notes.materials] if notes else [],
            as_of=rfc3339(max(gathering.at, notes.changed_at) if notes else gathering.at),
        )


class TrainingList(ResponseModel):
    """All trainings of the municipality, the latest first."""

    items: list[TrainingResponse]
