"""Event handlers of groups: they store each group's status and enqueue messages to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from chassis.messaging.projection import Handler, Replace, Upsert, Write
from contracts import contacts as c
from contracts import registration as r
from contracts.envelope import Envelope
from services.notifications.domain.messages import NEW_ADDRESS
from services.notifications.domain.messages.participants import mark_of
from services.notifications.domain.reminders import half_of_offer
from services.notifications.messages.enqueue import enqueue


def _row(event: Any, **fields: Any) -> Upsert:
    """Write of fields of a group (`services.notifications.domain.facts.Group`)."""
    return Upsert("participants", event.registration_id, {"gathering": event.gathering_id, **fields})


def _message(envelope: Envelope, kind: str, event: Any, **facts: Any) -> Write:
    return enqueue(envelope, kind, event.registration_id, gathering=event.gathering_id, **facts)


def _support_pairs(status: dict[str, r.SupportStatus]) -> list[list[str]]:
    """(id, status) of each wish for support: pairs instead of fields, since ids of support may contain dots."""
    return [[id, state] for id, state in status.items()]


def _registered(envelope: Envelope, event: r.ParticipantRegistered) -> Iterable[Write]:
    row = _row(
        event,
        status=event.status,
        size=event.size,
        until=event.confirm_by,
        support=_support_pairs(event.support_status),
        entry=event.status == "confirmed",
        registered_at=envelope.occurred_at,
        vouched=event.status != "unconfirmed",  # what anybody else enters is to be confirmed
        by_telephone=event.channel == "phone",
        **({"to_reach": True} if event.to_reach else {}),
    )
    yield replace(row, new=True)
    to_confirm = "confirm-by-call" if event.to_reach else "confirm-address"
    kind = {"unconfirmed": to_confirm, "confirmed": "registered", "waiting": "waiting"}.get(event.status)
    if kind and not event.walk_in:
        yield _message(envelope, kind, event)


def _extended(envelope: Envelope, event: r.ParticipantExtended) -> Iterable[Write]:
    yield _row(event, until=event.confirm_by)


def _confirmed(envelope: Envelope, event: r.ParticipantConfirmed) -> Iterable[Write]:
    yield _row(
        event, status="confirmed", until=None, entry=True, sure=True, **_answered_by(event, event.by == "address")
    )
    # Seats given at registration were told of by `registered`.
    if event.by != "registration":
        yield _message(envelope, "drawn" if event.by == "draw" else "confirmed", event)


def _answered_by(event: r.ParticipantConfirmed | r.ParticipantWaiting, was_asked: bool) -> dict[str, str]:
    """The channel by which the group confirmed when it was asked to; empty where staff did so for it."""
    return {"answered": event.answered or ""} if was_asked else {}


def _waiting(envelope: Envelope, event: r.ParticipantWaiting) -> Iterable[Write]:
    yield _row(event, status="waiting", until=None, sure=True, **_answered_by(event, event.because == "address"))
    kind = "not-drawn" if event.because == "draw" else "waiting"
    yield _message(envelope, kind, event, told={"position": event.position})


def _offered(envelope: Envelope, event: r.ParticipantOffered) -> Iterable[Write]:
    yield _row(event, status="offered", until=event.offer_expires_at)
    yield _message(envelope, "offered", event)
    half = half_of_offer(envelope.occurred_at, event.offer_expires_at)
    if half is not None:
        id = f"m-{envelope.id}-half"
        yield _message(envelope, "offer-half-over", event, id=id, not_before=half, not_after=event.offer_expires_at)


def _gave_up(kind: str, status: str) -> Handler:
    """Handler of events by which a group gives up its seats or its place: `lapsed`, `released`, `cancelled`."""

    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield _row(event, status=status, until=None, asked=False)
        # An erased person hears nothing more.
        if getattr(event, "by", None) != "erasure":
            yield _message(envelope, kind, event)

    return handle


def _changed(envelope: Envelope, event: r.ParticipantChanged) -> Iterable[Write]:
    yield _row(event, size=event.size)
    yield _message(envelope, "registration-changed", event)


def _supported(envelope: Envelope, event: r.ParticipantSupported) -> Iterable[Write]:
    yield _row(event, support=_support_pairs(event.support_status))
    # What comes with seats or with the group's own change is told of together with those.
    if event.because in ("freed", "offer"):
        yield _message(envelope, "support-granted" if event.granted else "support-changed", event)


def _asked(envelope: Envelope, event: r.ParticipantAsked) -> Iterable[Write]:
    yield _row(event, until=event.reconfirm_by, asked=True)
    yield _message(envelope, "reconfirm", event)


def _reconfirmed(envelope: Envelope, event: r.ParticipantReconfirmed) -> Iterable[Write]:
    yield _row(event, until=None, asked=False)


def _at_the_door(status: str) -> Handler:
    """Handler of events at the door, which enqueue no message."""

    def handle(envelope: Envelope, event: r.ParticipantArrived | r.ParticipantArrivalUndone) -> Iterable[Write]:
        yield _row(event, status=status, until=None, asked=False)

    return handle


def _contact(envelope: Envelope, event: c.ContactRecorded | None) -> Iterable[Write]:
    if event is None:
        yield Replace("contacts", envelope.subject, {"erased": True})
        return
    fields = event.model_dump(exclude={"contact_id", "for_id"})
    yield Replace("contacts", event.contact_id, fields, new=envelope.sequence == 1)
    if event.new_email and "address" in event.codes:
        # One message for each address, however often the contact is told anew meanwhile; the id must not give the code away.
        fingerprint = mark_of(event.codes["address"])
        id = f"m-{event.contact_id}-{fingerprint}"
        yield enqueue(envelope, NEW_ADDRESS, event.contact_id, id=id, told={"which": fingerprint})


HANDLERS: dict[str, Handler] = {
    r.ParticipantRegistered.event_type: _registered,
    r.ParticipantExtended.event_type: _extended,
    r.ParticipantConfirmed.event_type: _confirmed,
    r.ParticipantWaiting.event_type: _waiting,
    r.ParticipantOffered.event_type: _offered,
    r.ParticipantLapsed.event_type: _gave_up("lapsed", "lapsed"),
    r.ParticipantReleased.event_type: _gave_up("released", "lapsed"),
    r.ParticipantCancelled.event_type: _gave_up("cancelled", "cancelled"),
    r.ParticipantChanged.event_type: _changed,
    r.ParticipantSupported.event_type: _supported,
    r.ParticipantAsked.event_type: _asked,
    r.ParticipantReconfirmed.event_type: _reconfirmed,
    r.ParticipantArrived.event_type: _at_the_door("arrived"),
    r.ParticipantArrivalUndone.event_type: _at_the_door("confirmed"),
    c.ContactRecorded.event_type: _contact,
}
