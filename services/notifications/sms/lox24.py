"""Gateway of LOX24: POST /sms, accepted with 201. Reports (`sms.delivery`) carry no signature: the secret report URL is the proof."""

from __future__ import annotations

from datetime import datetime

from services.notifications.domain.text_messages import parts
from services.notifications.sms.gateway import GatewayName, RawReport, Report, TextMessage
from services.notifications.sms.gateway_client import HttpGateway
from services.notifications.sms.reading import json_object, to_reports

URL = "https://api.lox24.eu/sms"
STATUSES = {1: "delivered", 2: "underway", 4: "underway", 8: "refused", 16: "refused"}
"""`dlr_code`: delivered, queued, acknowledged, expired, rejected; 0 says nothing."""


class Lox24Gateway(HttpGateway):
    """Sends texts through LOX24. `account.key`: client number and API key, with a colon between."""

    name: GatewayName = "lox24"

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway, Unclear."""
        body = {
            "sender_id": self._account.sender,
            "phone": message.to,
            "text": message.text,
            "service_code": "direct",
            "is_unicode": parts(message.text).alphabet == "UCS-2",
            "is_text_deleted": True,
            "callback_data": message.id,
        }
        headers = {"X-LOX24-AUTH-TOKEN": self._account.key, "Accept": "application/json"}
        await self._client.post_json(URL, body, headers, accepted=201)

    def reports(self, raw: RawReport, now: datetime) -> list[Report]:
        """Raises: ValueError."""
        report = json_object(raw.body)
        data = report.get("data")
        if report.get("name") != "sms.delivery" or not isinstance(data, dict):
            return []
        return to_reports(data.get("callback_data"), data.get("dlr_code"), STATUSES)
