"""What one request to the pages for staff works with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.pages.forms import Form, Forms
from chassis.pages.pages import Pages
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from chassis.text.languages import BERLIN
from programme.frames import of_tenant
from services.selfcheck.http import by
from services.selfcheck.services import Services


class Office:
    """What one request to these pages works with."""

    def __init__(self, request: Request, caller: Caller, brand: Any) -> None:
        state = request.app.state
        self.request = request
        self.caller = caller
        self.brand = brand
        self.parts: Services = state.selfcheck
        self.pages: Pages = state.pages
        self.forms: Forms = state.forms
        self.home = f"/selfcheck/{caller.scope.tenant}/"

    @property
    def now(self) -> Any:
        return self.parts.clock.now()

    @property
    def by(self) -> str:
        return by(self.caller)

    def address(self, id: str) -> str:
        return f"{self.home}assessments/{id}"

    def form(self, purpose: str, initial: dict[str, Any] | None = None) -> Form:
        return self.forms.new(self.request, purpose, initial, holder=self.by)

    async def received(self, purpose: str) -> Form:
        return await self.forms.received(self.request, purpose, holder=self.by, min_age=False)

    def once(self, what: str, form: Form) -> Repeatable:
        """Sending the same form twice has one effect; with other entries it is another one."""
        scope = f"{what} {self.caller.scope.tenant}"
        return Repeatable.of(self.parts.secrets, scope, form.value("form_token"), form.entered)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        return self.pages.render(
            self.request, template, brand=self.brand, status=status, home=self.home, roles=self.caller.roles, **context
        )


async def at_office(request: Request, caller: Caller) -> Office:
    facts = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    if facts is None:
        raise not_found("municipality")
    request.state.brand = of_tenant(caller.scope.tenant, facts).for_staff()
    return Office(request, caller, request.state.brand)


def moment(form: Form, name: str) -> str | None:
    """What a field for date and time holds, as time in Germany; what can't be read is left for the models to refuse."""
    found = form.moment(name)
    return found.isoformat() if found else form.value(name) or None


def local(at: datetime) -> str:
    """A moment as a field for date and time holds it."""
    return at.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")
