"""Rows as events make them, without the messages that other handlers of the same events enqueue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.messaging.projection import Handler, operations
from chassis.storage.mongo import Database
from contracts.envelope import Envelope, Event
from contracts.registration import MunicipalityAdmitted, StaffGranted
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS
from services.notifications.staff.coordinators_events import HANDLERS as COORDINATOR_HANDLERS


async def project(
    database: Database, handlers: Mapping[str, Handler], events: Iterable[tuple[str, Event]], now: datetime
) -> None:
    """Store what these handlers make of events, each given with its tenant; what they make due is due now."""
    handled = []
    for number, (tenant, event) in enumerate(events):
        data = event.model_dump_json().encode()
        envelope = Envelope(f"e{number}", event.event_type, "tests", rfc3339(now), tenant, tenant, 1, data)
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


def _admitted(slug: str, contact: str, **facts: Any) -> MunicipalityAdmitted:
    usual: dict[str, Any] = {"kind": "city", "state": "Niedersachsen", "inhabitants": 75_000, "languages": ("de",)}
    return MunicipalityAdmitted(slug=slug, contact_id=contact, **{"name": {"de": "Wilhelmshaven"}, **usual, **facts})


def _granted(contact: str, key: str) -> StaffGranted:
    return StaffGranted(email_key=key, roles=("coordinator",), contact_id=contact)
