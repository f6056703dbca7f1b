"""A gateway of text messages that keeps what it is sent, and what municipalities and their people have to do with one."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest

from services.notifications.sms import gateway_client, link_mobility, lox24, seven, sipgate
from tests.service.notifications.towns import TENANT, Town

SETTINGS = f"/notifications/v1/{TENANT}/settings"
MOBILE = {"email": None, "phone": "0151 23456789", "phone_e164": "+4915123456789", "post": "Weg 1\n26382 Wilhelmshaven"}
SEVEN = {"gateway": "seven", "sender": "Stadt", "key": "k3y", "secret": "signing", "price_cents": 7.5}


@dataclass
class Recorder:
    """A gateway that answers with the next of `answers`; None: takes it and says nothing."""

    answers: list[tuple[int, Any] | None] = field(default_factory=list)
    taken: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    address: str = ""
    before_answering: Callable[[Any], Awaitable[None]] | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest if ": " in line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.taken.append((first.split(" ")[1], headers, orjson.loads(body)))
        if self.before_answering is not None:
            await self.before_answering(orjson.loads(body))
        answer = self.answers.pop(0) if self.answers else (200, {})
        if answer is not None:
            content = b"" if answer[0] == 204 else orjson.dumps(answer[1])
            writer.write(
                f"HTTP/1.1 {answer[0]} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(content)
            await writer.drain()
        writer.close()


@pytest.fixture
async def gateway(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Recorder]:
    found = Recorder()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for module, path in ((seven, "/api/sms"), (sipgate, "/v2/sessions/sms"), (lox24, "/sms"), (link_mobility, "")):
        monkeypatch.setattr(module, "URL", found.address + path)
    monkeypatch.setattr(gateway_client, "TIMEOUT", 2.0)
    yield found
    server.close()


async def configure_sms(town: Town, **sms: Any) -> Any:
    answer = await town.coordinator.put(SETTINGS, json={"sms": sms})
    assert answer.status_code == 200, answer.text
    return answer.json()["sms"]


async def send_text_message(town: Town, id: str = "a", **contact: Any) -> dict[str, Any]:
    await town.add_person(id, status="offered", **{**MOBILE, **contact})
    await town.enqueue_message(id, "offered")
    await town.run()
    return await town.get_message(f"m-{id}")


async def post_report(town: Town, shown: Any, body: Any, headers: Any = None, path: str = "") -> httpx.Response:
    url = path or httpx.URL(shown["report_url"]).path
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return await town.coordinator.post(
        url, content=content, headers={"Content-Type": "application/json", **(headers or {})}
    )


def signed_by_seven(town: Town, shown: Any, body: bytes, age: int = 0, secret: bytes = b"signing") -> dict[str, str]:
    stamp, nonce = str(int(town.clock.time.timestamp()) - age), "n" * 32
    text = "\n".join((stamp, nonce, "POST", shown["report_url"], hashlib.md5(body).hexdigest()))
    mac = hmac.digest(secret, text.encode(), hashlib.sha256).hex()
    return {"X-Timestamp": stamp, "X-Nonce": nonce, "X-Signature": mac}


def delivery_report(id: str, status: str) -> bytes:
    return orjson.dumps({"webhook_event": "dlr", "data": {"msg_id": "77", "foreign_id": id, "status": status}})
