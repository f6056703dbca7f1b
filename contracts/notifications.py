"""Events of notifications: the outcome of each message, without its recipient. Aggregate (record key): a message."""

from datetime import datetime
from typing import Literal

from contracts.envelope import Event, Model

TOPIC = "notifications.v1"
MessageStatus = Literal["sent", "bounced", "failed", "expired", "suppressed", "to_call", "to_post"]


class MessageSettled(Event):
    """A message reached an end: delivered to a server, given up, or handed to people (call, letter).

    `registration_id`: only where what came of a call decides over a registration. With the channel `call`: of `confirm-by-call`, `sent`
    says that the group comes, `failed` that nobody there knows of it; of `offered` and `reconfirm`, `sent` that it said yes.
    `cancels`: whatever the call was about, they said that they do not come, so registration cancels the whole group.
    """

    event_type = "notifications.message.settled.v1"
    topic = TOPIC
    message_id: str
    kind: str
    channel: Literal["email", "sms", "letter", "call", "none"]
    status: MessageStatus
    attempts: int
    registration_id: str | None = None
    cancels: bool = False


class MessageDelayed(Event):
    """The message that asks a group to confirm its address goes out late, not before `until`: its time to answer runs from then."""

    event_type = "notifications.message.delayed.v1"
    topic = TOPIC
    message_id: str
    kind: str
    registration_id: str
    until: datetime


class ErasureReceipted(Event):
    """Notifications' receipt for an erasure."""

    event_type = "notifications.erasure.receipted.v1"
    topic = TOPIC
    person_id: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class DepartureReceipted(Event):
    """Notifications's receipt for a municipality that left: what was removed (documents by collection), what remains."""

    event_type = "notifications.departure.receipted.v1"
    topic = TOPIC
    slug: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class FeedbackCell(Model):
    """How many gave an answer to a question; only ever five or more."""

    question: Literal["welcome", "understood", "again"]
    answer: Literal["yes", "partly", "no"]
    count: int


class FeedbackTold(Event):
    """What people said of a gathering afterwards, by link and without a name: the newest event holds. `cells`: those that may be shown, in
    whole fives: 10 stands for ten to fourteen people; an answer that fewer than five gave is not told."""

    event_type = "notifications.feedback.told.v1"
    topic = TOPIC
    gathering_id: str
    cells: tuple[FeedbackCell, ...]
