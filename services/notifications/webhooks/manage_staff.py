"""Use cases of webhook endpoints: create, change the secret, remove, list and retry deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from chassis.text.plain_text import is_web_address
from chassis.text.translations import mark
from services.notifications.net.hosts import HostCheck, NotPublic
from services.notifications.net.problems_staff import PRIVATE_HOST
from services.notifications.webhooks.documents import EVERYTHING, Webhook, WebhookDelivery
from services.notifications.webhooks.event_handlers import OFFERED
from services.notifications.webhooks.refusals_staff import WRONG_URL
from services.notifications.webhooks.repository import WebhookDeliveries, Webhooks
from services.notifications.webhooks.signing import oldest_signing, shown_secret

MOST = 10
MOST_RETRIED = 100
"""Failed deliveries that one call sends again, so that an endpoint that was away is not flooded."""
BETWEEN = timedelta(milliseconds=1)
"""Between the due times of deliveries that are sent again together, so that they go out in the order of their events."""
UNKNOWN_EVENT = mark("There is no such event: %(unknown)s.")
TOO_MANY = mark("A municipality has at most ten endpoints.")


class ManageWebhooks:
    """Use cases of webhooks, for coordinators."""

    def __init__(
        self,
        webhooks: Webhooks,
        deliveries: WebhookDeliveries,
        hosts: HostCheck,
        secrets: Secrets,
        clock: Clock,
        environment: str,
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._hosts = hosts
        self._secrets = secrets
        self._clock = clock
        self._local = environment == "local"

    async def list_endpoints(self, scope: TenantScope) -> list[dict[str, Any]]:
        return [_as_json(webhook) for webhook in await self._webhooks.list_all(scope)]

    async def create(
        self, scope: TenantScope, url: str, events: list[str], key: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Create an endpoint; (endpoint with its secret, which is shown only this once, replayed).

        Raises: Problem 422 the address or an event is none that may be used, 409 there are ten.
        """
        await self._check(url, events)
        now = self._clock.now()
        webhook = Webhook(id=key.new_document_id(), tenant=scope.tenant, url=url, events=tuple(events), created_at=now)
        existing = await self._webhooks.list_all(scope)
        if len(existing) >= MOST and all(other.id != webhook.id for other in existing):
            raise conflict("too-many-webhooks", TOO_MANY)
        _, replayed = await self._webhooks.add_once(scope, webhook, (), {}, key, now)
        if replayed:
            webhook = await self._get(scope, webhook.id)
        await self._webhooks.refresh_tenants()
        return {**_as_json(webhook), "secret": shown_secret(self._secrets, webhook)}, replayed

    async def new_secret(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Change the secret; for a day deliveries are signed with the former one as well. An endpoint that was disabled begins anew.

        Raises: Problem 404.
        """
        now = self._clock.now()

        def decide(current: Webhook) -> Decision[Webhook]:
            changed = msgspec.structs.replace(
                current,
                generation=current.generation + 1,
                changed_at=now,
                former=oldest_signing(current, now),
                disabled=None,
            )
            return Decision(changed)

        if await self._webhooks.change(scope, id, decide, now) is None:
            raise not_found("webhook")
        changed = await self._get(scope, id)
        return {**_as_json(changed), "secret": shown_secret(self._secrets, changed)}

    async def resume(self, scope: TenantScope, id: str) -> None:
        """Take up an endpoint that has ended: it gets what happens from now on. One that is active stays as it is.

        Raises: Problem 404.
        """

        def decide(current: Webhook) -> Decision[Webhook] | None:
            if current.disabled is None:
                return None
            return Decision(msgspec.structs.replace(current, disabled=None, resumed=current.resumed + 1))

        await self._get(scope, id)
        await self._webhooks.change(scope, id, decide, self._clock.now())

    async def remove(self, scope: TenantScope, id: str) -> None:
        """Remove an endpoint.

        Raises: Problem 404.
        """
        if not await self._webhooks.remove(scope, id):
            raise not_found("webhook")
        await self._webhooks.refresh_tenants()

    async def list_deliveries(
        self, scope: TenantScope, id: str, cursor: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Deliveries to an endpoint, the newest first.

        Raises: Problem 404.
        """
        await self._get(scope, id)
        return [
            _delivery_as_json(delivery) for delivery in await self._deliveries.list_newest(scope, id, cursor, limit)
        ]

    async def retry(self, scope: TenantScope, id: str, delivery: str) -> dict[str, Any]:
        """Deliver once more, with all attempts anew; to an endpoint that has ended as well, which is taken up again by that.

        Raises: Problem 404.
        """
        now = self._clock.now()
        stored = await self._deliveries.get(scope, delivery)
        if stored is None or stored.webhook != id:
            raise not_found("delivery")

        await self.resume(scope, id)
        await self._deliveries.change(scope, delivery, lambda current: Decision(_anew(current, now)), now)
        return {"id": delivery, "status": "pending"}

    async def count_failed(self, scope: TenantScope, id: str) -> int:
        """How many deliveries to an endpoint failed."""
        return await self._deliveries.count_failed(scope, id)

    async def retry_failed(self, scope: TenantScope, id: str) -> dict[str, int]:
        """Deliver what failed once more, the oldest `MOST_RETRIED` in the order of their events; an endpoint that has ended is taken up
        again by that. `remaining`: what still is failed then.

        Raises: Problem 404.
        """
        now = self._clock.now()
        await self.resume(scope, id)
        failed = await self._deliveries.list_failed(scope, id, MOST_RETRIED)
        for place, delivery in enumerate(failed):
            await self._deliveries.change(scope, delivery.id, partial(_if_failed, due_at=now + place * BETWEEN), now)
        return {"retried": len(failed), "remaining": await self._deliveries.count_failed(scope, id)}

    async def _get(self, scope: TenantScope, id: str) -> Webhook:
        webhook = await self._webhooks.get(scope, id)
        if webhook is None:
            raise not_found("webhook")
        return webhook

    async def _check(self, url: str, events: list[str]) -> None:
        schemes = ("https", "http") if self._local else ("https",)
        if not is_web_address(url, schemes) or (parsed := urlsplit(url)).username or parsed.password:
            raise invalid(FieldError("/url", WRONG_URL))
        for number, name in enumerate(events):
            if name != EVERYTHING and name not in OFFERED:
                raise invalid(FieldError(f"/events/{number}", UNKNOWN_EVENT, {"unknown": name}))
        try:
            await self._hosts.addresses(parsed.hostname or "")
        except NotPublic:
            raise invalid(FieldError("/url", PRIVATE_HOST)) from None


def _anew(delivery: WebhookDelivery, due_at: datetime) -> WebhookDelivery:
    """With all attempts anew."""
    return msgspec.structs.replace(delivery, status="pending", tries=0, due_at=due_at)


def _if_failed(delivery: WebhookDelivery, due_at: datetime) -> Decision[WebhookDelivery] | None:
    """Somebody else may have sent it again meanwhile."""
    return Decision(_anew(delivery, due_at)) if delivery.status == "failed" else None


def _as_json(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "created_at": rfc3339(webhook.created_at),
        "disabled": webhook.disabled,
    }


def _delivery_as_json(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event": delivery.event_type,
        "at": rfc3339(delivery.at),
        "status": delivery.status,
        "attempts": [{"at": rfc3339(attempt.at), "outcome": attempt.outcome} for attempt in delivery.attempts],
        "next_attempt_at": rfc3339(delivery.due_at) if delivery.due_at else None,
    }
