"""Gateways' answers over a real connection: only what is documented as accepted counts as sent, everything else is told apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import ModuleType

import pytest

from services.notifications.sms import gateway_client, link_mobility, lox24, seven, sipgate
from services.notifications.sms.gateway import Account, Gateway, NotTaken, TextMessage, Unclear
from services.notifications.sms.gateway_client import GatewayClient

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TEXT = TextMessage("m", "w", "+4915123456789", "de", "Hallo")
GATEWAYS: dict[ModuleType, type[Gateway]] = {
    seven: seven.SevenGateway,
    sipgate: sipgate.SipgateGateway,
    lox24: lox24.Lox24Gateway,
    link_mobility: link_mobility.LinkMobilityGateway,
}
ACCEPTED = {
    seven: ("200 OK", b'{"success":"100"}'),
    sipgate: ("204 No Content", b""),
    lox24: ("201 Created", b'{"uuid":"7"}'),
    link_mobility: ("200 OK", b'{"resultCode":1005}'),
}
TRICKLE = b"trickle"


class Answering:
    """An HTTP server that answers the same to everything."""

    raw = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if self.raw == TRICKLE:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b" ")
                await asyncio.sleep(0.02)
        writer.write(self.raw)
        await writer.drain()
        writer.close()


@pytest.fixture
async def answering(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Answering]:
    found = Answering()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    for module in GATEWAYS:
        monkeypatch.setattr(module, "URL", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    monkeypatch.setattr(gateway_client, "ANSWERED_WITHIN", 0.5)
    yield found
    server.close()


def answer(status: str, body: bytes) -> bytes:
    length = "" if status.startswith("204") else f"Content-Length: {len(body)}\r\n"
    return f"HTTP/1.1 {status}\r\n{length}\r\n".encode() + body


async def send(module: ModuleType) -> None:
    account = Account("seven", key="k", user="u", partner="p", sender="Stadt")
    await GATEWAYS[module](account, GatewayClient()).send(TEXT, NOW)  # type: ignore[call-arg]


@pytest.mark.parametrize("module", GATEWAYS)
async def test_what_is_documented_as_accepted_is_sent(module: ModuleType, answering: Answering) -> None:
    answering.raw = answer(*ACCEPTED[module])
    await send(module)


@pytest.mark.parametrize("module", GATEWAYS)
@pytest.mark.parametrize(
    "raw",
    [
        answer("200 OK", b'{"success":false,"error":"no credit"}'),
        answer("200 OK", b"[]"),
        answer("200 OK", b"null"),
        answer("200 OK", b"<html>Please log in</html>"),
        answer("200 OK", b"[" * 30_000),
        answer("202 Accepted", b'{"queued":"perhaps"}'),
        answer("500 Oops", b"{}"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"",
        b"\x00\xff\r\n\r\n",
        TRICKLE,
    ],
)
async def test_what_may_have_been_accepted_is_unclear(module: ModuleType, raw: bytes, answering: Answering) -> None:
    answering.raw = raw
    with pytest.raises(Unclear):
        await send(module)


@pytest.mark.parametrize("module", GATEWAYS)
async def test_a_refusal_is_not_taken(module: ModuleType, answering: Answering) -> None:
    answering.raw = answer("400 Bad Request", b"{}")
    with pytest.raises(NotTaken):
        await send(module)
