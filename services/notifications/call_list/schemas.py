"""Request and response models of the call list."""

from typing import Literal

from pydantic import Field

from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.text_types import Moment
from services.notifications.call_list.outcomes import CallOutcome
from services.notifications.shown_time import ShownTime


class RecordOutcome(RequestModel):
    """The outcome of a call. `next_at`: with `not_reached`, when to try again; the number is hidden until then."""

    outcome: CallOutcome
    next_at: Moment | None = None


class CallTaken(ResponseModel):
    """A number that is taken until a time, or was released."""

    id: str
    taken_until: ShownTime | None = None


class RecordedOutcome(ResponseModel):
    """The outcome of a call, and what becomes of its message."""

    id: str
    outcome: CallOutcome
    status: Literal["sent", "to_post", "failed", "to_call"]


class CallAttempt(ResponseModel):
    """An earlier attempt."""

    at: ShownTime
    outcome: str


class CallGathering(ResponseModel):
    """The gathering a call is about."""

    id: str
    title: dict[str, str]
    starts_at: ShownTime


class Call(ResponseModel):
    """One message to be told in a call, and what to say."""

    id: str
    kind: str
    status: Literal["to_call"]
    at: ShownTime
    attempts: list[CallAttempt]
    registration: str
    gathering: CallGathering | None = None
    until: ShownTime | None = None
    call_after: ShownTime | None = None
    support: list[dict[str, str]] = Field([])
    name: str
    phone: str | None = None
    phone_e164: str | None = None
    language: str
    helper: str | None = None
    may_cancel: bool
    say: dict[str, list[str]]


class NumberToCall(Call):
    """The most urgent message for a number, with the others that wait for it: `folded` messages, of which `also` shows the first."""

    also: list[Call]
    folded: int
    taken: Literal["by_you", "by_a_colleague"] | None = None
    taken_until: ShownTime | None = None


class CallListPage(ResponseModel):
    """Some numbers to call, and the cursor of the next ones."""

    items: list[NumberToCall]
    next: str | None = None
