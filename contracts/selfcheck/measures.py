"""Events of measures."""

from datetime import date
from typing import Literal

from contracts.envelope import Event
from contracts.selfcheck.vocabulary import TOPIC


class MeasureAgreed(Event):
    """A measure was agreed or its state changed. The owner stays in selfcheck. `assessment_id`: the self-check it belongs
    to now; `carried_from`: the earlier one it was agreed in, where work on it went on beyond that."""

    event_type = "selfcheck.measure.agreed.v1"
    topic = TOPIC
    assessment_id: str
    measure_id: str
    field: str
    title: str
    due: date | None = None
    status: Literal["planned", "started", "done", "dropped"]
    questions: tuple[str, ...] = ()
    carried_from: str | None = None


class MeasureDeleted(Event):
    """The self-check that a measure belonged to was deleted, and the measure with it: forget it."""

    event_type = "selfcheck.measure.deleted.v1"
    topic = TOPIC
    assessment_id: str
    measure_id: str


class MeasureDue(Event):
    """A measure that is not done yet is due soon (two weeks before the day) or overdue (the day after): the coordinators are told once each."""

    event_type = "selfcheck.measure.due.v1"
    topic = TOPIC
    assessment_id: str
    measure_id: str
    field: str
    title: str
    due: date
    state: Literal["soon", "overdue"]
