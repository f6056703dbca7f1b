"""kill -9 of workers and of the mail server while mails go out: nothing is lost, and only what was in flight goes out twice.

Used by `make bench` at full size and by the fault tests.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chassis.settings import Settings
from chassis.storage.mongo import Database
from deploy.local.stack import LocalStack
from services.notifications.mail.server import CONNECTIONS
from tests.load.figure import Figure
from tests.load.mail_throughput import SPARE, WORKER, MailTown, owed, own_database, people
from tests.load.registrations import bench_settings
from tests.load.smtp_sink import SmtpSink
from tests.support.waiting import patience, until

RATE = 50
PEOPLE = 500


@dataclass(frozen=True)
class Outcome:
    """`recovered`: the longest time from a kill to the next mail, in seconds."""

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
        Figure("longest time from a kill to the next mail", round(found.recovered, 1), "s", 10, "to reach", "less"),
    ]


async def killed(settings: Settings, folder: Path, kills: int, seed: int) -> Outcome:
    """Kill something again and again while `RATE` mails a second are owed: a moment after mails go out again, so that what is killed
    has something in hand, while what was killed before may still be starting."""
    dice, book = random.Random(seed), folder / "book"
    with ExitStack() as servers:
        sink = servers.enter_context(SmtpSink(book=str(book)))
        async with own_database(settings) as database, MailTown(settings, folder, sink.url) as town:
            await people(database, PEOPLE)
            town.start(SPARE)
            await town.ready(SPARE)
            over, recovered = asyncio.Event(), 0.0
            owing = asyncio.create_task(_owe(database, over))
            await until(partial(_more_than, book, 0), "the first mail")
            for _ in range(kills):
                await asyncio.sleep(dice.uniform(0.2, 1.4))
                victim = dice.choice([WORKER, SPARE, "server"])
                if victim == "server":
                    sink.kill()
                    sink = servers.enter_context(SmtpSink(sink.port, book=str(book)))
                else:
                    town.kill(victim)
                    town.start(victim)
                began, before = time.monotonic(), _size(book)
                await until(partial(_more_than, book, before), f"mails after the death of {victim}")
                recovered = max(recovered, time.monotonic() - began)
            over.set()
            number = await owing
            async with patience("all mails"):
                while await database["intents"].count_documents({"status": "pending"}):
                    await asyncio.sleep(0.25)
            states = Counter([one["status"] for one in await database["intents"].find({}).to_list(None)])
    assert set(states) == {"sent"}, states
    often = Counter(line.split()[1] for line in book.read_text().splitlines())
    lost, doubled = number - len(often), sum(count - 1 for count in often.values())
    return Outcome(number, lost, doubled, max(often.values()), recovered)


async def _more_than(book: Path, size: int) -> bool:
    return _size(book) > size


def _size(book: Path) -> int:
    return book.stat().st_size if book.exists() else 0


async def _owe(database: Database, over: asyncio.Event) -> int:
    """Messages at `RATE` until it is over; how many."""
    began, number = time.monotonic(), 0
    while not over.is_set():
        await database["intents"].insert_many(owed(number, 5, PEOPLE))
        number += 5
        await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
    return number
