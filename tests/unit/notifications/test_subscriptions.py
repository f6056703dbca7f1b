"""Event handlers: which events enqueue a message."""

from __future__ import annotations

from chassis.messaging.projection import InsertIfAbsent, Replace
from contracts import registration as r
from contracts.contacts import ContactRecorded
from contracts.envelope import Envelope
from services.notifications.event_handlers import HANDLERS


def _envelope(type: str) -> Envelope:
    return Envelope("e1", type, "registration", "2026-11-01T12:00:00Z", "r1", "w", 1, None)


def test_a_repeated_event_enqueues_one_message() -> None:
    event = r.ParticipantLapsed(gathering_id="g", registration_id="r1", was="offered")
    envelope = _envelope(event.event_type)
    first, again = (
        [w for w in HANDLERS[event.event_type](envelope, event) if isinstance(w, InsertIfAbsent)] for _ in range(2)
    )
    assert [(one.id, one.fields["kind"]) for one in first] == [("m-e1", "lapsed")]
    assert again == first


def test_a_cancellation_by_erasure_makes_no_message() -> None:
    event = r.ParticipantCancelled(gathering_id="g", registration_id="r1", by="erasure")
    assert not [
        w for w in HANDLERS[event.event_type](_envelope(event.event_type), event) if isinstance(w, InsertIfAbsent)
    ]


def test_a_tombstone_leaves_nothing_of_a_contact() -> None:
    writes = list(HANDLERS[ContactRecorded.event_type](_envelope(ContactRecorded.event_type), None))
    assert writes[0] == Replace("contacts", "r1", {"erased": True})
