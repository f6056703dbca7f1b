"""HTTP client for gateways: one POST, and whether its answer means accepted, refused, away or unclear."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from services.notifications.net.hosts import HostCheck, NotPublic
from services.notifications.net.public_transport import PublicTransport
from services.notifications.sms.gateway import Account, GatewayAway, NotTaken, Unclear

TIMEOUT = 15.0
"""Seconds for each step, from connecting to the next piece of the answer."""
ANSWERED_WITHIN = 30.0
"""Seconds for the whole of it: an answer that trickles must not hold up other messages."""
LONGEST_ANSWER = 64 * 1024
TRY_AGAIN = frozenset((401, 402, 403, 404, 408, 425, 429, 503))
"""Statuses about the account, its credit, limits or load, not about the message: they pass, or people mend them."""


class GatewayClient:
    """POSTs JSON to gateways; connections to the operator's are kept open between messages."""

    def __init__(self, hosts: HostCheck | None = None) -> None:
        """`hosts`: for gateways that municipalities name; the operator's own may stand in a private network."""
        self._client: httpx.AsyncClient | None = None
        self._hosts = hosts

    async def post_json(
        self, url: str, body: Mapping[str, Any], headers: Mapping[str, str], accepted: int | None = None
    ) -> Any:
        """The JSON of an answer that says 2xx, {} where it has none. `accepted`: the one status that says so, where that is documented.

        Raises: NotTaken, GatewayAway, Unclear: an answer did not come, or cannot be read, after the message was handed over.
        """
        return await self.post(url, orjson.dumps(body), {"Content-Type": "application/json", **headers}, accepted)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], accepted: int | None = None) -> Any:
        """As `post_json`, with the body to the byte."""
        if self._client is None:
            transport = PublicTransport(self._hosts) if self._hosts else httpx.AsyncHTTPTransport(trust_env=False)
            self._client = httpx.AsyncClient(transport=transport, timeout=TIMEOUT, follow_redirects=False)
        try:
            async with (
                asyncio.timeout(ANSWERED_WITHIN),
                self._client.stream("POST", url, content=body, headers=dict(headers)) as answer,
            ):
                _check(answer.status_code, accepted)
                return await _read(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise GatewayAway(type(error).__name__) from None
        except NotPublic as error:
            raise GatewayAway(str(error)) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unclear(type(error).__name__) from None


class HttpGateway:
    """Base of gateways that take each text by one POST; the same POST twice sends two texts."""

    repeats = False

    def __init__(self, account: Account, client: GatewayClient) -> None:
        self._account = account
        self._client = client


def _check(status: int, accepted: int | None) -> None:
    if 200 <= status < 300:
        if accepted in (None, status):
            return
        raise Unclear(f"HTTP {status}")
    if status in TRY_AGAIN or status < 400:
        raise GatewayAway(f"HTTP {status}")
    if status >= 500:
        raise Unclear(f"HTTP {status}")  # something behind it may have taken the message before it fell over
    raise NotTaken(f"HTTP {status}")


async def _read(answer: httpx.Response) -> Any:
    content = b""
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > LONGEST_ANSWER:
            raise Unclear("the answer is too long")
    if not content.strip():
        return {}
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Unclear("the answer cannot be read") from None
