"""What the chassis is handed by every service."""

from __future__ import annotations

from chassis.programme import Programme
from contracts.asyncapi import document
from contracts.catalogue import EVENTS
from contracts.topics import TOPICS
from programme.frames import PLATFORM, of_tenant
from programme.navigation import AREAS, SIGN_IN, SIGN_OUT, home_of
from programme.roles import PLATFORM_ROLES, TENANT_ROLES

PROGRAMME = Programme(
    services=("registration", "selfcheck", "notifications", "reporting"),
    tenant_roles=TENANT_ROLES,
    platform_roles=PLATFORM_ROLES,
    operator="operator",
    caretaker="coordinator",
    areas=AREAS,
    home_of=home_of,
    sign_in=SIGN_IN,
    sign_out=SIGN_OUT,
    brand=PLATFORM,
    brand_of=of_tenant,
    events=EVENTS,
    topics=TOPICS,
    asyncapi=document,
)
