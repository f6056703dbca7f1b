"""The page of a municipality's webhooks."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.text.translations import mark
from services.notifications.permissions import Coordinator
from services.notifications.staff_page import StaffPage, staff_page
from services.notifications.webhooks.event_handlers import OFFERED
from services.notifications.webhooks.manage_staff import MOST_RETRIED
from services.notifications.webhooks.schemas import NewWebhook

router = APIRouter(prefix="/notifications/{tenant}/webhooks", include_in_schema=False)

PURPOSE = "webhooks"
REMOVED = mark("The endpoint is removed. Nothing is delivered to it any more.")
AGAIN = mark("It is delivered again.")
ALL_AGAIN = mark("What failed is delivered again, one after the other.")
RESUMED = mark("The endpoint is active again. It gets what happens from now on.")
SHOWN = 20


@router.get("")
async def show_webhooks(request: Request, caller: Coordinator) -> Response:
    """Show the endpoints, and a form for a new one."""
    return await _render_webhooks(await staff_page(request, caller))


@router.post("")
async def create_webhook(request: Request, caller: Coordinator) -> Response:
    """Create an endpoint; the page that follows shows its secret, this once."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> Response:
        body = NewWebhook(url=form.value("url"), events=form.chosen("events"))
        idempotency_key = page.idempotency_key("webhooks", form)
        webhook, _ = await page.services.webhooks.create(page.scope, body.url, body.events, idempotency_key)
        return await _render_webhooks(page, with_secret=webhook)

    return await answer_form(form, act, partial(_render_webhooks, page))


@router.get("/{id}")
async def show_deliveries(request: Request, caller: Coordinator, id: str) -> Response:
    """Show what was delivered to one endpoint."""
    page = await staff_page(request, caller)
    return await _render_webhook(page, id, page.form(PURPOSE))


@router.post("/{id}")
async def remove_renew_or_retry(request: Request, caller: Coordinator, id: str) -> Response:
    """Remove an endpoint, take it up again, change its secret, or deliver again: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> Response:
        do, _, delivery = form.value("do").partition(" ")
        if do == "remove":
            await page.services.webhooks.remove(page.scope, id)
            return page.done(f"{page.home}webhooks", REMOVED)
        if do == "resume":
            await page.services.webhooks.resume(page.scope, id)
            return page.done(f"{page.home}webhooks", RESUMED)
        if do == "secret":
            return await _render_webhooks(page, with_secret=await page.services.webhooks.new_secret(page.scope, id))
        if do == "retry-failed":
            await page.services.webhooks.retry_failed(page.scope, id)
            return page.done(f"{page.home}webhooks/{id}", ALL_AGAIN)
        await page.services.webhooks.retry(page.scope, id, delivery)
        return page.done(f"{page.home}webhooks/{id}", AGAIN)

    return await answer_form(form, act, partial(_render_webhook, page, id))


async def _render_webhooks(
    page: StaffPage, form: Form | None = None, status: int = 200, with_secret: dict[str, Any] | None = None
) -> Response:
    return page.render(
        "staff/webhooks.html",
        status,
        webhooks=await page.services.webhooks.list_endpoints(page.scope),
        form=form or page.form(PURPOSE, {"events": ["*"]}),
        with_secret=with_secret,
        offered=["*", *OFFERED],
    )


async def _render_webhook(page: StaffPage, id: str, form: Form, status: int = 200) -> Response:
    deliveries = await page.services.webhooks.list_deliveries(page.scope, id, None, SHOWN)
    for attempt in (attempt for delivery in deliveries for attempt in delivery["attempts"]):
        attempt["at"] = datetime.fromisoformat(attempt["at"])
    failed = await page.services.webhooks.count_failed(page.scope, id)
    return page.render(
        "staff/webhook.html", status, id=id, deliveries=deliveries, form=form, failed=failed, most=MOST_RETRIED
    )
