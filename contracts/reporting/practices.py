"""Events of practices. Aggregate (record key): the practice."""

from datetime import date

from contracts.envelope import Event
from contracts.reporting.vocabulary import TOPIC


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


class PracticeMarked(Event):
    """A municipality lets everybody know that it stands in the upper band of a wave's field, at one of its practices."""

    event_type = "reporting.practice.marked.v1"
    topic = TOPIC
    practice_id: str
    field: str
    wave_id: str


class PracticeUnmarked(Event):
    """A municipality took such a mark back."""

    event_type = "reporting.practice.unmarked.v1"
    topic = TOPIC
    practice_id: str
    field: str
