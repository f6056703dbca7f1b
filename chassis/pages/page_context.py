"""The context of one request to a page: who asks, in which frame, and the service's use cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Self, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.pages.brand import Brand
from chassis.pages.form_tokens import Forms
from chassis.pages.forms import Form
from chassis.pages.pages import Pages, done, reader_language
from chassis.programme import Programme
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import Language

ServicesT = TypeVar("ServicesT")


@dataclass(frozen=True)
class PageContext(Generic[ServicesT]):
    """One request to a page. A service that gives every template more, or whose facts are typed, makes a class of its own of it.

    What every page does with a form that was sent is `chassis.pages.forms.answer_form`.
    """

    request: Request
    caller: Caller
    services: ServicesT
    brand: Brand
    facts: Mapping[str, Any]
    """Public facts of the tenant in the path; empty where the path names none."""
    home: str
    """Where the service's pages for this tenant begin."""

    @classmethod
    async def of(cls, request: Request, caller: Caller, services: ServicesT, home: str, *, staff: bool) -> Self:
        """In the frame of the tenant in the path, else of the platform; errors from here on are shown inside it.

        Raises:
            Problem: 404 there is no such municipality.
        """
        facts: Mapping[str, Any] = {}
        programme: Programme = request.app.state.programme
        brand = programme.brand
        if (tenant := request.path_params.get("tenant")) is not None:
            facts = await request.app.state.tenant_registry.tenant(tenant)
            if facts is None:
                raise not_found("municipality")
            brand = programme.brand_of(tenant, facts)
        request.state.brand = brand.for_staff() if staff else brand
        return cls(request, caller, services, request.state.brand, facts, home)

    @property
    def scope(self) -> TenantScope:
        return self.caller.scope

    @property
    def actor(self) -> str:
        """Who acts, as it is noted with what they did; also whom a form was given out to."""
        return self.caller.actor

    @property
    def now(self) -> datetime:
        now: datetime = self.request.app.state.context.clock.now()
        return now

    @property
    def language(self) -> str:
        """The code of the language the page is read in."""
        return self.reader_language.code

    @property
    def reader_language(self) -> Language:
        """The language the page is read in; documents and messages are there in `reader_language.supported_code`."""
        return reader_language(self.request, self.brand)

    @property
    def pages(self) -> Pages:
        pages: Pages = self.request.app.state.pages
        return pages

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        return self.pages.answer(self.request, self.html(template, **context), brand=self.brand, status=status)

    def html(self, template: str, **context: Any) -> str:
        """What `render` answers with."""
        return self.pages.html(
            self.request, template, brand=self.brand, home=self.home, roles=self.caller.roles, **context
        )

    def done(self, address: str, sentence: str) -> Response:
        """Look at `address` next, which says the sentence (English, of the catalogues) once; for forms of staff."""
        return done(self.request, address, sentence)

    def form(self, purpose: str, initial: dict[str, Any] | None = None) -> Form:
        """A form to be filled in."""
        return self._forms.new(self.request, purpose, initial, self.actor)

    async def received(self, purpose: str, min_age: bool = False) -> Form:
        """The form as it was sent; staff may press a button at once, strangers may not (`min_age`)."""
        return await self._forms.received(self.request, purpose, self.actor, min_age)

    def idempotency_key(self, action: str, form: Form, *extra: str) -> IdempotencyKey:
        """Sending the same form twice has one effect: its token is the key. `extra`: what was asked for beside the form's entries."""
        tenant = self.request.path_params.get("tenant", "-")
        secrets = self.request.app.state.context.secrets
        return IdempotencyKey.of(secrets, f"page {action} {tenant}", form.value("form_token"), [form.entered, *extra])

    @property
    def _forms(self) -> Forms:
        forms: Forms = self.request.app.state.forms
        return forms
