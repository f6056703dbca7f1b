"""Erasures as every service keeps them: one document per person, which becomes a receipt once the service has forgotten them.

A receipt names kinds and numbers of what was removed and what legally remains, never the person.
"""

from __future__ import annotations

from chassis.aggregates import Aggregates, Change
from chassis.clock import Clock
from chassis.mongo import Document
from chassis.tenancy import of_document
from contracts.envelope import Event


async def receipt(erasures: Aggregates, erasure: Document, event: Event, clock: Clock) -> None:
    """Write the receipt with its event, once, in the name of the tenant that asked."""
    now = clock.now()

    def decide(current: Document) -> Change:
        if current.get("receipted_at"):
            return Change(unset=["due_at"])
        return Change({"receipted_at": now}, ["due_at"], [event])

    await erasures.execute(of_document(erasure), erasure["_id"], decide, now)
