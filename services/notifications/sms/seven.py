"""Gateway of seven.io: POST /api/sms, which answers 200 also where it refuses; reports (`dlr`) are signed with HMAC-SHA-256.

Documented at docs.seven.io: codes of `success`, signing of webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from services.notifications.sms.gateway import (
    GatewayAway,
    GatewayName,
    NotFromGateway,
    NotTaken,
    RawReport,
    Report,
    TextMessage,
    Unclear,
)
from services.notifications.sms.gateway_client import HttpGateway
from services.notifications.sms.reading import json_object, to_reports

URL = "https://gateway.seven.io/api/sms"
TAKEN = "100"
REFUSED = frozenset(("101", "201", "202", "301", "305", "307", "401", "403"))
"""Sender, recipient or text are wrong."""
ACCOUNT = frozenset(("500", "802", "900", "901", "902", "903"))
"""Money, key or rights. All other codes do not say whether the text was taken."""
OLDEST = 30
"""Seconds for which a signature holds."""
STATUSES = {
    "DELIVERED": "delivered",
    "NOTDELIVERED": "refused",
    "EXPIRED": "refused",
    "REJECTED": "refused",
    "FAILED": "refused",
    "BUFFERED": "underway",
    "TRANSMITTED": "underway",
    "ACCEPTED": "underway",
    "UNKNOWN": "unclear",
}


class SevenGateway(HttpGateway):
    """Sends texts through seven.io with `account.key`; reports are signed with `account.secret`."""

    name: GatewayName = "seven"

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway, Unclear."""
        body = {"to": message.to, "text": message.text, "foreign_id": message.id, "performance_tracking": False}
        if self._account.sender:
            body["from"] = self._account.sender
        headers = {"X-Api-Key": self._account.key, "Accept": "application/json"}
        _check(await self._client.post_json(URL, body, headers))

    def reports(self, raw: RawReport, now: datetime) -> list[Report]:
        """Raises: NotFromGateway, ValueError."""
        stamp, nonce = raw.headers.get("x-timestamp", ""), raw.headers.get("x-nonce", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 13) or abs(now.timestamp() - int(stamp)) > OLDEST:
            raise NotFromGateway
        body_hash = hashlib.md5(raw.body, usedforsecurity=False).hexdigest()
        signed = "\n".join((stamp, nonce, raw.method, raw.url, body_hash))
        signature = hmac.digest(self._account.secret.encode(), signed.encode(), hashlib.sha256).hex()
        if not self._account.secret or not hmac.compare_digest(
            signature.encode(), raw.headers.get("x-signature", "").encode()
        ):
            raise NotFromGateway
        report = json_object(raw.body)
        data = report.get("data")
        return to_reports(data.get("foreign_id"), data.get("status"), STATUSES) if isinstance(data, dict) else []


def _check(answer: Any) -> None:
    """Raises where the answer does not say that the message was accepted; an answer without a code leaves that unclear."""
    code = str(answer.get("success", "")) if isinstance(answer, dict) else str(answer)
    if code == TAKEN:
        return
    if code in REFUSED:
        raise NotTaken(f"code {code}")
    if code in ACCOUNT:
        raise GatewayAway(f"code {code}")
    raise Unclear(f"code {code}" if code.isdigit() and len(code) < 8 else "the answer has no code")
