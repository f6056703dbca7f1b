"""What the HTTP of all features of reporting shares: files, frames of pages, languages of documents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from chassis.http.permissions import Caller
from chassis.pages.form_tokens import Forms
from chassis.pages.forms import Form
from chassis.pages.pages import Pages, language_of
from chassis.storage.idempotency import IdempotencyKey
from programme.frames import of_tenant
from services.reporting.council.sentences import Language
from services.reporting.figures import share
from services.reporting.services import get_services

Wanted = Annotated[
    Literal["de", "en"] | None, Query(description="Language of the document; else the municipality's own.")
]


def file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, headers=headers, media_type=media_type)


def address_of_files(request: Request, caller: Caller, assessment: str) -> str:
    """Where a self-check's files stand on the platform."""
    public_url = request.app.state.context.settings.public_url
    return f"{public_url}/reporting/v1/{caller.scope.tenant}/assessments/{assessment}"


async def frame(request: Request, caller: Caller) -> None:
    """The page stands in the municipality's own frame."""
    facts = await get_services(request).municipalities.get(caller.scope.tenant)
    request.state.brand = of_tenant(caller.scope.tenant, facts).for_staff()


def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    pages: Pages = request.app.state.pages
    brand = getattr(request.state, "brand", None)
    return pages.render(request, template, status=status, **({"brand": brand} if brand else {}), share=share, **context)


def read_idempotency_key(request: Request, key: str | None, body: Any = None) -> IdempotencyKey:
    """The idempotency key of a call of the API."""
    return IdempotencyKey.of(request.app.state.context.secrets, f"{request.method} {request.url.path}", key, body)


def form_key(request: Request, caller: Caller, purpose: str, form: Form) -> IdempotencyKey:
    """The idempotency key of a form that was sent: the same form sent twice is one request, with other entries it is refused in words."""
    secrets = request.app.state.context.secrets
    return IdempotencyKey.of(secrets, f"{purpose} {caller.scope.tenant}", form.value("form_token"), form.entered)


def new_form(request: Request, caller: Caller, purpose: str, initial: dict[str, Any] | None = None) -> Form:
    """A form to be filled in by staff."""
    return _forms(request).new(request, purpose, initial, holder=caller.actor)


async def received(request: Request, caller: Caller, purpose: str) -> Form:
    """The form as it was sent; staff may press a button at once."""
    return await _forms(request).received(request, purpose, holder=caller.actor, min_age=False)


def _forms(request: Request) -> Forms:
    forms: Forms = request.app.state.forms
    return forms


async def reader_language(request: Request, caller: Caller, asked_language: Language | None) -> Language:
    """The language that was asked for, else the one in which this reader gets the pages of staff, as far as documents have it."""
    if asked_language:
        return asked_language
    facts = await get_services(request).municipalities.get(caller.scope.tenant)
    chosen = language_of(request, of_tenant(caller.scope.tenant, facts).for_staff())
    return "de" if chosen.startswith("de") else "en"
