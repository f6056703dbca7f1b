"""Rows as events make them, without the messages that other handlers of the same events enqueue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from chassis.clock import rfc3339
from chassis.messaging.projection import Handler, operations
from chassis.storage.mongo import Database, Document
from contracts.contacts import ContactRecorded
from contracts.envelope import Envelope, Event
from contracts.registration import (
    Gathering,
    GatheringChanged,
    GatheringPublished,
    MunicipalityAdmitted,
    MunicipalityChanged,
    StaffGranted,
)
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS
from services.notifications.domain.facts import Fact
from services.notifications.gatherings.event_handlers import HANDLERS as GATHERING_HANDLERS
from services.notifications.messages.repository import Messages
from services.notifications.participants.event_handlers import HANDLERS as PARTICIPANT_HANDLERS
from services.notifications.staff.coordinators_events import HANDLERS as COORDINATOR_HANDLERS

USUAL: dict[str, Any] = {
    "name": {"de": "Wilhelmshaven"},
    "kind": "city",
    "state": "Niedersachsen",
    "inhabitants": 75_000,
    "languages": ("de",),
}
"""What a municipality says of itself unless a test says otherwise."""


async def project(
    database: Database,
    handlers: Mapping[str, Handler],
    events: Iterable[tuple[str, Event]],
    now: datetime,
    sequence: int = 1,
) -> None:
    """Store what these handlers make of events, each given with its tenant; what they make due is due now. `sequence`: of each event in its
    aggregate; a row takes a later one only."""
    handled = []
    for number, (tenant, event) in enumerate(events):
        data = event.model_dump_json().encode()
        envelope = Envelope(f"e{number}", event.event_type, "tests", rfc3339(now), tenant, tenant, sequence, data)
        handled.append((envelope, handlers[event.event_type](envelope, event)))
    batch = operations(handled, now)
    for collection, writes in [*batch.rows.items(), *batch.due.items()]:
        await database[collection].bulk_write(writes)


async def admit(database: Database, slug: str, **facts: Any) -> None:
    """Make a municipality a tenant."""
    await project(database, TENANT_REGISTRY_HANDLERS, [(slug, _admitted(slug, "first", **facts))], datetime.now(UTC))


async def appoint(database: Database, coordinators: Mapping[str, str], key: str | None = None) -> None:
    """Make contacts the coordinators of municipalities: tenants by contact. `key`: of the address that they were invited under; None: they came
    with the admission."""
    events: list[tuple[str, Event]] = [
        (tenant, _admitted(tenant, contact) if key is None else _granted(contact, key))
        for contact, tenant in coordinators.items()
    ]
    await project(database, COORDINATOR_HANDLERS, events, datetime.now(UTC))


async def change_municipality(database: Database, slug: str, **facts: Any) -> None:
    """Change what a municipality shows of itself, once after it was admitted."""
    event = MunicipalityChanged(slug=slug, **{**USUAL, **facts})
    await project(database, TENANT_REGISTRY_HANDLERS, [(slug, event)], datetime.now(UTC), sequence=2)


async def publish_gathering(database: Database, tenant: str, now: datetime, **facts: Any) -> Gathering:
    """Publish the gathering `g`, twenty days from now; its reminders are planned."""
    gathering = Gathering(**{**_usual_gathering(now), **facts})
    await project(database, GATHERING_HANDLERS, [(tenant, GatheringPublished(gathering=gathering))], now)
    return gathering


async def change_gathering(database: Database, tenant: str, now: datetime, gathering: Gathering, **facts: Any) -> None:
    """Change a published gathering, once."""
    event = GatheringChanged(gathering=gathering.model_copy(update=facts), changed=tuple(facts), before=gathering)
    await project(database, GATHERING_HANDLERS, [(tenant, event)], now, sequence=2)


async def record_contacts(database: Database, contacts: Iterable[tuple[str, ContactRecorded]]) -> None:
    """Make contacts known, each given with its tenant."""
    await project(database, PARTICIPANT_HANDLERS, contacts, datetime.now(UTC))


async def store_facts(database: Database, collection: str, *facts: Fact, tenant: str) -> None:
    """Store what the first events told; later ones (`seq` 2 and on) change it."""
    rows = [msgspec.to_builtins(fact, builtin_types=(datetime,)) for fact in facts]
    await database[collection].insert_many([{"tenant": tenant, "seq": 1, **row} for row in rows])


async def enqueue_messages(database: Database, messages: dict[str, Document]) -> None:
    """Enqueue messages by id."""
    await Messages(database, lambda: None).insert_if_absent(messages)


def _usual_gathering(now: datetime) -> dict[str, Any]:
    starts_at = now + timedelta(days=20)
    return {
        "gathering_id": "g",
        "title": {"de": "Dialog"},
        "description": {},
        "kind": "dialogue",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "mode": "onsite",
        "capacity": 20,
        "party_max": 2,
        "allocation": "first_come",
        "offer_hours": 24,
        "confirm_minutes": 60,
    }


def _admitted(slug: str, contact: str, **facts: Any) -> MunicipalityAdmitted:
    return MunicipalityAdmitted(slug=slug, contact_id=contact, **{**USUAL, **facts})


def _granted(contact: str, key: str) -> StaffGranted:
    return StaffGranted(email_key=key, roles=("coordinator",), contact_id=contact)
