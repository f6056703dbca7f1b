"""Text messages through the operator's gateway: one signed POST each.

Body: `{"id", "tenant", "to" (E.164), "language", "text"}`; the same id is the same message, so a gateway that has sent it already
answers 2xx and sends nothing. `X-Kommune-Signature: t=<seconds>,v1=<hex HMAC-SHA-256 of "<seconds>.<body>">`: a gateway checks it
and refuses what is older than five minutes.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

import httpx
import orjson

from chassis.settings import Settings
from services.notifications.sms.gateway import GatewayAway, NotTaken, TextMessage

TIMEOUT = 15
TRY_AGAIN = frozenset((408, 425, 429))


class WebhookGateway:
    """Hands text messages to `url`, signed with `secret`."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()
        self._client: httpx.AsyncClient | None = None

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway."""
        body = orjson.dumps({name: getattr(message, name) for name in ("id", "tenant", "to", "language", "text")})
        headers = {"Content-Type": "application/json", "X-Kommune-Signature": signature(self._secret, body, now)}
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        try:
            answer = await self._client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise GatewayAway(type(error).__name__) from None
        if answer.is_success:
            return
        if 400 <= answer.status_code < 500 and answer.status_code not in TRY_AGAIN:
            raise NotTaken(f"HTTP {answer.status_code}")
        raise GatewayAway(f"HTTP {answer.status_code}")


def signature(secret: bytes, body: bytes, now: datetime) -> str:
    seconds = str(int(now.timestamp()))
    return f"t={seconds},v1={hmac.digest(secret, seconds.encode() + b'.' + body, hashlib.sha256).hex()}"


def gateway_of(settings: Settings) -> WebhookGateway | None:
    """The operator's gateway for text messages, if there is one."""
    if not settings.sms_webhook_url or settings.sms_webhook_secret is None:
        return None
    return WebhookGateway(settings.sms_webhook_url, settings.sms_webhook_secret.get_secret_value())
