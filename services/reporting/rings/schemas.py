"""Bodies of requests about rings."""

from typing import Annotated

from pydantic import AfterValidator, Field

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Day, Identifier, Label, Moment, WebAddress, text
from services.reporting.domain.ring import MOST_MEMBERS, MeasureStatus
from services.reporting.practices.schemas import refuse_contact_details

Line = Annotated[Label, AfterValidator(refuse_contact_details)]
Prose = Annotated[str, text(3_000, least=0, prose=True), AfterValidator(refuse_contact_details)]


class RingBody(RequestModel):
    """A new ring: its name, what it is about, and whom it invites."""

    title: Line
    purpose: Prose = ""
    municipalities: Annotated[list[Identifier], Field(max_length=MOST_MEMBERS - 1, default_factory=list)]


class InvitationBody(RequestModel):
    """The municipality that is to be invited."""

    municipality: Identifier


class DocumentBody(RequestModel):
    """A document by its title and address."""

    title: Line
    url: WebAddress


class MeetingBody(RequestModel):
    """A meeting of a ring. `url`: of its page. `findings`: what came of it."""

    title: Line
    starts_at: Moment
    url: WebAddress | None = None
    findings: Prose = ""


class MeasureBody(RequestModel):
    """A measure that the ring carries out together."""

    title: Line
    due: Day | None = None
    status: MeasureStatus = "planned"
