"""Receipts of reporting: what it removed of a person, or of a municipality that left."""

from contracts.envelope import Event
from contracts.reporting.vocabulary import TOPIC


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
