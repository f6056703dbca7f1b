"""Bodies of requests about visits."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from chassis.http.base_schemas import RequestModel
from chassis.text.field_rules import refused
from chassis.text.text_types import Identifier, Label, Moment, text
from services.reporting.domain.visit import MOST_PEERS, Kind, Mode
from services.reporting.practices.schemas import refuse_contact_details
from services.reporting.visits.refusals_staff import ORDER

Line = Annotated[Label, AfterValidator(refuse_contact_details)]
Words = Annotated[str, text(2_000, prose=True), AfterValidator(refuse_contact_details)]
LONGEST = timedelta(days=14)


class VisitBody(RequestModel):
    """A proposal of a visit. `ask`: to come to the one municipality named; `offer`: up to six named may come."""

    kind: Kind
    title: Line
    municipalities: Annotated[list[Identifier], Field(min_length=1, max_length=MOST_PEERS)]
    starts_at: Moment
    ends_at: Moment
    mode: Mode = "onsite"
    agenda: Annotated[list[Line], Field(max_length=20, default_factory=list)]
    questions: Annotated[list[Words], Field(max_length=20, default_factory=list)]
    practice: Identifier | None = None

    @field_validator("ends_at")
    @classmethod
    def _in_order(cls, value: datetime, info: ValidationInfo) -> datetime:
        starts_at = info.data.get("starts_at")
        if starts_at is not None and not timedelta(0) < value - starts_at <= LONGEST:
            raise refused(ORDER)
        return value


class NoteBody(RequestModel):
    """A question before the visit, or a finding from it."""

    text: Words


class ReportBody(RequestModel):
    """The report on a visit. `report`: what came of the visit; `findings`: single things worth knowing."""

    report: Annotated[str, text(10_000, prose=True), AfterValidator(refuse_contact_details)]
    findings: Annotated[list[Words], Field(max_length=20, default_factory=list)]
