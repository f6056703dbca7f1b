"""Messages in a real MongoDB are delivered to a real SMTP server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP

from chassis.service import Service
from chassis.settings import Settings
from services.notifications.service import compose
from tests.support.waiting import patience


class Sink:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(envelope.content)
        return "250 kept"


async def test_a_message_is_mailed_called_or_suppressed_after_erasure(settings: Settings) -> None:
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    service = Service("notifications", compose, settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"}))
    database = service.context.database
    try:
        await service.prepare()
        now = datetime.now(UTC)
        start = now + timedelta(days=3)
        await database["gatherings"].insert_one(
            {
                "_id": "g",
                "tenant": "w",
                "title": {"de": "Dialog"},
                "starts_at": start,
                "ends_at": start + timedelta(hours=1),
                "place": None,
                "cancelled": False,
            }
        )
        people: dict[str, dict[str, Any]] = {
            "mail": {"name": "Olena", "language": "de", "email": "o@example.org", "codes": {"manage": "c0de"}},
            "call": {"name": "Karl", "language": "de", "phone": "+49 4421 1"},
            "gone": {"erased": True},
        }
        for id, fields in people.items():
            await database["contacts"].insert_one({"_id": id, "tenant": "w", **fields})
        for id in (*people, "unknown"):
            await database["participants"].insert_one(
                {"_id": id, "tenant": "w", "gathering": "g", "status": "confirmed"}
            )
            await database["intents"].insert_one(
                {
                    "_id": f"m-{id}",
                    "tenant": "w",
                    "kind": "confirmed",
                    "contact": id,
                    "gathering": "g",
                    "status": "pending",
                    "attempts": [],
                    "version": 1,
                    "at": now,
                    "due_at": now - timedelta(seconds=1),
                }
            )
        delivering = asyncio.create_task(service.definition.due[0].run())
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
