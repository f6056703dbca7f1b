"""What the desk asks for: finding people, checking them in."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Identifier, Search, bounded_integer, text
from contracts.registration import SeatStatus
from services.registration.meetings.schemas import MeetingId
from services.registration.registrations.schemas import People, StatusResponse
from services.registration.response_models import ByLanguage, StrictResponse, Time


class SearchFor(RequestModel):
    """Whom to find among a gathering's registrations: a name, a number, an e-mail address or a code for the door."""

    gathering: Identifier
    q: Annotated[str, text(200, visible=False)]
    limit: Annotated[int, bounded_integer(1, 200)] = 50


class Likeness(RequestModel):
    """A person who is being registered, as far as it is known."""

    gathering: Identifier
    name: Search = ""
    phone: Search = ""
    email: Annotated[str, text(254, least=0, visible=False)] = ""


class Arrival(RequestModel):
    """Who is at the door: by the code of their registration or by its id. `people`: how many of the group, 0 takes it back. `meeting`: of
    several, the one at which they are; without it the one at whose door people stand now."""

    code: Annotated[str, text(300, least=0, visible=False)] | None = None
    registration_id: Identifier | None = None
    people: People | None = None
    meeting: MeetingId | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) == (self.registration_id is None):
            raise ValueError("code: give either the code or the registration_id")
        return self


class Here(RequestModel):
    """How many of a group are here; all where no number is given, 0 takes the check-in back."""

    people: People | None = None


AT_THE_DOOR = ("gathering-cancelled", "no-seat", "not-registered", "too-many")
"""What keeps a group from being checked in."""


class CheckedIn(StatusResponse):
    """The answer to a check-in. `again`: as many were checked in before. `meeting`: at which of several; `people_here` are then at that
    one."""

    id: str
    people: int
    again: bool
    name: str
    language: str
    meeting: str | None = None


class Arrivals(StrictResponse):
    """Figures of the door: groups and people here, expected, missing; `closed`: attendance was published; `meeting`: of several, the one that
    they are of."""

    groups: int
    people: int
    expected: int
    expected_groups: int
    missing: int
    missing_groups: int
    free: int
    waiting: int
    closed: bool
    meeting: str | None = None


class Attendance(StrictResponse):
    groups: int
    people: int
    missed: int
    missed_people: int


class SimilarRegistration(StrictResponse):
    """Somebody who looks like the person; `because` of what is alike."""

    id: str
    name: str
    status: SeatStatus
    position: int | None = None
    people: int
    gathering: str
    title: ByLanguage
    starts_at: Time
    because: list[Literal["name", "phone", "email"]]


class KeptGroup(StrictResponse):
    """A group with seats: `people` of it, `here` so many."""

    id: str
    code: str
    initials: str
    name: str
    people: int
    here: int


class KeptList(StrictResponse):
    """What the door needs to keep its list without a network. `key`: 256 bits (base64) that belong to the sign-in it was asked
    with. `meeting`: of several, the one it is for."""

    items: list[KeptGroup]
    until: Time
    key: str
    meeting: str | None = None
