"""What reporting tells, in ids and states, never in texts that people wrote. Aggregates (record keys): an erased person, a practice."""

from __future__ import annotations

from datetime import date

from contracts.envelope import Event

TOPIC = "reporting.v1"


class ErasureReceipted(Event):
    """Reporting's receipt for an erasure."""

    event_type = "reporting.erasure.receipted.v1"
    topic = TOPIC
    person_id: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class DepartureReceipted(Event):
    """Reporting's receipt for a municipality that left: what was removed (documents by collection), what remains."""

    event_type = "reporting.departure.receipted.v1"
    topic = TOPIC
    slug: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class PracticeSubmitted(Event):
    """A municipality asks the programme office to publish what it did."""

    event_type = "reporting.practice.submitted.v1"
    topic = TOPIC
    practice_id: str


class PracticeReturned(Event):
    """The programme office asks for changes; what it says stands at the practice."""

    event_type = "reporting.practice.returned.v1"
    topic = TOPIC
    practice_id: str


class PracticePublished(Event):
    """A practice stands in the library, or another edition of it. `fields`: of action; `public`: everybody may read it;
    `named`: with the municipality's name; `confirm_by`: the day until which somebody should say that it still holds."""

    event_type = "reporting.practice.published.v1"
    topic = TOPIC
    practice_id: str
    edition: int
    fields: tuple[str, ...]
    public: bool
    named: bool
    confirm_by: date


class PracticeConfirmed(Event):
    """The municipality says that a practice still holds."""

    event_type = "reporting.practice.confirmed.v1"
    topic = TOPIC
    practice_id: str
    confirm_by: date


class PracticeConfirmationDue(Event):
    """Nobody has said for a year that a practice still holds: its municipality is asked."""

    event_type = "reporting.practice.confirmation-due.v1"
    topic = TOPIC
    practice_id: str


class PracticeRetired(Event):
    """A practice stands in the library no more."""

    event_type = "reporting.practice.retired.v1"
    topic = TOPIC
    practice_id: str
