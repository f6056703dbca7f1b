"""Messages in a real MongoDB are delivered to a real SMTP server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP

from chassis.service import Service
from chassis.settings import Settings
from services.notifications.domain.facts import Contact, Gathering, Group
from services.notifications.messages.enqueue import new_message
from services.notifications.service import compose
from tests.service.notifications.projected import enqueue_messages, store_facts
from tests.support.waiting import patience


class MailSink:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.content)
        return "250 kept"


async def test_a_message_is_mailed_called_or_suppressed_after_erasure(settings: Settings) -> None:
    sink = MailSink()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    service = Service("notifications", compose, settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"}))
    database = service.context.database
    try:
        await service.prepare()
        now = datetime.now(UTC)
        start = now + timedelta(days=3)
        dialogue = Gathering(id="g", title={"de": "Dialog"}, starts_at=start, ends_at=start + timedelta(hours=1))
        await store_facts(database, "gatherings", dialogue, tenant="w")
        people = [
            Contact(id="mail", name="Olena", email="o@example.org", codes={"manage": "c0de"}),
            Contact(id="call", name="Karl", phone="+49 4421 1"),
            Contact(id="gone", erased=True),
        ]
        await store_facts(database, "contacts", *people, tenant="w")
        ids = [*(one.id for one in people), "unknown"]
        await store_facts(database, "participants", *(Group(id=id, gathering="g") for id in ids), tenant="w")
        due_at = now - timedelta(seconds=1)
        messages = {id: new_message("confirmed", id, now, tenant="w", gathering="g", due_at=due_at) for id in ids}
        await enqueue_messages(database, {f"m-{id}": message for id, message in messages.items()})
        delivering = asyncio.create_task(service.definition.jobs[0].run())
        async with patience("delivery"):
            while await database["intents"].count_documents({"status": "pending"}) > 1:
                await asyncio.sleep(0.02)
        delivering.cancel()
        found = {one["contact"]: one for one in await database["intents"].find({}).to_list(None)}
        assert {id: one["status"] for id, one in found.items()} == {
            "mail": "sent",
            "call": "to_call",
            "gone": "suppressed",
            "unknown": "pending",
        }
        assert found["mail"]["outbox"][0]["y"] == "notifications.message.settled.v1"
        assert len(sink.mails) == 1
        mail = message_from_bytes(sink.mails[0])
        assert mail["Message-ID"] == "<m-mail@localhost>"
        assert [part.get_content_type() for part in mail.walk()][-1] == "text/calendar"
    finally:
        server.close()
        await database.close()
