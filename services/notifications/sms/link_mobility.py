"""Gateway of LINK Mobility: POST /sms/send, accepted with `resultCode` 1005. LINK sets up its reports for our report URL."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from services.notifications.domain.text_messages import parts
from services.notifications.sms.gateway import (
    GatewayAway,
    GatewayName,
    NotTaken,
    RawReport,
    Report,
    TextMessage,
    Unclear,
)
from services.notifications.sms.gateway_client import HttpGateway
from services.notifications.sms.reading import json_object, to_reports

URL = "https://wsx.sp247.net"
PLATFORM = "COMMON_API"
TAKEN = 1005
AWAY = frozenset((106000, 106100, 106101))
"""Faults of theirs, and an account that is not ready."""
STATUSES = {
    1001: "delivered",
    1000: "underway",
    1005: "underway",
    1002: "refused",
    1003: "refused",
    1004: "refused",
    1006: "refused",
    1007: "delivered",
    0: "unclear",
}


class LinkMobilityGateway(HttpGateway):
    """Sends texts through LINK Mobility. `account.user` and `key`: credentials, `partner`: the platformPartnerId, `url`: the customer's server where it is not the usual."""

    name: GatewayName = "link_mobility"

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway, Unclear."""
        credentials = base64.b64encode(f"{self._account.user}:{self._account.key}".encode()).decode()
        body = {
            "source": self._account.sender,
            "sourceTON": "MSISDN" if self._account.sender.startswith("+") else "ALPHANUMERIC",
            "destination": message.to,
            "userData": message.text,
            "dcs": "UNICODE" if parts(message.text).alphabet == "UCS-2" else "TEXT",
            "platformId": PLATFORM,
            "platformPartnerId": self._account.partner,
            "useDeliveryReport": True,
            "refId": message.id,
        }
        url = f"{(self._account.url or URL).rstrip('/')}/sms/send"
        _check(await self._client.post_json(url, body, {"Authorization": f"Basic {credentials}"}))

    def reports(self, raw: RawReport, now: datetime) -> list[Report]:
        """Raises: ValueError."""
        report = json_object(raw.body)
        return to_reports(report.get("refId"), _number(report.get("resultCode")), STATUSES)


def _check(answer: Any) -> None:
    code = _number(answer.get("resultCode")) if isinstance(answer, dict) else None
    if code == TAKEN:
        return
    if code is None:
        raise Unclear("the answer has no code")
    raise GatewayAway(f"code {code}") if code in AWAY else NotTaken(f"code {code}")


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) else None
