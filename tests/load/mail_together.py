"""Many at once: everybody is reminded at nine while somebody elsewhere waits for a confirmation, and digests of which few have anything to tell."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pymongo import MongoClient

from chassis.settings import Settings
from chassis.storage.mongo import Database
from deploy.local.stack import LocalStack
from services.notifications.messages.enqueue import new_message
from tests.load.figure import Figure
from tests.load.mail_throughput import WORKER, MailTown, own_database, people
from tests.load.registrations import bench_settings
from tests.load.smtp_sink import SmtpSink, a_second
from tests.support.waiting import patience

EVERYBODY = 50_000
PAUSE = 0.5
"""Seconds between confirmations, and between looks at what is done."""
WITH_NEWS = 100
"""Of so many municipalities one has news."""
STAFF = 20
"""Who is told of it in each."""


async def run(stack: LocalStack, folder: Path, share: float) -> list[Figure]:
    number = int(EVERYBODY * share)
    late, minutes = await reminders(bench_settings(stack, folder / "reminders"), folder / "reminders", number)
    towns = max(1, number // STAFF // WITH_NEWS)
    few = await digests(bench_settings(stack, folder / "few"), folder / "few", towns, towns)
    many = await digests(bench_settings(stack, folder / "many"), folder / "many", towns * WITH_NEWS, towns)
    subscribers = f"{towns * WITH_NEWS * STAFF:,} subscribers"
    return [
        Figure(
            "confirmation while others are reminded, slowest",
            round(late, 2),
            "s",
            2,
            "to reach",
            "less",
            f"{number:,} reminders",
        ),
        Figure("50,000 reminders of one municipality", round(minutes, 1), "min", 60, "9:00 to 10:00", "less"),
        Figure(
            "documents read, digests, 1 % news", many, "", round(1.1 * few), "1.1 × only those", "less", subscribers
        ),
    ]


async def reminders(settings: Settings, folder: Path, number: int) -> tuple[float, float]:
    """(slowest confirmation of another municipality from falling due to its mail in seconds, minutes that `EVERYBODY` would take)."""
    book = folder / "book"
    with SmtpSink(book=str(book)) as sink:
        async with own_database(settings) as database:
            await people(database, number, tenants=1)
            await _elsewhere(database)
            await _due_for_a_reminder(database)
            async with MailTown(settings, folder, sink.url), patience("all reminders"):
                due: dict[str, float] = {}
                while await _to_come(database, number + len(due)):
                    id = f"m-confirmed-{len(due):020}"
                    about = {"tenant": "elsewhere", "gathering": "g-elsewhere", "due_at": datetime.now(UTC)}
                    due[id] = time.time()
                    await database["intents"].insert_one(
                        {"_id": id, **new_message("confirmed", "p-elsewhere", datetime.now(UTC), **about)}
                    )
                    await asyncio.sleep(PAUSE)
    at = {id: float(moment) for moment, id in (line.split() for line in book.read_text().splitlines())}
    reminded = [moment for id, moment in at.items() if id not in due]
    return max(at[id] - due[id] for id in due), EVERYBODY / a_second(reminded) / 60


async def digests(settings: Settings, folder: Path, towns: int, with_news: int) -> int:
    """How many documents MongoDB reads until all who have news were told, of so many municipalities that want to be told together."""
    with SmtpSink() as sink:
        async with own_database(settings) as database:
            await _subscribed(database, towns)
            async with MailTown(settings, folder, sink.url) as town:
                with _profile(settings) as read:
                    await _news(database, with_news)
                    async with patience("the digests"):
                        while await _to_come(database, with_news * STAFF):
                            await asyncio.sleep(PAUSE)
                    found = read()
                town.stop(WORKER)
            if len(sink.taken()[0]) != with_news * STAFF:
                raise SystemExit("a digest went out twice")
            return found


async def _to_come(database: Database, number: int) -> bool:
    return await database["intents"].count_documents({"status": "sent"}) < number


async def _elsewhere(database: Database) -> None:
    """Somebody in another municipality who waits for confirmations."""
    for name, id, other in (("tenants", "town0", "elsewhere"), ("gatherings", "g0", "g-elsewhere")):
        known = await database[name].find_one({"_id": id})
        await database[name].insert_one({**(known or {}), "_id": other, "tenant": "elsewhere"})
    for name in ("contacts", "participants"):
        known = await database[name].find_one({"_id": "p0"})
        changed = {"_id": "p-elsewhere", "tenant": "elsewhere"} | (
            {"gathering": "g-elsewhere"} if name == "participants" else {"email": "elsewhere@example.org"}
        )
        await database[name].insert_one({**(known or {}), **changed})


async def _due_for_a_reminder(database: Database) -> None:
    """A gathering in a week, of which it reminds a week before."""
    start = datetime.now(UTC) + timedelta(days=7)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=2), "reminders": [7]}
    await database["gatherings"].update_one({"_id": "g0"}, {"$set": times})
    await database["reminder_plans"].insert_one({"_id": "g0", "tenant": "town0", "due_at": datetime.now(UTC)})


async def _subscribed(database: Database, towns: int) -> None:
    """Municipalities whose staff want to be told together."""
    slugs = [f"town{one}" for one in range(towns)]
    facts = {"status": "admitted", "name": {"de": "Stadt"}, "languages": ["de"], "seq": 1}
    await database["tenants"].insert_many([{"_id": slug, "tenant": slug, **facts} for slug in slugs])
    digest = {"at": "07:30", "days": [1, 2, 3, 4, 5, 6, 7]}
    await database["settings"].insert_many(
        [{"_id": slug, "tenant": slug, "version": 1, "digest": digest} for slug in slugs]
    )
    staff = [(f"{slug}-{one}", slug) for slug in slugs for one in range(STAFF)]
    person = {"name": "Karla", "language": "de", "kind": "staff"}
    await database["contacts"].insert_many(
        [{"_id": id, "tenant": slug, "email": f"{id}@example.org", **person} for id, slug in staff]
    )
    await database["coordinators"].insert_many([{"_id": id, "tenant": slug, "key": None} for id, slug in staff])


async def _news(database: Database, towns: int) -> None:
    """Somebody signed up in some of them, and it is time to tell."""
    now = datetime.now(UTC)
    slugs = [f"town{one}" for one in range(towns)]
    signed_up = {"status": "confirmed", "registered_at": now - timedelta(minutes=9)}
    await database["participants"].insert_many([{"_id": f"p-{slug}", "tenant": slug, **signed_up} for slug in slugs])
    due = {"version": 1, "since": now - timedelta(hours=1), "due_at": now}
    await database["desk_news"].insert_many(
        [
            {"_id": f"{slug}:{slug}-{one}", "tenant": slug, "contact": f"{slug}-{one}", **due}
            for slug in slugs
            for one in range(STAFF)
        ]
    )


@contextmanager
def _profile(settings: Settings) -> Iterator[Callable[[], int]]:
    """Counts the documents that MongoDB reads in the database of notifications."""
    client: MongoClient[dict[str, object]] = MongoClient(settings.mongodb_uri)
    database = client[f"{settings.namespace}_notifications"]
    database.create_collection("system.profile", capped=True, size=64 * 1024 * 1024)
    database.command("profile", 2)

    def read() -> int:
        database.command("profile", 0)
        found = database["system.profile"].aggregate([{"$group": {"_id": None, "sum": {"$sum": "$docsExamined"}}}])
        return int(str(next(iter(found), {"sum": 0})["sum"]))

    try:
        yield read
    finally:
        database.command("profile", 0)
        client.close()
