"""What has to be ordered, as the API tells it."""

from typing import Annotated, Literal

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import bounded_integer
from services.registration.domain.questions import Kind
from services.registration.response_models import ByLanguage, Groups, StrictResponse, Time


class NeededSupport(StrictResponse):
    """A kind of support: how many have it, wait for it, would have it with seats, came too late; `order` None: one may still ask; `ordered`: how
    many were ordered, None where nobody noted it."""

    id: str
    label: ByLanguage
    capacity: int | None
    request_until: Time | None
    counts: Literal["groups", "people"]
    granted: Groups
    waiting: Groups
    with_seat: Groups
    refused: Groups
    languages: dict[str, int]
    order: int | None
    ordered: int | None = None


class ChosenOption(StrictResponse):
    """How often an option (or yes and no, as `true` and `false`) was chosen; `offered`: it still can be."""

    id: str
    label: ByLanguage
    count: int
    offered: bool


class AnsweredQuestion(StrictResponse):
    """What those with seats answered: how many did, what their numbers add up to, how often each option was chosen."""

    id: str
    label: ByLanguage
    kind: Kind
    per: Literal["group", "person"]
    asked: bool
    answered: int
    total: float | None
    chosen: list[ChosenOption]


class NeedsResponse(StrictResponse):
    """What people need at a gathering. `questions`: the coordination sees also what was answered to those of a special kind."""

    support: list[NeededSupport]
    questions: list[AnsweredQuestion]
    languages: dict[str, Groups]


class SupportOrdered(RequestModel):
    """How many of a kind of support are ordered in all (groups or people, as its limit counts)."""

    number: Annotated[int, bounded_integer(0, 10**9)]


class OrderResponse(StrictResponse):
    """What is noted for a kind of support."""

    id: str
    ordered: int
