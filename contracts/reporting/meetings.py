"""Events of municipalities that meet: rings, visits, and who is told of what is new. Aggregates (record keys): a ring, a visit, a question."""

from datetime import datetime
from typing import Literal

from contracts.envelope import Event
from contracts.reporting.vocabulary import TOPIC


class ExchangeTold(Event):
    """These municipalities, at most a thousand, are to be told of something new in the exchange of experience. `subject_id`: of the
    question, visit or ring it leads to."""

    event_type = "reporting.exchange.told.v1"
    topic = TOPIC
    news: Literal[
        "question-asked",
        "question-answered",
        "answer-helped",
        "visit-asked",
        "visit-accepted",
        "visit-report-due",
        "ring-invited",
    ]
    subject_id: str
    municipalities: tuple[str, ...]


class RingChanged(Event):
    """A ring has these members from now on."""

    event_type = "reporting.ring.changed.v1"
    topic = TOPIC
    ring_id: str
    members: tuple[str, ...]


class VisitProposed(Event):
    """A municipality asks to visit another (`ask`), or invites others to itself (`offer`)."""

    event_type = "reporting.visit.proposed.v1"
    topic = TOPIC
    visit_id: str
    kind: Literal["ask", "offer"]
    host: str
    invited: tuple[str, ...]


class VisitAccepted(Event):
    """A visit takes place; told again with each municipality that joins it. Registration drafts its gathering at the host's."""

    event_type = "reporting.visit.accepted.v1"
    topic = TOPIC
    visit_id: str
    host: str
    visitors: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    mode: Literal["onsite", "online", "hybrid"]


class VisitCancelled(Event):
    """A visit does not take place."""

    event_type = "reporting.visit.cancelled.v1"
    topic = TOPIC
    visit_id: str


class VisitReported(Event):
    """Those who met wrote down what came of a visit."""

    event_type = "reporting.visit.reported.v1"
    topic = TOPIC
    visit_id: str
