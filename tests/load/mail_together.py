"""Many at once: everybody is reminded at nine while somebody elsewhere waits for a confirmation, and digests of which few have anything to tell."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from pymongo import MongoClient

from chassis.clock import SystemClock
from chassis.settings import Settings
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope, of_document
from contracts.contacts import ContactRecorded
from contracts.registration import GatheringReminder, ParticipantRegistered
from deploy.local.stack import LocalStack
from services.notifications.digests.repository import DeskNewsRepository
from services.notifications.messages.enqueue import new_message
from services.notifications.participants.event_handlers import HANDLERS as PARTICIPANT_HANDLERS
from services.notifications.settings.documents import EVERY_DAY, Digests, TenantSettings
from services.notifications.settings.repository import SettingsRepository
from tests.load.figure import Figure
from tests.load.mail_throughput import WORKER, MailTown, add_town, own_database, people
from tests.load.registrations import bench_settings
from tests.load.smtp_sink import SmtpSink, a_second
from tests.service.notifications.projected import admit, appoint, enqueue_messages, project, record_contacts
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
            await people(database, number, tenants=1, **_reminded_now())
            await add_town(database, "elsewhere", "g-elsewhere", ["p-elsewhere"])
            async with MailTown(settings, folder, sink.url), patience("all reminders"):
                due: dict[str, float] = {}
                while await _to_come(database, number + len(due)):
                    id = f"m-confirmed-{len(due):020}"
                    about = {"tenant": "elsewhere", "gathering": "g-elsewhere", "due_at": datetime.now(UTC)}
                    due[id] = time.time()
                    message = new_message("confirmed", "p-elsewhere", datetime.now(UTC), **about)
                    await enqueue_messages(database, {id: message})
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


def _reminded_now() -> dict[str, Any]:
    """Facts of a gathering in a week, of which it reminds a week before."""
    start = datetime.now(UTC) + timedelta(days=7)
    week_before = (GatheringReminder(days_before=7),)
    return {"starts_at": start, "ends_at": start + timedelta(hours=2), "reminders": week_before}


async def _subscribed(database: Database, towns: int) -> None:
    """Municipalities whose staff want to be told together."""
    slugs = [f"town{one}" for one in range(towns)]
    settings = SettingsRepository(database, SystemClock())
    for slug in slugs:
        await admit(database, slug, name={"de": "Stadt"})
        await settings.update(_scope(slug), _with_digest)
    staff = {f"{slug}-{one}": slug for slug in slugs for one in range(STAFF)}
    contacts = [
        ContactRecorded(
            contact_id=id, kind="staff", for_id=slug, name="Karla", language="de", email=f"{id}@example.org"
        )
        for id, slug in staff.items()
    ]
    await record_contacts(database, [(contact.for_id, contact) for contact in contacts])
    await appoint(database, staff)


def _with_digest(settings: TenantSettings) -> TenantSettings:
    return msgspec.structs.replace(settings, digest=Digests("07:30", EVERY_DAY))


async def _news(database: Database, towns: int) -> None:
    """Somebody signed up in some of them, and it is time to tell."""
    now = datetime.now(UTC)
    slugs = [f"town{one}" for one in range(towns)]
    signed_up = [(slug, _signed_up(f"p-{slug}")) for slug in slugs]
    await project(database, PARTICIPANT_HANDLERS, signed_up, now - timedelta(minutes=9))
    news = DeskNewsRepository(database)
    for slug in slugs:
        for one in range(STAFF):
            await news.schedule_for(_scope(slug), f"{slug}-{one}", since=now - timedelta(hours=1), at=now)


def _signed_up(id: str) -> ParticipantRegistered:
    """At the door, so that no message to the group is enqueued."""
    return ParticipantRegistered(
        gathering_id="g", registration_id=id, status="confirmed", size=1, channel="web", language="de", support=(),
        contact_id=id, walk_in=True,
    )  # fmt: skip


def _scope(slug: str) -> TenantScope:
    return of_document({"tenant": slug})


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
