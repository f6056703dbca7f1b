"""The programme as it is handed to the chassis by every service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.programme import Programme
from contracts.envelope import Event
from contracts.topics import TOPICS
from programme.frames import PLATFORM, of_tenant
from programme.navigation import AREAS, SIGN_IN, SIGN_OUT, home_of, local_address
from programme.roles import PLATFORM_ROLES, TENANT_ROLES


def _events() -> Mapping[str, type[Event]]:
    from contracts.catalogue import EVENTS  # the models of all services: an API has no use for them

    return EVENTS


def _asyncapi(service: str) -> dict[str, Any]:
    from contracts.asyncapi import document

    return document(service)


PROGRAMME = Programme(
    services=("registration", "selfcheck", "notifications", "reporting"),
    tenant_roles=TENANT_ROLES,
    platform_roles=PLATFORM_ROLES,
    operator="operator",
    caretaker="coordinator",
    areas=AREAS,
    home_of=home_of,
    local_address=local_address,
    sign_in=SIGN_IN,
    sign_out=SIGN_OUT,
    brand=PLATFORM,
    brand_of=of_tenant,
    events=_events,
    topics=TOPICS,
    asyncapi=_asyncapi,
)
