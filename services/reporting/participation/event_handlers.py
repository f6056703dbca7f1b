"""registration's events become rows: a gathering, a group of participants; and a day on which a municipality is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, InsertIfAbsent, Upsert, Write
from chassis.storage.mongo import Document
from contracts import registration as r
from contracts.envelope import Envelope
from services.reporting.participation.repository import FREEZINGS


def _begin_freezing(envelope: Envelope, event: r.MunicipalityAdmitted) -> Iterable[Write]:
    yield InsertIfAbsent(FREEZINGS, event.slug, {"version": 1})


def _store_gathering(envelope: Envelope, event: r.GatheringPublished | r.GatheringChanged) -> Iterable[Write]:
    gathering = event.gathering
    fields: Document = {
        "title": gathering.title,
        "kind": gathering.kind,
        "starts_at": gathering.starts_at,
        "capacity": gathering.capacity,
        "support": [{"id": one.id, "label": one.label, "capacity": one.capacity} for one in gathering.support],
        "meetings": [{"id": one.id, "starts_at": one.starts_at} for one in gathering.meetings or ()],
    }
    if isinstance(event, r.GatheringPublished):
        fields["status"] = "published"
    yield Upsert("gatherings", gathering.gathering_id, {**fields, "at": envelope.occurred_at})


def _store_cancellation(envelope: Envelope, event: r.GatheringCancelled) -> Iterable[Write]:
    yield Upsert("gatherings", event.gathering_id, {"status": "cancelled", "at": envelope.occurred_at})


def _store_attendance(envelope: Envelope, event: r.GatheringAttended) -> Iterable[Write]:
    attended: Document = {
        "groups": event.groups,
        "people": event.people,
        "missed_groups": len(event.missed),
        "missed_people": event.missed_people,
        "meetings": [one.model_dump() for one in event.meetings or ()],
    }
    yield Upsert("gatherings", event.gathering_id, {"attended": attended, "at": envelope.occurred_at})


def _store_participant(envelope: Envelope, event: r.ParticipantRegistered) -> Iterable[Write]:
    yield Upsert(
        "participants",
        event.registration_id,
        {
            "gathering": event.gathering_id,
            "status": event.status,
            "size": event.size,
            "language": event.language,
            "support": list(event.support),
            "channel": event.channel,
            "at": envelope.occurred_at,
        },
        new=True,
    )


def _store_change(envelope: Envelope, event: r.ParticipantChanged) -> Iterable[Write]:
    fields = {"size": event.size, "language": event.language, "support": list(event.support)}
    yield Upsert("participants", event.registration_id, {**fields, "at": envelope.occurred_at})


def _store_status(status: r.SeatStatus) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Upsert("participants", event.registration_id, {"status": status, "at": envelope.occurred_at})

    return handle


HANDLERS: dict[str, Handler] = {
    r.MunicipalityAdmitted.event_type: _begin_freezing,
    r.GatheringPublished.event_type: _store_gathering,
    r.GatheringChanged.event_type: _store_gathering,
    r.GatheringCancelled.event_type: _store_cancellation,
    r.GatheringAttended.event_type: _store_attendance,
    r.ParticipantRegistered.event_type: _store_participant,
    r.ParticipantChanged.event_type: _store_change,
    r.ParticipantConfirmed.event_type: _store_status("confirmed"),
    r.ParticipantWaiting.event_type: _store_status("waiting"),
    r.ParticipantOffered.event_type: _store_status("offered"),
    r.ParticipantLapsed.event_type: _store_status("lapsed"),
    r.ParticipantReleased.event_type: _store_status("lapsed"),
    r.ParticipantCancelled.event_type: _store_status("cancelled"),
    r.ParticipantArrived.event_type: _store_status("arrived"),
    r.ParticipantArrivalUndone.event_type: _store_status("confirmed"),
}
