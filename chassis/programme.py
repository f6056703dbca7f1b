"""Type of what services hand to the chassis about the programme they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.pages.brand import Brand
from contracts.envelope import Event, Topic


@dataclass(frozen=True)
class Area:
    """A part of the staff pages. `path` has `{tenant}` where every tenant has its own; `roles` may open it."""

    label: str
    path: str
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Handed in by each composition root (`ServiceDefinition.programme`)."""

    services: Sequence[str]
    tenant_roles: Mapping[str, str]
    """What staff of a tenant may be, with a label for pages."""
    platform_roles: Mapping[str, str]
    """What somebody may be for all tenants together. Only these count from a token or a session."""
    operator: str
    """The platform-wide role that looks after dead letters."""
    caretaker: str
    """The role that looks after what got stuck of its own tenant."""
    areas: Sequence[Area]
    home_of: Callable[[str, str], str]
    """(tenant or `-`, role) → the page that somebody with this role begins on."""
    local_address: Callable[[str, str], str]
    """(tenant, role) → the e-mail address of who signs in on a laptop, as an issuer would tell it."""
    sign_in: str
    """Path under which the pages for signing in stand."""
    sign_out: str
    brand: Brand
    """The frame of pages that belong to no tenant."""
    brand_of: Callable[[str, Mapping[str, Any]], Brand]
    """(slug, public facts) → the frame of a tenant's pages."""
    events: Callable[[], Mapping[str, type[Event]]]
    """The model of each event, by its type; asked for by who handles events, so that nobody else loads the models of all services."""
    topics: Mapping[str, Topic]
    asyncapi: Callable[[str], dict[str, Any]]
    """The AsyncAPI document of a service."""

    def areas_of(self, tenant: str | None, roles: frozenset[str]) -> list[tuple[str, str]]:
        """(label, address) of each area that one of these roles may open, in a tenant or on the whole platform."""
        open_to = [(area.label, area.path) for area in self.areas if roles & area.roles]
        return [(label, path.format(tenant=tenant)) for label, path in open_to if tenant or "{tenant}" not in path]

    def label(self, role: str) -> str:
        return self.tenant_roles.get(role) or self.platform_roles[role]

    def consumed_by(self, service: str) -> list[Topic]:
        """The topics a service reads."""
        return [topic for topic in self.topics.values() if service in topic.consumers]

    def heartbeat_topics(self, service: str) -> list[Topic]:
        """The compacted topics whose partitions a service keeps moving with heartbeats."""
        return [topic for topic in self.topics.values() if topic.compacted and service in topic.producers]
