"""Delivers events to endpoints: retried for three days, ended by 410, never to hosts inside our own network."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import msgspec

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.mongo import Document
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages
from services.notifications.net.hosts import HostCheck, NotPublic
from services.notifications.net.public_transport import PublicTransport
from services.notifications.staff.fan_out import CoordinatorFanOut
from services.notifications.webhooks.documents import DeliveryAttempt, Webhook, WebhookDelivery
from services.notifications.webhooks.repository import WebhookDeliveries, WebhookEvents, Webhooks
from services.notifications.webhooks.signing import signed_headers

TIMEOUT = 15.0
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""Pauses between attempts; the first attempt is made at once: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h."""
GONE = 410
THROTTLES = (429, 502, 503, 504)
LONGEST_WISH = timedelta(hours=24)
"""The longest pause that an endpoint may ask for."""
MOST_ATTEMPTS_SHOWN = 30


class DeliverWebhooks:
    """Fans events out to endpoints, and delivers them."""

    def __init__(
        self,
        events: WebhookEvents,
        webhooks: Webhooks,
        deliveries: WebhookDeliveries,
        messages: Messages,
        coordinators: CoordinatorFanOut,
        hosts: HostCheck,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._events = events
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._messages = messages
        self._coordinators = coordinators
        self._hosts = hosts
        self._secrets = secrets
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def fan_out(self, event: Document) -> None:
        """Add a delivery for each endpoint that wants the event; repeating it adds none."""
        scope, now = of_document(event), self._clock.now()
        deliveries = [
            WebhookDelivery(
                id=f"{event['_id']}:{webhook.id}",
                tenant=scope.tenant,
                webhook=webhook.id,
                event_type=event["event_type"],
                at=event["at"],
                payload=event["payload"],
            )
            for webhook in await self._webhooks.list_all(scope)
            if webhook.subscribes_to(event["event_type"])
        ]
        await self._deliveries.insert_if_absent(deliveries, now)
        await self._events.delete(scope, event["_id"])

    async def carry_out(self, document: Document) -> None:
        """Make one attempt at a delivery."""
        scope, delivery = of_document(document), self._deliveries.read(document)
        webhook = await self._webhooks.get(scope, delivery.webhook)
        if webhook is None or webhook.disabled is not None:
            return await self._record(scope, delivery, "the endpoint is gone", "failed", None)
        outcome, status, requested_pause = await self._attempt(webhook, delivery)
        if status is not None and 200 <= status < 300:
            return await self._record(scope, delivery, outcome, "delivered", None)
        pause = PAUSES[delivery.tries] if delivery.tries < len(PAUSES) else None
        if status == GONE or pause is None:
            await self._record(scope, delivery, outcome, "failed", None)
            return await self._disable(scope, webhook, "gone" if status == GONE else "failing")
        await self._record(scope, delivery, outcome, "pending", max(pause, requested_pause))

    async def _attempt(self, webhook: Webhook, delivery: WebhookDelivery) -> tuple[str, int | None, timedelta]:
        """POST once; returns (outcome, HTTP status if there was an answer, the pause that the endpoint asks for)."""
        now = self._clock.now()
        try:
            if self._client is None:
                transport = PublicTransport(self._hosts)
                self._client = httpx.AsyncClient(transport=transport, timeout=TIMEOUT, follow_redirects=False)
            headers = signed_headers(self._secrets, webhook, delivery.id, delivery.payload, now)
            async with self._client.stream("POST", webhook.url, content=delivery.payload, headers=headers) as answer:
                status = answer.status_code
                pause = _retry_after(answer.headers.get("retry-after")) if status in THROTTLES else timedelta()
                return str(status), status, pause
        except NotPublic as error:
            return str(error), None, timedelta()
        except httpx.HTTPError as error:
            return type(error).__name__, None, timedelta()

    async def _record(
        self, scope: TenantScope, delivery: WebhookDelivery, outcome: str, status: str, pause: timedelta | None
    ) -> None:
        now = self._clock.now()

        def decide(current: WebhookDelivery) -> Decision[WebhookDelivery]:
            attempts = (*current.attempts, DeliveryAttempt(at=now, outcome=outcome))[-MOST_ATTEMPTS_SHOWN:]
            due_at = now + pause if pause is not None else None
            return Decision(
                msgspec.structs.replace(
                    current, attempts=attempts, tries=current.tries + 1, status=status, due_at=due_at
                )
            )

        await self._deliveries.change(scope, delivery.id, decide, now)

    async def _disable(self, scope: TenantScope, webhook: Webhook, reason: str) -> None:
        """Disable an endpoint, and tell the coordinators."""
        now = self._clock.now()
        await self._webhooks.change(
            scope, webhook.id, lambda current: Decision(msgspec.structs.replace(current, disabled=reason)), now
        )
        fields = {"tenant": scope.tenant, "due_at": now, "told": {"address": urlsplit(webhook.url).hostname or ""}}
        await self._messages.insert_if_absent(
            {
                f"m-{webhook.id}-{webhook.generation}-{webhook.resumed}-{contact}": new_message(
                    "webhook-disabled", contact, now, **fields
                )
                for contact in await self._coordinators.list_coordinators(scope)
            }
        )


def _retry_after(value: str | None) -> timedelta:
    """The pause in a Retry-After header. Only seconds are understood; a date would depend on the other side's clock."""
    seconds = int(value) if value and value.isascii() and value.isdigit() and len(value) < 8 else 0
    return min(timedelta(seconds=seconds), LONGEST_WISH)
