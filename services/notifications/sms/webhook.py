"""Gateway that a municipality or operator runs itself: one signed POST for each text.

Body: `{"id", "tenant", "to" (E.164), "language", "text"}`; the same id is the same message, so a gateway that has sent it already
answers 2xx and sends nothing. `X-Kommune-Signature: t=<seconds>,v1=<hex HMAC-SHA-256 of "<seconds>.<body>">`: a gateway checks it
and refuses what is older than five minutes. It may report `{"id", "status": "underway"|"delivered"|"refused"|"unclear"}`, signed alike.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

import orjson

from chassis.settings import Settings
from services.notifications.sms.gateway import (
    Account,
    GatewayAway,
    GatewayName,
    NotFromGateway,
    RawReport,
    Report,
    TextMessage,
    Unclear,
)
from services.notifications.sms.gateway_client import GatewayClient
from services.notifications.sms.reading import json_object, to_reports

HEADER = "x-kommune-signature"
OLDEST = 300
"""Seconds for which a signature is valid."""
_SIGNED = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
STATUSES = {name: name for name in ("underway", "delivered", "refused", "unclear")}


class WebhookGateway:
    """Hands text messages to `account.url`, signed with `account.secret`."""

    name: GatewayName = "webhook"
    repeats = True

    def __init__(self, account: Account, client: GatewayClient) -> None:
        self._url = account.url
        self._secret = account.secret.encode()
        self._client = client

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway."""
        body = orjson.dumps({name: getattr(message, name) for name in ("id", "tenant", "to", "language", "text")})
        headers = {"Content-Type": "application/json", "X-Kommune-Signature": signature(self._secret, body, now)}
        try:
            await self._client.post(self._url, body, headers)
        except Unclear as unclear:
            raise GatewayAway(str(unclear)) from None  # it knows the id, so it is asked again

    def reports(self, raw: RawReport, now: datetime) -> list[Report]:
        """Raises: NotFromGateway, ValueError."""
        header = _SIGNED.fullmatch(raw.headers.get(HEADER, ""))
        if header is None or abs(now.timestamp() - int(header[1])) > OLDEST:
            raise NotFromGateway
        expected = hmac.digest(self._secret, header[1].encode() + b"." + raw.body, hashlib.sha256).hex()
        if not hmac.compare_digest(expected, header[2]):
            raise NotFromGateway
        report = json_object(raw.body)
        return to_reports(report.get("id"), report.get("status"), STATUSES)


def signature(secret: bytes, body: bytes, now: datetime) -> str:
    """The signature header of a body."""
    seconds = str(int(now.timestamp()))
    return f"t={seconds},v1={hmac.digest(secret, seconds.encode() + b'.' + body, hashlib.sha256).hex()}"


def operator_gateway(settings: Settings, client: GatewayClient) -> WebhookGateway | None:
    """The operator's gateway for text messages, if there is one."""
    if not settings.sms_webhook_url or settings.sms_webhook_secret is None:
        return None
    secret = settings.sms_webhook_secret.get_secret_value()
    return WebhookGateway(Account("webhook", url=settings.sms_webhook_url, secret=secret), client)
