"""Events become facts (gatherings, participants, contacts) and intents: one per message that somebody is owed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.erasures import asked
from chassis.projection import Handler, Once, Put, Replace, Write
from contracts import contacts as c
from contracts import registration as r
from contracts import selfcheck as s
from contracts.envelope import Envelope
from services.notifications import changes, municipal


def _intent(envelope: Envelope, kind: str, contact: str, **facts: Any) -> Write:
    return Once("intents", f"m-{envelope.id}", {
        "kind": kind, "contact": contact, "status": "pending", "attempts": [], "version": 1, "at": envelope.occurred_at, **facts,
    })  # fmt: skip


def _gathering(envelope: Envelope, event: r.GatheringPublished | r.GatheringChanged) -> Iterable[Write]:
    g = event.gathering
    fields = {
        "title": g.title, "description": g.description, "starts_at": g.starts_at, "ends_at": g.ends_at, "place": g.place,
        "revision": event.revision, "cancelled": False,
    }  # fmt: skip
    yield Put("gatherings", g.gathering_id, fields)
    if isinstance(event, r.GatheringChanged) and (changed := changes.of_event(event)):
        yield _fan_out(envelope, "gathering-changed", g.gathering_id, changes=changed)


def _fan_out(envelope: Envelope, kind: str, gathering: str, **told: Any) -> Write:
    fields = {"kind": kind, "gathering": gathering, "at": envelope.occurred_at, "told": told}
    return Once("announcements", f"a-{envelope.id}", fields)


def _gathering_cancelled(envelope: Envelope, event: r.GatheringCancelled) -> Iterable[Write]:
    yield Put("gatherings", event.gathering_id, {"cancelled": True, "revision": event.revision})
    yield _fan_out(envelope, "gathering-cancelled", event.gathering_id, reason=event.reason)


def _registered(envelope: Envelope, event: r.ParticipantRegistered) -> Iterable[Write]:
    yield _participant(event, event.status, entry=event.status == "confirmed")
    kind = {"unconfirmed": "confirm-address", "confirmed": "registered", "waiting": "waiting"}.get(event.status)
    if kind and not event.walk_in:
        yield _intent(envelope, kind, event.registration_id, gathering=event.gathering_id)


def _participant(event: Any, status: str, **entry: bool) -> Write:
    """`entry`: whether they were given an entry for their calendar, which has to change or go with what happens."""
    return Put("participants", event.registration_id, {"gathering": event.gathering_id, "status": status, **entry})


def _becomes(status: str) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield _participant(event, status, **({"entry": True} if status == "confirmed" else {}))
        # Seats given at registration were told of by `registered`; an erased person hears nothing more.
        if getattr(event, "by", None) not in ("registration", "erasure"):
            yield _intent(envelope, status, event.registration_id, gathering=event.gathering_id)

    return handle


def _door(status: str) -> Handler:
    """What happens at the door: nobody is written to."""

    def handle(envelope: Envelope, event: r.ParticipantArrived | r.ParticipantArrivalUndone) -> Iterable[Write]:
        yield Put("participants", event.registration_id, {"gathering": event.gathering_id, "status": status})

    return handle


def _contact(envelope: Envelope, event: c.ContactRecorded | None) -> Iterable[Write]:
    if event is None:
        yield Replace("contacts", envelope.subject, {"erased": True})
    else:
        yield Replace("contacts", event.contact_id, event.model_dump(exclude={"contact_id", "kind", "for_id"}))


def _erased(envelope: Envelope, event: r.PersonErased) -> Iterable[Write]:
    yield asked(event.person_id, [event.person_id])


def _many_erased(envelope: Envelope, event: r.PeopleErased) -> Iterable[Write]:
    yield asked(event.erasure_id, event.person_ids)


def _invited(envelope: Envelope, event: s.RespondentInvited) -> Iterable[Write]:
    if event.contact_id:
        yield _intent(envelope, "respondent-invited", event.contact_id)


HANDLERS: dict[str, Handler] = {
    r.GatheringPublished.event_type: _gathering,
    r.GatheringChanged.event_type: _gathering,
    r.GatheringCancelled.event_type: _gathering_cancelled,
    r.ParticipantRegistered.event_type: _registered,
    r.ParticipantConfirmed.event_type: _becomes("confirmed"),
    r.ParticipantWaiting.event_type: _becomes("waiting"),
    r.ParticipantOffered.event_type: _becomes("offered"),
    r.ParticipantLapsed.event_type: _becomes("lapsed"),
    r.ParticipantCancelled.event_type: _becomes("cancelled"),
    r.ParticipantArrived.event_type: _door("arrived"),
    r.ParticipantArrivalUndone.event_type: _door("confirmed"),
    r.PersonErased.event_type: _erased,
    r.PeopleErased.event_type: _many_erased,
    s.RespondentInvited.event_type: _invited,
    **municipal.HANDLERS,
    c.ContactRecorded.event_type: _contact,
}
