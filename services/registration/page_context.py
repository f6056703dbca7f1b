"""What every page of registration works with: the service, the frame of the municipality, and forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.pages.brand import Brand
from chassis.pages.forms import Form, Forms
from chassis.pages.pages import Pages, language_of
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import direction, pick
from programme.frames import of_tenant
from services.registration.legal_texts.legal_texts import STANDARD as CONSENT_VERSION
from services.registration.services import Services


@dataclass(frozen=True)
class PageContext:
    """One request to a page of a municipality."""

    request: Request
    caller: Caller
    brand: Brand
    services: Services
    pages: Pages
    forms: Forms
    facts: dict[str, Any]
    """Of the municipality, see `domain.profile.public_facts`."""

    @property
    def languages(self) -> list[str]:
        """All of the municipality, its default first; pages for staff are written in fewer (`brand.languages`)."""
        found: list[str] = self.facts["languages"]
        return found

    @property
    def scope(self) -> TenantScope:
        return self.caller.scope

    @property
    def home(self) -> str:
        return f"/registration/{self.scope.tenant}/"

    @property
    def now(self) -> datetime:
        return self.services.clock.now()

    @property
    def language(self) -> str:
        return language_of(self.request, self.brand)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        return self.pages.answer(self.request, self.html(template, **context), brand=self.brand, status=status)

    def html(self, template: str, **context: Any) -> str:
        """What `render` answers with."""
        return self.pages.html(
            self.request, template, brand=self.brand, home=self.home, roles=self.caller.roles, **context
        )

    def form(self, purpose: str, initial: dict[str, Any] | None = None) -> Form:
        return self.forms.new(self.request, purpose, initial, self._holder)

    async def received(self, purpose: str, min_age: bool = False) -> Form:
        return await self.forms.received(self.request, purpose, self._holder, min_age)

    def once(self, what: str, form: Form) -> Repeatable:
        """Sending the same form twice has one effect: its token is the key."""
        return Repeatable.of(
            self.services.secrets, f"page {what} {self.scope.tenant}", form.value("form_token"), form.entered
        )

    @property
    def consent_version(self) -> str:
        """Of the text that people agree to when they sign up."""
        version: str = self.facts["texts"].get("consent", CONSENT_VERSION)
        return version

    @property
    def _holder(self) -> str:
        return self.caller.identity.subject if self.caller.identity else ""


async def page_context(request: Request, caller: Caller, staff: bool = False) -> PageContext:
    """The frame of the municipality in the path; errors from here on are shown inside it."""
    state = request.app.state
    facts = await state.registration.tenant_registry.tenant(caller.scope.tenant)
    if facts is None:
        raise not_found("municipality")
    brand = of_tenant(caller.scope.tenant, facts)
    request.state.brand = brand.for_staff() if staff else brand
    return PageContext(request, caller, request.state.brand, state.registration, state.pages, state.forms, facts)


def to_read(text: dict[str, str] | None, language: str) -> dict[str, Any] | None:
    """A long text as a page shows it: its paragraphs (between empty lines) in the language there is, with its direction."""
    if not text:
        return None
    words, found = pick(text, language)
    parts = (part.strip() for part in words.replace("\r\n", "\n").split("\n\n"))
    return {"paragraphs": [part for part in parts if part], "language": found, "direction": direction(found)}


def moments(gathering: dict[str, Any]) -> dict[str, Any]:
    """A gathering with times as times, for templates."""
    times = ("starts_at", "ends_at", "opens_at", "closes_at")
    return {**gathering, **{name: datetime.fromisoformat(gathering[name]) for name in times if gathering.get(name)}}


def offered(gathering: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The same with each kind of support as residents see it: `ask_until`, `closed` (too late), `full`."""
    offers = []
    for offer in gathering["support"]:
        until = datetime.fromisoformat(offer["request_until"]) if offer["request_until"] else None
        full = offer["capacity"] is not None and offer["booked"] >= offer["capacity"]
        offers.append({**offer, "ask_until": until, "closed": until is not None and until <= now, "full": full})
    return {**gathering, "support": offers}
