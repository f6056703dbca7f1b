"""Hosts entered by municipalities: no spelling, no name and no DNS change leads into a private network."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from services.notifications.domain.addresses import address
from services.notifications.mail.compose import Mail
from services.notifications.mail.server import MailServer, ServerAway
from services.notifications.net.hosts import HostCheck, NotPublic
from services.notifications.net.public_transport import PublicTransport
from services.notifications.sms.gateway import GatewayAway
from services.notifications.sms.gateway_client import GatewayClient

INSIDE = [
    "0.0.0.0", "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::a00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:53aa:64c::1", "fe80::1", "fec0::1", "fd00::1", "ff02::1",
    "2001:db8::1",
]  # fmt: skip
"""Private, local, shared, translated to IPv4 by something on the way, or nobody's."""
OUTSIDE = ["9.9.9.9", "2620:fe::fe"]
SPELLINGS = ["2130706433", "0x7f.1", "017700000001", "127.1", "localhost", "127.0.0.1.", "[::1]", "::1%lo"]
"""What a resolver may take for this machine."""


@dataclass
class Names:
    """A resolver that answers each question with the next of `answers`, and counts them."""

    answers: list[list[str]]
    asked: list[Any] = field(default_factory=list)

    async def getaddrinfo(self, host: str, port: Any, **_: Any) -> list[Any]:
        self.asked.append(host)
        found = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port or 0)) for one in found]


@dataclass
class Server:
    """Inside: whoever connects was led here."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append(b"")
        writer.write(b"220 inside\r\n")
        self.heard[-1] = await reader.read(65_536)
        writer.write(b"HTTP/1.1 204 X\r\nConnection: close\r\n\r\n")
        writer.close()


@pytest.fixture
async def inside() -> AsyncIterator[Server]:
    found = Server()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()


def led_by(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Names:
    names = Names(list(answers))
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names.getaddrinfo)
    return names


@pytest.mark.parametrize("address", INSIDE)
async def test_private_addresses_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in ([address], [OUTSIDE[0], address], [address, OUTSIDE[0]]):
        led_by(monkeypatch, answer)
        with pytest.raises(NotPublic):
            await HostCheck("production").addresses("mail.example")


async def test_public_addresses_are_returned_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    led_by(monkeypatch, OUTSIDE)
    assert await HostCheck("production").addresses("mail.example") == OUTSIDE


@pytest.mark.parametrize("spelling", [*SPELLINGS, *INSIDE])
async def test_no_spelling_of_localhost_is_accepted(spelling: str) -> None:
    with pytest.raises(NotPublic):
        await HostCheck("production").addresses(spelling)


async def test_a_checked_host_name_is_not_resolved_again(inside: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: public when it is checked, inside when it is connected to. It is asked once, and that answer is used."""
    refused: Any = OSError("nothing listens at the public address of this test")

    async def nowhere(self: Any, sock: Any, target: Any) -> None:
        assert target[0] in OUTSIDE, target
        raise refused

    monkeypatch.setattr(type(asyncio.get_running_loop()), "sock_connect", nowhere)
    names = led_by(monkeypatch, [OUTSIDE[0]], ["127.0.0.1"])
    server = MailServer(f"smtp://mail.example:{inside.port}", HostCheck("production"))
    with pytest.raises(ServerAway):
        await server.send(Mail(b"x", "a@x.example", address("b@x.example")))
    assert (names.asked, inside.heard) == (["mail.example"], [])


async def test_http_goes_to_the_checked_address_with_the_name_of_the_host(
    inside: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback stands for a public address here; the second answer would lead to where nobody listens."""
    names = led_by(monkeypatch, ["127.0.0.1"], ["192.168.0.1"])
    async with httpx.AsyncClient(transport=PublicTransport(HostCheck("local"))) as client:
        with pytest.raises(httpx.RemoteProtocolError):  # it speaks as a mail server does
            await client.post(f"http://hook.example:{inside.port}/x?y=1", content=b"{}")
    assert names.asked == ["hook.example"]
    assert inside.heard[0].startswith(b"POST /x?y=1 HTTP/1.1\r\nHost: hook.example:")


@pytest.mark.parametrize(
    "url", ["https://hook.example/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:10.0.0.1]/"]
)
async def test_webhooks_and_gateways_reach_no_private_host(
    url: str, inside: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    led_by(monkeypatch, [url.split("/")[2].strip("[]") if "hook" not in url else "10.0.0.1"])
    hosts = HostCheck("production")
    async with httpx.AsyncClient(transport=PublicTransport(hosts)) as client:
        with pytest.raises(NotPublic):
            await client.post(url, content=b"{}")
    with pytest.raises(GatewayAway):
        await GatewayClient(hosts).post_json(url, {}, {})
