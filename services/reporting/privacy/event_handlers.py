"""Erases people when registration's events ask for it."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, Write
from chassis.storage.erasure_receipts import request_erasure
from contracts import registration as r
from contracts.envelope import Envelope


def _erase_one(envelope: Envelope, event: r.PersonErased) -> Iterable[Write]:
    yield request_erasure(envelope, event.person_id, [event.person_id])


def _erase_many(envelope: Envelope, event: r.PeopleErased) -> Iterable[Write]:
    yield request_erasure(envelope, event.erasure_id, event.person_ids)


HANDLERS: dict[str, Handler] = {r.PersonErased.event_type: _erase_one, r.PeopleErased.event_type: _erase_many}
