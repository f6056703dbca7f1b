"""Strangers who sign up from any address, and the mails that come of it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.service.registration.towns import API, Town
from tests.support.waiting import patience

LURE = "Sie haben gewonnen: http://evil.example"
VICTIM = "victim"
AN_HOUR = 10
"""Mails an hour to a mailbox that nobody has confirmed (docs/security.md)."""


def browser_at(town: Town, address: str) -> httpx.AsyncClient:
    """Somebody whose calls come from this address."""
    transports = {
        f"all://{name}.test": httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 4000))
        for name, app in town.everything.apps.items()
    }
    return httpx.AsyncClient(mounts=transports, verify=False)


async def mails_sent(town: Town) -> list[Any]:
    """All mails, once nothing is to go out now; what the limit postponed goes out later."""
    await town.everything.spread("registrations")
    await town.everything.spread("gatherings")
    notifications = town.everything.services["notifications"]
    tasks = [asyncio.create_task(due.run()) for due in notifications.definition.jobs]
    database = notifications.context.database

    async def waits() -> bool:
        """Whether something is to go out now: a message behind one that the limit postponed, to the same person, waits with it."""
        held = await database["intents"].find({"postponed": True}, {"contact": 1}).to_list(None)
        due = {"due_at": {"$lte": notifications.context.clock.now()}, "status": {"$in": [None, "pending"]}}
        behind = {"contact": {"$nin": [one["contact"] for one in held]}}
        return bool(await database["announcements"].count_documents(due)) or bool(
            await database["intents"].count_documents(due | behind)
        )

    async with patience("mail"):
        while await waits():
            await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return town.mails


async def sign_up(town: Town, gathering: str, who: httpx.AsyncClient, **more: Any) -> httpx.Response:
    """Reza signs up on the web, by telephone number alone."""
    body = {
        "name": "Reza",
        "contact": {"phone": "0151 23456789"},
        "language": "de",
        "channel": "web",
        "consent": {"text_version": "1"},
    } | more
    return await who.post(town.everything.url(f"{API}/gatherings/{gathering}/registrations"), json=body)


def text_of(mail: Any) -> str:
    """Subject and words of a mail."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return str(mail["Subject"]) + "\n".join(str(part) for part in parts)


async def mails_delivered(town: Town) -> list[Any]:
    """Mails to the victim, once nothing is left to be sent now."""
    for collection in ("registrations", "gatherings", "applications", "municipalities"):
        await town.everything.spread(collection)
    notifications = town.everything.services["notifications"]
    job: Any = next(one for one in notifications.definition.jobs if one.name == "deliver")
    intents = notifications.context.database["intents"]
    async with patience("mail"):
        while True:
            now = notifications.context.clock.now()
            due = await intents.find({"status": "pending", "due_at": {"$lte": now}}).to_list(None)
            if not due:
                return mails_to_victim(town.mails)
            await job.leases.beat()
            for document in due:
                await job.handle(document)


def mails_to_victim(mails: list[Any]) -> list[Any]:
    """Those of the mails that went to the victim, however its address was spelt."""
    return [mail for mail in mails if str(mail["To"]).lower().rpartition("<")[2].startswith(VICTIM)]
