"""Erasures as every service keeps them: one document per person, or per batch of people whose time was up, which becomes a
receipt once the service has forgotten them.

A receipt names kinds and numbers of what was removed and what legally remains, never the person. An hour later the erasure is
carried out once more: a process that hung may have written or sent in between what it had read before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from chassis.clock import Clock
from chassis.messaging.projection import InsertIfAbsent, Write
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from contracts.envelope import Envelope, Event

REPEAT_AFTER = timedelta(hours=1)


def request_erasure(envelope: Envelope, id: str, people: Iterable[str]) -> Write:
    """Store a request to erase these people (contact ids); `id` is what the receipt will name.

    The tenant leads the key: a request of one tenant must not stand in the way of another's that names the same person.
    """
    return InsertIfAbsent(
        "erasures", f"{envelope.tenant}:{id}", {"version": 1, "receipt_for": id, "people": list(people)}
    )


def receipt_for(erasure: Document) -> str:
    """The id that the receipt names: the person's or, for many people, the erasure's as registration knows it."""
    id: str = erasure.get("receipt_for") or erasure["_id"]  # stored before keys were led by the tenant
    return id


def people_of(erasure: Document) -> list[str]:
    """The contact ids an erasure is about."""
    people: list[str] = erasure.get("people") or [erasure["_id"]]
    return people


def is_repeat(erasure: Document) -> bool:
    """Whether the receipt is written already and this is the repeat an hour later."""
    return erasure.get("receipted_at") is not None


async def write_receipt(erasures: Aggregates, erasure: Document, event: Event, clock: Clock) -> None:
    """Write the receipt with its event, once, for the tenant that asked, and schedule the repeat an hour later."""
    now, scope = clock.now(), of_document(erasure)
    repeat = is_repeat(erasure)

    def decide(current: Document) -> Change | None:
        if repeat:
            return Change(unset=["due_at"])
        if current.get("receipted_at"):
            return None
        return Change({"receipted_at": now, "due_at": now + REPEAT_AFTER}, events=[event])

    await erasures.execute(scope, erasure["_id"], decide, now)
