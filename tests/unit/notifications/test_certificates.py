"""Who connects to an address that was checked still asks for the name: another host's certificate gets no mail, no password and no event."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import certifi
import httpx
import pytest

from services.notifications.domain.addresses import address
from services.notifications.mail.compose import Mail
from services.notifications.mail.server import MailServer, ServerAway
from services.notifications.net.hosts import HostCheck
from services.notifications.net.public_transport import PublicTransport
from tests.support.certificates import Authority
from tests.unit.notifications.test_hosts import led_by

NAME = "mail.example"
OTHERS = ["evil.example", "127.0.0.1", "example"]
"""Hosts whose certificates are good, and no good for NAME; one is the address that is connected to."""
MAIL = Mail(b"Subject: x\r\n\r\nx\r\n", "a@x.example", address("b@x.example"))


class MailHost:
    """A mail server with a certificate; what it was told stands in `heard`. `offers`: what it answers to EHLO."""

    def __init__(self, certificate: Path | None, offers: tuple[str, ...] = ("AUTH PLAIN",)) -> None:
        self._certificate, self._offers = certificate, offers
        self.heard: list[str] = []
        self.port = 0

    @property
    def context(self) -> ssl.SSLContext:
        assert self._certificate is not None
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self._certificate)
        return made

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # they hung up
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        offers = self._offers
        while line := (await reader.readline()).decode().strip():
            self.heard.append(line)
            verb = line.split()[0].upper()
            if verb == "STARTTLS" and self._certificate:
                writer.write(b"220 go on\r\n")
                await writer.drain()
                await writer.start_tls(self.context)
                offers = tuple(one for one in offers if one != "STARTTLS")
            elif verb == "EHLO":
                lines = ["here", *offers]
                marks = ["-"] * (len(lines) - 1) + [" "]
                writer.write("".join(f"250{mark}{one}\r\n" for mark, one in zip(marks, lines, strict=True)).encode())
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"235 welcome\r\n" if verb == "AUTH" else b"250 fine\r\n")

    @property
    def told(self) -> set[str]:
        return {line.split()[0].upper() for line in self.heard}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts for the while."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setattr(certifi, "where", lambda: str(made.certificate))  # what httpx trusts
    return made


async def _served(host: MailHost, encrypted: bool) -> asyncio.Server:
    server = await asyncio.start_server(host.serve, "127.0.0.1", 0, ssl=host.context if encrypted else None)
    host.port = server.sockets[0].getsockname()[1]
    return server


async def _send(scheme: str, host: MailHost, monkeypatch: pytest.MonkeyPatch) -> None:
    led_by(monkeypatch, ["127.0.0.1"])
    server = MailServer(f"{scheme}://town:hush@{NAME}:{host.port}", HostCheck("local"))
    try:
        await server.send(MAIL)
    finally:
        await server.close()


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_mail_goes_to_who_has_the_certificate_of_the_name(
    scheme: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = MailHost(authority.issue(NAME), ("AUTH PLAIN", "STARTTLS"))
    async with await _served(host, scheme == "smtps"):
        await _send(scheme, host, monkeypatch)
    assert {"AUTH", "MAIL", "RCPT", "DATA"} <= host.told


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("other", OTHERS)
async def test_whoever_else_answers_hears_neither_password_nor_mail(
    scheme: str, other: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = MailHost(authority.issue(other), ("AUTH PLAIN", "STARTTLS"))
    async with await _served(host, scheme == "smtps"):
        with pytest.raises(ServerAway):
            await _send(scheme, host, monkeypatch)
    assert host.told <= {"EHLO", "STARTTLS"}


async def test_a_server_that_offers_no_encryption_hears_neither_password_nor_mail(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As somebody on the way would make it look."""
    host = MailHost(None)
    async with await _served(host, encrypted=False):
        with pytest.raises(ServerAway):
            await _send("smtp+starttls", host, monkeypatch)
    assert host.told.isdisjoint({"AUTH", "MAIL", "DATA"})


@pytest.fixture
async def https(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    led_by(monkeypatch, ["127.0.0.1"])
    async with httpx.AsyncClient(transport=PublicTransport(HostCheck("local"))) as client:
        yield client


@pytest.mark.parametrize("name", [NAME, *OTHERS])
async def test_events_go_to_who_has_the_certificate_of_the_name(
    name: str, authority: Authority, https: httpx.AsyncClient
) -> None:
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 X\r\nConnection: close\r\n\r\n")
        writer.close()

    context = MailHost(authority.issue(name)).context
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        url = f"https://{NAME}:{server.sockets[0].getsockname()[1]}/events"
        if name == NAME:
            assert (await https.post(url, content=b"{}")).status_code == 204
            assert len(heard) == 1
        else:
            with pytest.raises(httpx.ConnectError):
                await https.post(url, content=b"{}")
            assert heard == []
