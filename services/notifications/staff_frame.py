"""The frame that all staff pages of notifications share."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.pages.brand import of_tenant
from chassis.pages.forms import Form
from chassis.text.languages import LANGUAGES
from services.notifications.services import get_services


async def render(request: Request, caller: Caller, template: str, status: int = 200, **context: Any) -> Response:
    """A page in the municipality's frame."""
    tenant, services = caller.scope.tenant, get_services(request)
    facts = await request.app.state.tenant_registry.tenant(tenant)
    if facts is None:
        raise not_found("municipality")
    brand = request.state.brand = of_tenant(tenant, facts).for_staff()
    return services.pages.render(
        request,
        template,
        status=status,
        brand=brand,
        home=home(caller),
        desk=f"/registration/{tenant}/desk/",
        api=f"/notifications/v1/{tenant}/",
        coordinates="coordinator" in caller.roles,
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
        directions={code: language.direction for code, language in LANGUAGES.items()},
        **context,
    )


def home(caller: Caller) -> str:
    """Where the service's pages for a municipality's staff begin."""
    return f"/notifications/{caller.scope.tenant}/"


def new_form(request: Request, caller: Caller, purpose: str, initial: dict[str, Any] | None = None) -> Form:
    """A form for the one who is signed in."""
    return get_services(request).forms.new(request, purpose, initial, holder=holder(caller))


async def received_form(request: Request, caller: Caller, purpose: str) -> Form:
    """The form as it was sent; staff may press a button at once."""
    return await get_services(request).forms.received(request, purpose, holder(caller), min_age=False)


def holder(caller: Caller) -> str:
    """To whom a form was given out."""
    return caller.identity.subject if caller.identity else ""
