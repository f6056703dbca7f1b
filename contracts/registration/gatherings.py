"""Events of gatherings as a whole. Aggregate (record key): a gathering."""

from datetime import datetime
from typing import Literal

from contracts.envelope import Event, Model
from contracts.registration.vocabulary import TOPIC, Allocation, GatheringKind, Mode, Texts


class Support(Model):
    """Support one can book: an interpreter, childcare, step-free access. `capacity` None: as many as ask.

    `counts`: what the capacity is a number of: groups, or the people in them.
    """

    id: str
    label: Texts
    capacity: int | None = None
    request_until: datetime | None = None
    counts: Literal["groups", "people"] = "groups"


class Reconfirm(Model):
    """Confirmed groups are asked once more, so many hours before the start, and have so many hours to answer."""

    hours_before: float
    hours_to_answer: float


class GatheringReminder(Model):
    """Groups with seats are reminded so many days before the start."""

    days_before: int


class KeptSeats(Model):
    """Seats kept for a group that a municipality wants to reach, until then or the start. Whom they are kept for is not told, so that no event
    says of anybody whether they belong to it."""

    seats: int
    until: datetime | None = None


class Meeting(Model):
    """One of several meetings of a gathering, for which people sign up once. `place` None: the gathering's. `cancelled`: it was called
    off, and the others take place."""

    id: str
    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    cancelled: bool = False


class Gathering(Model):
    """A gathering as the public may know it; the join address never leaves registration."""

    gathering_id: str
    title: Texts
    description: Texts
    kind: GatheringKind
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    place: str | None = None
    has_join_url: bool = False
    capacity: int
    party_max: int
    allocation: Allocation
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    offer_hours: float
    confirm_minutes: int
    support: tuple[Support, ...] = ()
    open_to: Literal["residents", "staff", "municipalities"] = "residents"
    series: str | None = None
    reconfirm: Reconfirm | None = None
    withdrawn: tuple[Support, ...] = ()
    """Support that was offered before and is not any more, so that who asked for it is told by its name."""
    reminders: tuple[GatheringReminder, ...] | None = None
    """When its groups are reminded; None: as its municipality does."""
    thanks: Texts | None = None
    """What those who were there are told afterwards."""
    kept: tuple[KeptSeats, ...] | None = None
    """None: no seats are kept."""
    meetings: tuple[Meeting, ...] | None = None
    """All meetings in order where there are several; then `starts_at` and `ends_at` are those of the first and the last that take place."""


WORTH_TELLING = frozenset({"starts_at", "ends_at", "place", "mode", "join_url", "meetings"})
"""Fields of a gathering whose change everybody who takes part is told of."""


class GatheringPublished(Event):
    """A gathering is open for those it is meant for (`open_to`). `seed_commitment` is the SHA-256 of the lottery's secret
    seed; `revision` counts its changes and only rises (SEQUENCE of RFC 5545 in people's calendars)."""

    event_type = "registration.gathering.published.v1"
    topic = TOPIC
    gathering: Gathering
    seed_commitment: str | None = None
    revision: int = 0


class GatheringChanged(Event):
    """A published gathering is different now; `changed` names the fields, `gathering` is the new whole, `before` the old
    one (events from before that field have none)."""

    event_type = "registration.gathering.changed.v1"
    topic = TOPIC
    gathering: Gathering
    changed: tuple[str, ...]
    before: Gathering | None = None
    revision: int = 0


class GatheringDrawn(Event):
    """The lottery was drawn. With the seed anyone can compute the order of `registration_ids` again (`kommune lottery`)."""

    event_type = "registration.gathering.drawn.v1"
    topic = TOPIC
    gathering_id: str
    seed: str
    registration_ids: tuple[str, ...]


class GatheringCancelled(Event):
    """A gathering will not take place, with a reason for everybody who takes part."""

    event_type = "registration.gathering.cancelled.v1"
    topic = TOPIC
    gathering_id: str
    reason: Texts
    revision: int = 0


class SupportClosed(Event):
    """The deadline for asking for a kind of support has passed: what was granted (groups, people) is to be ordered now."""

    event_type = "registration.support.closed.v1"
    topic = TOPIC
    gathering_id: str
    support: str
    groups: int
    people: int
    waiting: int


class MeetingAttended(Model):
    """Groups and people who were at one of several meetings."""

    id: str
    groups: int
    people: int


class GatheringAttended(Event):
    """A gathering is over: who was there and who was not. Told again where the door's list was corrected; the last one counts.

    `groups` and `people` were there; `missed` are the registrations that held seats and did not come, `missed_people` of them
    and of groups of which only some came. Of several meetings everybody counts once, and `meetings` tells each of them.
    """

    event_type = "registration.gathering.attended.v1"
    topic = TOPIC
    gathering_id: str
    groups: int
    people: int
    missed: tuple[str, ...] = ()
    missed_people: int = 0
    meetings: tuple[MeetingAttended, ...] | None = None
