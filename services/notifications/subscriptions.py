"""Events become facts (gatherings, participants, contacts) and intents: one per message that somebody is owed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, InsertIfAbsent, Upsert, Write
from chassis.service import merge_handlers
from chassis.storage.erasure_receipts import asked
from contracts import registration as r
from contracts.envelope import Envelope
from services.notifications import changes, coordinators, municipal, participants, respondents


def _gathering(envelope: Envelope, event: r.GatheringPublished | r.GatheringChanged) -> Iterable[Write]:
    g = event.gathering
    fields = {
        "title": g.title,
        "description": g.description,
        "starts_at": g.starts_at,
        "ends_at": g.ends_at,
        "place": g.place,
        "mode": g.mode,
        "revision": event.revision,
        "cancelled": False,
        "allocation": g.allocation,
        "support": [{"id": offer.id, "label": offer.label} for offer in g.support],
        "withdrawn": [{"id": offer.id, "label": offer.label} for offer in g.withdrawn],
    }
    yield Upsert("gatherings", g.gathering_id, fields)
    if isinstance(event, r.GatheringChanged) and (changed := changes.of_event(event)):
        yield _fan_out(envelope, "gathering-changed", g.gathering_id, changes=changed)


def _fan_out(envelope: Envelope, kind: str, gathering: str, **told: Any) -> Write:
    fields = {"kind": kind, "gathering": gathering, "at": envelope.occurred_at, "told": told}
    return InsertIfAbsent("announcements", f"a-{envelope.id}", fields)


def _gathering_cancelled(envelope: Envelope, event: r.GatheringCancelled) -> Iterable[Write]:
    yield Upsert("gatherings", event.gathering_id, {"cancelled": True, "revision": event.revision})
    yield _fan_out(envelope, "gathering-cancelled", event.gathering_id, reason=event.reason)


def _erased(envelope: Envelope, event: r.PersonErased) -> Iterable[Write]:
    yield asked(envelope, event.person_id, [event.person_id])


def _many_erased(envelope: Envelope, event: r.PeopleErased) -> Iterable[Write]:
    yield asked(envelope, event.erasure_id, event.person_ids)


_OWN: dict[str, Handler] = {
    r.GatheringPublished.event_type: _gathering,
    r.GatheringChanged.event_type: _gathering,
    r.GatheringCancelled.event_type: _gathering_cancelled,
    **participants.HANDLERS,
    r.PersonErased.event_type: _erased,
    r.PeopleErased.event_type: _many_erased,
    **respondents.HANDLERS,
    **municipal.HANDLERS,
}

HANDLERS = merge_handlers(_OWN, coordinators.HANDLERS)
