"""Text messages to a gateway, letters, calls: which channels are tried, in which order, and the outcome."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from chassis.identity.tokens import LocalIssuer
from chassis.service import Service
from chassis.settings import Settings
from services.notifications.domain.facts import Contact, Gathering, Group
from services.notifications.messages.enqueue import new_message
from services.notifications.service import compose
from tests.service.notifications.projected import admit, enqueue_messages, store_facts
from tests.service.notifications.towns import TENANT
from tests.support.waiting import patience

MOBILE = {"phone": "0151 23456789", "phone_e164": "+4915123456789"}


@dataclass
class Gateway:
    """Takes texts, or refuses them with the next status."""

    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        headers = {name.lower(): value for name, value in headers.items()}
        self.taken.append((headers, await reader.readexactly(int(headers["content-length"]))))
        status = self.statuses.pop(0) if self.statuses else 200
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@dataclass
class Town:
    service: Service
    gateway: Gateway
    intake: httpx.AsyncClient

    async def owes(self, id: str, kind: str = "offered", **contact: Any) -> None:
        now, database = datetime.now(UTC), self.service.context.database
        fields = {"name": "Olena", "language": "uk", "codes": {"manage": "c0de"}, **contact}
        status = "offered" if kind == "offered" else "confirmed"
        await store_facts(database, "contacts", Contact(id=id, **fields), tenant=TENANT)
        await store_facts(database, "participants", Group(id=id, gathering="g", status=status), tenant=TENANT)
        message = new_message(kind, id, now, tenant=TENANT, gathering="g", due_at=now)
        await enqueue_messages(database, {f"m-{id}": message})

    async def settled(self, id: str) -> dict[str, Any]:
        """The intent, once nothing is due any more."""
        intents = self.service.context.database["intents"]
        delivering = asyncio.create_task(self.service.definition.jobs[0].run())
        try:
            async with patience("delivery"):
                while True:
                    found = await intents.find_one({"_id": f"m-{id}"})
                    assert found is not None
                    if found["status"] != "pending":
                        return found
                    await asyncio.sleep(0.02)
        finally:
            delivering.cancel()


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    gateway = Gateway()
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    more = {
        "sms_webhook_url": f"http://127.0.0.1:{port}/texts",
        "sms_webhook_secret": SecretStr("shared"),
        "smtp_url": "smtp://127.0.0.1:9",
    }
    service = Service("notifications", compose, settings.model_copy(update=more))
    await service.prepare()
    database = service.context.database
    start = datetime.now(UTC) + timedelta(days=20)
    dialogue = Gathering(id="g", title={"de": "Dialog"}, starts_at=start, ends_at=start + timedelta(hours=1))
    await store_facts(database, "gatherings", dialogue, tenant=TENANT)
    await admit(database, "wilhelmshaven")
    issuer = LocalIssuer(settings)
    transport = httpx.ASGITransport(service.app(works=False), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {issuer.issue('wilhelmshaven', 'intake')}"}
    yield Town(service, gateway, httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers))
    server.close()
    await database.close()


async def test_a_mobile_number_is_texted_signed_and_once(town: Town) -> None:
    town.gateway.statuses = [503]
    await town.owes("a", **MOBILE)
    intent = await town.settled("a")
    assert (intent["status"], [one["outcome"] for one in intent["attempts"]]) == ("sent", ["HTTP 503", "sent"])
    assert intent["outbox"][-1]["y"] == "notifications.message.settled.v1"
    headers, body = town.gateway.taken[-1]
    stamp, _, mac = headers["x-kommune-signature"].partition(",v1=")
    wanted = hmac.digest(b"shared", stamp.removeprefix("t=").encode() + b"." + body, hashlib.sha256).hex()
    assert mac == wanted
    told = orjson.loads(body)
    assert (told["id"], told["to"], told["language"]) == (intent["text"]["id"], "+4915123456789", "uk")
    assert "/my/a/c0de" in told["text"]


async def test_a_number_the_gateway_refuses_is_called_instead(town: Town) -> None:
    town.gateway.statuses = [422]
    await town.owes("a", **MOBILE)
    intent = await town.settled("a")
    assert (intent["status"], intent["failed"]) == ("to_call", ["sms"])
    listed = (await town.intake.get("/notifications/v1/wilhelmshaven/call-list")).json()["items"]
    assert (listed[0]["id"], listed[0]["gathering"]["id"], sorted(listed[0]["say"])) == ("m-a", "g", ["de", "uk"])


async def test_each_outcome_of_a_call_settles_or_keeps_the_message(town: Town) -> None:
    base = "/notifications/v1/wilhelmshaven/call-list"

    async def tell(id: str, outcome: str, key: str) -> httpx.Response:
        return await town.intake.post(
            f"{base}/m-{id}/outcome", json={"outcome": outcome}, headers={"Idempotency-Key": key}
        )

    for id, contact in (("a", {"phone": "1"}), ("b", {"phone": "2", "post": "Weg 1"}), ("c", {"phone": "3"})):
        await town.owes(id, **contact)
        assert (await town.settled(id))["status"] == "to_call"
    assert (await tell("a", "not_reached", "1")).json()["status"] == "to_call"
    listed = (await town.intake.get(base)).json()["items"]
    assert [one["id"] for one in listed] == ["m-b", "m-c", "m-a"]
    assert [one["outcome"] for one in listed[-1]["attempts"]] == ["not_reached"]
    reached = await tell("a", "reached", "2")
    assert reached.json()["status"] == "sent"
    assert (await tell("a", "reached", "2")).headers["Idempotent-Replayed"] == "true"
    assert (await tell("a", "reached", "3")).status_code == 409
    assert (await tell("b", "wrong_number", "4")).json()["status"] == "to_post"
    assert (await tell("c", "wrong_number", "5")).json()["status"] == "failed"
    assert (await tell("c", "burned", "6")).status_code == 422
    assert (await tell("unknown", "reached", "7")).status_code == 404


async def test_letters_are_printed_until_they_are_marked_as_posted(town: Town) -> None:
    base = "/notifications/v1/wilhelmshaven/letters"
    assert (await town.intake.get(f"{base}.pdf")).status_code == 404
    await town.owes("a", "confirmed", post="Olena K.\nMarktstraße 1\n26382 Wilhelmshaven")
    await town.settled("a")
    listed = (await town.intake.get(base)).json()["items"]
    assert [one["id"] for one in listed] == ["m-a"]
    for _ in range(2):
        pdf = await town.intake.get(f"{base}.pdf")
        assert pdf.status_code == 200, pdf.text
        assert pdf.content.startswith(b"%PDF")
    body = {"ids": ["m-a", "unknown"]}
    assert (await town.intake.post(f"{base}/printed", json=body)).json() == {"printed": ["m-a"]}
    assert (await town.intake.post(f"{base}/printed", json=body)).json() == {"printed": []}
    assert (await town.intake.get(base)).json()["items"] == []


async def test_a_message_without_any_channel_fails(town: Town) -> None:
    await town.owes("a")
    assert (await town.settled("a"))["status"] == "failed"
