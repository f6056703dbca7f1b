"""A municipality's own mail server is kept, with its connections and what is known of it, until another one is set; what is handed over
and not yet written down is bounded."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson
from aiosmtpd.smtp import SMTP

from chassis.settings import Settings
from chassis.storage.tenancy import of_document
from services.notifications.domain.addresses import address
from services.notifications.mail.compose import Mail
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import UNSETTLED, MailServer
from services.notifications.settings.documents import TenantSettings
from tests.support.waiting import until


class Cipher:
    """Takes what is stored for what it hides, and counts."""

    def __init__(self) -> None:
        self.opened = 0

    def decrypt(self, scope: Any, purpose: str, stored: bytes) -> bytes:
        self.opened += 1
        return stored


def _settings(tenant: str, host: str) -> TenantSettings:
    stored = orjson.dumps({"url": f"smtps://{host}", "username": "", "password": ""})
    return TenantSettings(id=tenant, tenant=tenant, smtp=stored)


def _senders(server: MailServer, cipher: Any) -> Senders:
    hosts: Any = None
    settings = Settings(
        environment="local",
        secret_key="a secret that nothing here is made with",
        mongodb_uri="mongodb://nowhere",
        kafka_bootstrap="nowhere:9092",
    )
    return Senders(settings, server, cipher, hosts)


def test_one_server_serves_all_mails_of_its_municipality() -> None:
    cipher = Cipher()
    senders = _senders(MailServer("smtp://platform"), cipher)
    here, there = (of_document({"tenant": tenant}) for tenant in ("wilhelmshaven", "jever"))
    first = senders.server_of(here, _settings("wilhelmshaven", "mail.example"))
    assert senders.server_of(here, _settings("wilhelmshaven", "mail.example")) is first
    assert cipher.opened == 1
    assert senders.server_of(there, _settings("jever", "mail.example")) is not first, (
        "what rests for one need not for another"
    )
    assert senders.server_of(here, _settings("wilhelmshaven", "new.example")) is not first


class Post:
    """Keeps to whom mails went."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken += envelope.rcpt_tos
        return "250 kept"


async def test_no_more_is_handed_over_than_may_be_told_twice_while_nothing_is_written_down() -> None:
    post, written, waiting, most = Post(), asyncio.Event(), 0, 0
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(post), "127.0.0.1", 0)
    server = MailServer(f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    senders = _senders(server, Cipher())
    scope, settings, now = (
        of_document({"tenant": "jever"}),
        TenantSettings(id="jever", tenant="jever"),
        datetime.now(UTC),
    )

    async def settle() -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await written.wait()
        waiting -= 1

    async def full() -> bool:
        return waiting >= UNSETTLED

    mails = [Mail(b"Subject: x\r\n\r\n", "a@x.example", address(f"p{one}@x.example")) for one in range(3 * UNSETTLED)]
    sending = [asyncio.create_task(senders.send(scope, settings, one, now, settle=settle)) for one in mails]
    await until(full, "mails that nobody writes down")
    assert len(post.taken) == UNSETTLED
    written.set()
    await asyncio.gather(*sending)
    await server.close()
    listening.close()
    assert most == UNSETTLED
    assert sorted(post.taken) == sorted(one.recipient.wire for one in mails)
