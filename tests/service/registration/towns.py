"""All services in one process, with a mail server: what one of them decides reaches people by the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP
from icalendar import Calendar

from chassis.settings import Settings
from tests.service.security.conftest import Everything, build_everything
from tests.support.gathering_drafts import gathering_draft
from tests.support.waiting import patience

API = "/registration/v1/wilhelmshaven"


@dataclass
class Town:
    """All services, and the mailboxes of its people."""

    everything: Everything
    coordinator: httpx.AsyncClient
    mails: list[Any] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"

    async def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        answer = await self.coordinator.request(method, self.everything.url(f"{API}{path}"), json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def settle(self) -> list[Any]:
        """Events reach everybody, announcements become intents, intents become mails; the mails that are new."""
        for collection in ("registrations", "gatherings"):
            await self.everything.spread(collection)
        notifications = self.everything.services["notifications"]
        before = len(self.mails)
        tasks = [asyncio.create_task(due.run()) for due in notifications.definition.jobs]
        async with patience("mail"):
            for collection in ("announcements", "intents"):
                # What is to go out later, such as a reminder of an offer, is left to its time.
                waiting = {"status": {"$in": [None, "pending"]}, "not_before": {"$exists": False}}
                while await notifications.context.database[collection].count_documents(
                    waiting | {"due_at": {"$exists": True}}
                ):
                    await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self.mails[before:]

    async def read_calendar_feed(self) -> dict[str, tuple[int, str]]:
        """SEQUENCE and STATUS by UID."""
        answer = await self.everything.client().get(self.everything.url(f"{API}/gatherings.ics"))
        events = Calendar.from_ical(answer.content).walk("VEVENT")
        return {str(one["UID"]): (int(one["SEQUENCE"]), str(one["STATUS"])) for one in events}


def attached_calendars(mail: Any) -> list[tuple[str, int, str, str]]:
    """(UID, SEQUENCE, STATUS, METHOD) of what is attached."""
    found = [
        Calendar.from_ical(p.get_payload(decode=True)) for p in mail.walk() if p.get_content_type() == "text/calendar"
    ]
    return [
        (str(e["UID"]), int(e["SEQUENCE"]), str(e["STATUS"]), str(c["METHOD"])) for c in found for e in c.walk("VEVENT")
    ]


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    town: Town = Town.__new__(Town)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(town), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    everything = await build_everything(settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"}))
    town.__init__(everything, everything.client("wilhelmshaven", "coordinator"))  # type: ignore[misc]
    yield town
    server.close()
    await everything.close()


async def publish_gathering(town: Town, **changes: Any) -> str:
    body = gathering_draft(capacity=2, party_max=2) | changes
    id: str = (await town.call("POST", "/gatherings", body))["id"]
    await town.call("POST", f"/gatherings/{id}/publication")
    return id
