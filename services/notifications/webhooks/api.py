"""HTTP of webhooks."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, page
from services.notifications.http import idempotency
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services
from services.notifications.webhooks.schemas import (
    DeliveryPage,
    DeliveryRetried,
    FailedRetried,
    NewWebhook,
    WebhookList,
    WebhookWithSecretResponse,
)

router = APIRouter(prefix="/notifications/v1/{tenant}/webhooks", tags=["webhooks"])


@router.get("", response_model=WebhookList, summary="Webhooks")
async def list_webhooks(request: Request, caller: Coordinator) -> dict[str, Any]:
    """List the endpoints that receive the municipality's events."""
    return {"items": await get_services(request).webhooks.list_endpoints(caller.scope), "next": None}


@router.post("", status_code=201, response_model=WebhookWithSecretResponse, summary="New webhook")
async def create_webhook(request: Request, caller: Coordinator, body: NewWebhook, key: Key = None) -> Response:
    """Create an endpoint. Its secret is shown this once; deliveries are signed with it (Standard Webhooks)."""
    idempotency_key = idempotency(request, key, body)
    webhooks = get_services(request).webhooks
    webhook, replayed = await webhooks.create(caller.scope, body.url, body.events, idempotency_key)
    return json_response(webhook, 201, replayed)


@router.post("/{id}/secret", response_model=WebhookWithSecretResponse, summary="New secret")
async def change_webhook_secret(request: Request, caller: Coordinator, id: str) -> dict[str, Any]:
    """Change the secret of an endpoint; for a day deliveries are signed with the former one as well. An endpoint that was disabled begins anew."""
    return await get_services(request).webhooks.new_secret(caller.scope, id)


@router.delete("/{id}", status_code=204, summary="Remove a webhook")
async def delete_webhook(request: Request, caller: Coordinator, id: str) -> Response:
    """Delete an endpoint: nothing is sent there any more."""
    await get_services(request).webhooks.remove(caller.scope, id)
    return Response(status_code=204)


@router.get("/{id}/deliveries", response_model=DeliveryPage, summary="Deliveries")
async def list_webhook_deliveries(
    request: Request, caller: Coordinator, id: str, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """List what was delivered to an endpoint in the last month, the newest first."""
    deliveries = await get_services(request).webhooks.list_deliveries(caller.scope, id, cursor, limit + 1)
    return page(deliveries, limit, "id")


@router.post(
    "/{id}/deliveries/retry", status_code=202, response_model=FailedRetried, summary="Deliver again what failed"
)
async def retry_failed_webhook_deliveries(request: Request, caller: Coordinator, id: str) -> dict[str, int]:
    """Deliver what failed once more, the oldest 100 in the order of their events; an endpoint that has ended is taken up again by that.
    Repeating it sends the next ones."""
    return await get_services(request).webhooks.retry_failed(caller.scope, id)


@router.post(
    "/{id}/deliveries/{delivery}/retry", status_code=202, response_model=DeliveryRetried, summary="Deliver again"
)
async def retry_webhook_delivery(request: Request, caller: Coordinator, id: str, delivery: str) -> dict[str, Any]:
    """Deliver once more, with all attempts anew; an endpoint that has ended is taken up again by that."""
    return await get_services(request).webhooks.retry(caller.scope, id, delivery)
