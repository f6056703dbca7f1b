"""Events of erasures and of municipalities that leave. Aggregate (record key): an erased person, an erasure, a municipality."""

from typing import Literal

from contracts.envelope import Event
from contracts.registration.vocabulary import TOPIC


class PersonErased(Event):
    """Everything personal about this person has to go, everywhere, for good. `person_id` is a contact id."""

    event_type = "registration.person.erased.v1"
    topic = TOPIC
    person_id: str


class PeopleErased(Event):
    """As `PersonErased`, for many people at once whose time was up: after a gathering, or when a municipality leaves.

    Receipts name `erasure_id` where they would name a person. At most 500 people (contact ids).
    """

    event_type = "registration.people.erased.v1"
    topic = TOPIC
    erasure_id: str
    person_ids: tuple[str, ...]
    reason: Literal["retention", "departure"] = "retention"


class ErasureReceipted(Event):
    """Registration's own receipt for an erasure: what it removed (documents by kind) and what legally remains.

    `person_id`: the person's, or the `erasure_id` of `PeopleErased`.
    """

    event_type = "registration.erasure.receipted.v1"
    topic = TOPIC
    person_id: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class DepartureReceipted(Event):
    """Registration's own receipt for a municipality that left: what was removed (documents by collection), what remains."""

    event_type = "registration.departure.receipted.v1"
    topic = TOPIC
    slug: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()
