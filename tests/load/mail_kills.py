"""kill -9 of workers and of the mail server while mails go out: nothing is lost, and only what was in flight goes out twice.

Used by `make bench` at full size and by the fault tests.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chassis.settings import Settings
from chassis.storage.mongo import Database
from deploy.local.stack import LocalStack
from services.notifications.mail.server import CONNECTIONS
from services.notifications.messages.repository import RETRYING
from tests.load.figure import Figure
from tests.load.mail_throughput import SPARE, WORKER, MailTown, owed, own_database, people
from tests.load.registrations import bench_settings
from tests.load.smtp_sink import SmtpSink
from tests.service.notifications.projected import enqueue_messages
from tests.support.waiting import patience

RATE = 50
PEOPLE = 500


@dataclass(frozen=True)
class Outcome:
    """`recovered`: the longest time between two mails in seconds, while some were owed."""

    owed: int
    lost: int
    doubled: int
    most_often: int
    recovered: float


async def run(stack: LocalStack, folder: Path, kills: int = 200) -> list[Figure]:
    found = await killed(bench_settings(stack, folder), folder, kills, seed=1)
    note = f"{found.owed} mails at {RATE}/s, {kills} kills"
    return [
        Figure("mails lost over kills", found.lost, "", 0, "to reach", "less", note),
        Figure("mails sent twice over kills", found.doubled, "", kills * CONNECTIONS, "in flight at each kill", "less"),
        Figure("longest time without a mail", round(found.recovered, 1), "s", 10, "to reach", "less"),
    ]


async def killed(settings: Settings, folder: Path, kills: int, seed: int) -> Outcome:
    """Kill something every second or so while `RATE` mails a second are owed."""
    dice, book = random.Random(seed), folder / "book"
    with ExitStack() as servers:
        sink = servers.enter_context(SmtpSink(book=str(book)))
        async with own_database(settings) as database, MailTown(settings, folder, sink.url) as town:
            await people(database, PEOPLE)
            town.start(SPARE)
            await town.ready(SPARE)
            owing = asyncio.create_task(_owe(database, int(RATE * kills * 1.2)))
            for _ in range(kills):
                await asyncio.sleep(dice.uniform(0.2, 1.4))
                victim = dice.choice([WORKER, SPARE, "server"])
                if victim == "server":
                    sink.kill()
                    sink = servers.enter_context(SmtpSink(sink.port, book=str(book)))
                else:
                    town.kill(victim)
                    town.start(victim)
            number = await owing
            async with patience("all mails"):
                while await database["intents"].count_documents({"status": "pending"}):
                    # A mail that met several deaths of the server pauses for minutes: that is not what is waited for here.
                    pausing = {"status": "pending", RETRYING: True, "due_at": {"$gt": datetime.now(UTC)}}
                    await database["intents"].update_many(pausing, {"$set": {"due_at": datetime.now(UTC)}})
                    await asyncio.sleep(0.25)
            states = Counter([one["status"] for one in await database["intents"].find({}).to_list(None)])
    assert set(states) == {"sent"}, states
    lines = [line.split() for line in book.read_text().splitlines()]
    often = Counter(id for _, id in lines)
    times = sorted(float(at) for at, _ in lines)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    lost, doubled = number - len(often), sum(count - 1 for count in often.values())
    return Outcome(number, lost, doubled, max(often.values()), max(gaps))


async def _owe(database: Database, number: int) -> int:
    began = time.monotonic()
    for one in range(0, number, 5):
        await asyncio.sleep(max(0.0, began + one / RATE - time.monotonic()))
        await enqueue_messages(database, owed(one, 5, PEOPLE))
    return -(-number // 5) * 5
