"""The page of a municipality's webhooks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.http.permissions import Caller
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from chassis.storage.idempotency import IdempotencyKey
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services
from services.notifications.staff_frame import home, new_form, received_form, render
from services.notifications.webhooks.event_handlers import OFFERED
from services.notifications.webhooks.schemas import NewWebhook

router = APIRouter(prefix="/notifications/{tenant}/webhooks", include_in_schema=False)

PURPOSE = "webhooks"
SHOWN = 20


@router.get("")
async def webhooks(request: Request, caller: Coordinator) -> Response:
    """The endpoints, and a form for a new one."""
    return await _page(request, caller, new_form(request, caller, PURPOSE, {"events": ["*"]}))


@router.post("")
async def create(request: Request, caller: Coordinator) -> Response:
    """A new endpoint; the page that follows shows its secret, this once."""
    form, services = await received_form(request, caller, PURPOSE), get_services(request)
    if form.ok:
        with form.refusals():
            body = NewWebhook(url=form.value("url"), events=form.chosen("events"))
            once = IdempotencyKey.of(services.context.secrets, "page webhooks", form.value("form_token"), body)
            made, _ = await services.webhooks.create(caller.scope, body.url, body.events, once)
            return await _page(request, caller, new_form(request, caller, PURPOSE, {"events": ["*"]}), made=made)
    return await _page(request, caller, form, 422)


@router.get("/{id}")
async def deliveries(request: Request, caller: Coordinator, id: str) -> Response:
    """What was delivered to one endpoint."""
    found = await get_services(request).webhooks.deliveries(caller.scope, id, None, SHOWN)
    form = new_form(request, caller, PURPOSE)
    return await render(request, caller, "staff/webhook.html", id=id, deliveries=found, form=form)


@router.post("/{id}")
async def act(request: Request, caller: Coordinator, id: str) -> Response:
    """Remove an endpoint, change its secret, or deliver again: by the button that was pressed."""
    form, services = await received_form(request, caller, PURPOSE), get_services(request)
    if form.ok:
        do, _, delivery = form.value("do").partition(" ")
        if do == "remove":
            await services.webhooks.remove(caller.scope, id)
            return see_other(f"{home(caller)}webhooks")
        if do == "secret":
            made = await services.webhooks.new_secret(caller.scope, id)
            return await _page(request, caller, new_form(request, caller, PURPOSE, {"events": ["*"]}), made=made)
        if do == "retry":
            await services.webhooks.retry(caller.scope, id, delivery)
    return see_other(f"{home(caller)}webhooks/{id}")


async def _page(
    request: Request, caller: Caller, form: Form, status: int = 200, made: dict[str, Any] | None = None
) -> Response:
    listed = await get_services(request).webhooks.endpoints(caller.scope)
    return await render(
        request, caller, "staff/webhooks.html", status, webhooks=listed, form=form, made=made, offered=["*", *OFFERED]
    )
