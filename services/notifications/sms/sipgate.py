"""Gateway of sipgate: POST /sessions/sms with a personal access token, accepted with an empty answer. It sends no reports, so texts stay `handed_over`."""

from __future__ import annotations

import base64
from datetime import datetime

from services.notifications.sms.gateway import GatewayName, NotFromGateway, RawReport, Report, TextMessage, Unclear
from services.notifications.sms.gateway_client import HttpGateway

URL = "https://api.sipgate.com/v2/sessions/sms"


class SipgateGateway(HttpGateway):
    """Sends texts through sipgate. `account.user`: the token's id, `key`: the token, `partner`: the extension that texts come from, such as s0."""

    name: GatewayName = "sipgate"

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway, Unclear."""
        credentials = base64.b64encode(f"{self._account.user}:{self._account.key}".encode()).decode()
        body = {"smsId": self._account.partner, "recipient": message.to, "message": message.text}
        headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json"}
        if await self._client.post_json(URL, body, headers) != {}:
            raise Unclear("the answer says something")

    def reports(self, raw: RawReport, now: datetime) -> list[Report]:
        """Raises: NotFromGateway."""
        raise NotFromGateway
