"""Two tenants' events that name the same ids: neither's row stands in the way of the other's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chassis.messaging.projection import Handler, Write
from contracts.catalogue import EVENTS
from contracts.envelope import Envelope
from services.notifications.event_handlers import HANDLERS as NOTIFICATIONS
from services.registration.erasures.event_handlers import HANDLERS as ERASURES
from services.registration.tenant_offboarding.event_handlers import HANDLERS as OFFBOARDING
from services.reporting.event_handlers import HANDLERS as REPORTING
from services.selfcheck.event_handlers import HANDLERS as SELFCHECK

SERVICES: dict[str, tuple[Mapping[str, Handler], frozenset[str] | None]] = {
    "registration": ({**ERASURES, **OFFBOARDING}, None),
    # The rows of the others are keyed by ids that services make at random; what a request can name is erasures alone.
    "notifications": (NOTIFICATIONS, frozenset({"erasures"})),
    "reporting": (REPORTING, frozenset({"erasures"})),
    "selfcheck": (SELFCHECK, None),
}
PLAIN: dict[str, Any] = {"string": "x1", "integer": 1, "number": 1.0, "boolean": True, "null": None}
FORMATS = {"date-time": "2026-11-01T12:00:00Z", "date": "2026-11-01"}


def _sample(schema: Any, defs: Any) -> Any:
    """A value that fits a JSON schema."""
    if "$ref" in schema:
        return _sample(defs[schema["$ref"].rpartition("/")[2]], defs)
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return _sample(schema[name][0], defs)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: _sample(fields[name], defs) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [_sample(schema["items"], defs)] if isinstance(schema.get("items"), dict) else []
    return FORMATS.get(schema.get("format", "")) or PLAIN[schema["type"]]


def writes_of(handlers: Mapping[str, Handler], tenant: str = "wilhelmshaven") -> Iterator[tuple[str, Write]]:
    """(event type, write) of all that a tenant's events write."""
    for type, handler in handlers.items():
        if type in EVENTS:
            schema = EVENTS[type].model_json_schema()
            event = EVENTS[type].model_validate(_sample(schema, schema.get("$defs", {})))
            envelope = Envelope(f"event-{tenant}", type, "/x", "2026-11-01T12:00:00.000Z", "x1", tenant, 1, b"{}")
            yield from ((type, write) for write in handler(envelope, event))


def _rows(handlers: Mapping[str, Handler], tenant: str) -> Iterator[tuple[str, str, str]]:
    """(event type, collection, id) of all that a tenant's events write."""
    return ((type, write.collection, write.id) for type, write in writes_of(handlers, tenant))


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_ids_of_two_tenants_make_rows_of_their_own(service: str) -> None:
    handlers, looked_at = SERVICES[service]
    ours = {row for row in _rows(handlers, "wilhelmshaven") if looked_at is None or row[1] in looked_at}
    theirs = {row for row in _rows(handlers, "wolfsburg") if looked_at is None or row[1] in looked_at}
    assert ours
    assert not ours & theirs
