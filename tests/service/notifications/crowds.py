"""Many people of several municipalities who are each owed a message, and workers that send to them."""

from __future__ import annotations

import asyncio
from collections.abc import Sized
from contextlib import suppress
from typing import Any

from services.notifications.domain.facts import Contact, Group
from services.notifications.messages.enqueue import new_message
from tests.service.notifications.projected import admit, enqueue_messages
from tests.service.notifications.towns import FACTS, TENANT, Town


async def enqueue_for_people(
    town: Town, count: int, kind: str = "confirmed", tenant: str = TENANT, people: str = ""
) -> None:
    """People of a municipality who are each owed a message."""
    ids = [f"{people or tenant}-{kind}-{number}" for number in range(count)]
    contacts = [Contact(id=id, name="Olena", email=f"{id}@example.org") for id in ids]
    await town.store_facts("contacts", *contacts, tenant=tenant)
    await town.store_facts("participants", *(Group(id=id, gathering="g", sure=True) for id in ids), tenant=tenant)
    now = town.clock.time
    owed = {id: new_message(kind, id, now, tenant=tenant, gathering="g", due_at=now) for id in ids}
    await enqueue_messages(town.database, {f"m-{id}": message for id, message in owed.items()})


async def admit_town(town: Town, slug: str) -> None:
    """A municipality beside the one of the tests."""
    await admit(town.database, slug, **FACTS)


async def count_sent(town: Town) -> int:
    """How many messages were sent so far."""
    return int(await town.database["intents"].count_documents({"status": "sent"}))


class RunningJob:
    """A job in the background."""

    def __init__(self, job: Any) -> None:
        self._job = job

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._job.run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


async def is_count(count: Any, wanted: int) -> bool:
    return bool(await count == wanted)


async def has_length(things: Sized, wanted: int) -> bool:
    return len(things) == wanted
