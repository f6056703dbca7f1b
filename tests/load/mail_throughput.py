"""Mails a second that a worker sends, rendered, DKIM-signed and journaled, beside a bare aiosmtplib loop that signs too."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import aiosmtplib

from chassis.settings import Settings
from chassis.storage.mongo import Database, Document, connect
from deploy.local.stack import LocalStack
from services.notifications.domain.facts import Contact, Group
from services.notifications.mail.dkim import Signer, new_key
from services.notifications.mail.server import CONNECTIONS
from services.notifications.messages.enqueue import new_message
from tests.load.figure import Figure
from tests.load.registrations import bench_settings
from tests.load.smtp_sink import SmtpSink, a_second
from tests.service.notifications.projected import admit, enqueue_messages, publish_gathering, store_facts
from tests.support.deployment import Deployment
from tests.support.waiting import patience

TENANTS = 4
OF_BARE, OF_ONE = "60 % of a bare loop that signs", "1.6 × one, where cores allow"
WORKER, SPARE = "notifications.worker", "notifications.spare"


class MailTown(Deployment):
    """Notifications alone, signing, with a mail server of our choice."""

    def __init__(self, settings: Settings, folder: Path, smtp_url: str) -> None:
        super().__init__(settings, folder, ("notifications",))
        del self.ports["notifications.api"]
        self.settings = self.settings.model_copy(update={"smtp_url": smtp_url})
        self.key = new_key()

    def start(self, part: str, failpoints: str = "", **more: str) -> None:
        super().start(part, failpoints, DKIM_SELECTOR="bench", DKIM_KEY=self.key.decode(), **more)


@asynccontextmanager
async def own_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of notifications; dropped when those who work on it have ended."""
    database = connect(settings, "notifications")
    try:
        yield database
    finally:
        await database.drop()
        await database.close()


async def run(stack: LocalStack, folder: Path, mails: int = 3_000, far_mails: int = 600) -> list[Figure]:
    settings = bench_settings(stack, folder)
    with SmtpSink() as sink:
        async with own_database(settings) as database, MailTown(settings, folder, sink.url) as town:
            await people(database, mails)
            numbers = count()
            await _sent(database, sink, mails // 4, numbers)  # everything is imported, connected and remembered
            bare = await _bare(sink, town, await _example(sink, town), mails)
            one = await _sent(database, sink, mails, numbers)
            await _second_worker(town)
            two = await _sent(database, sink, mails, numbers)
    far_one, far_two = await _far(bench_settings(stack, folder / "far"), folder / "far", far_mails)
    of_bare = f"bare {bare:,.0f}/s, {CONNECTIONS} connections each; only the worker sends commands in groups"
    cores = f"{os.cpu_count()} cores for everything"
    return [
        Figure("mails sent by one worker", round(one, 1), "/s", round(0.6 * bare, 1), OF_BARE, note=of_bare),
        Figure("mails sent by two workers", round(two, 1), "/s", round(1.6 * one, 1), OF_ONE, note=cores),
        Figure("mails sent to a server 50 ms away", round(far_one, 1), "/s", 4 * CONNECTIONS, "4 × connections"),
        Figure("the same by two workers", round(far_two, 1), "/s", round(1.6 * far_one, 1), "1.6 × one"),
    ]


async def _second_worker(town: MailTown) -> None:
    town.start(SPARE)
    await town.ready(SPARE)
    await asyncio.sleep(5)  # until the ranges are divided


async def people(database: Database, number: int, tenants: int = TENANTS, **gathering: Any) -> None:
    """People of some municipalities who take part in a gathering."""
    for tenant in range(tenants):
        numbers = range(tenant, number, tenants)
        await add_town(database, f"town{tenant}", f"g{tenant}", [f"p{one}" for one in numbers], **gathering)


async def add_town(database: Database, slug: str, gathering_id: str, people: Sequence[str], **gathering: Any) -> None:
    """A municipality and people who take part in its gathering."""
    facts = {"colour": "#a01020", "phone": "04421 1234", "phone_hours": {"de": "Mo–Fr 9–12"}}
    await admit(database, slug, name={"de": slug}, languages=("de", "en"), **facts)
    about = {"title": {"de": "Bürgerdialog", "en": "Dialogue"}, "place": "Rathaus", **gathering}
    await publish_gathering(database, slug, datetime.now(UTC), gathering_id=gathering_id, **about)
    contacts = [
        Contact(id=id, name=f"Olena {id}", language="de", email=f"{id}@example.org", codes={"manage": f"c{id:0>25}"})
        for id in people
    ]
    groups = [Group(id=id, gathering=gathering_id, status="confirmed", sure=True) for id in people]
    await store_facts(database, "contacts", *contacts, tenant=slug)
    await store_facts(database, "participants", *groups, tenant=slug)


def owed(first: int, number: int, people: int, tenants: int = TENANTS) -> dict[str, Document]:
    """Messages that are due now, by id."""
    now, messages = datetime.now(UTC), dict[str, Document]()
    for one in range(first, first + number):
        person = one % people
        facts = {"tenant": f"town{person % tenants}", "gathering": f"g{person % tenants}", "due_at": now}
        messages[f"m-{one:032}"] = new_message("confirmed", f"p{person}", now, **facts)
    return messages


async def _sent(database: Database, sink: SmtpSink, number: int, numbers: Any) -> float:
    sink.forget()
    first = next(numbers) * 1_000_000
    await enqueue_messages(database, owed(first, number, number))
    async with patience("mails"):
        while len(sink.taken()[0]) < number:
            await asyncio.sleep(0.25)
    async with patience("what became of them"):
        while await database["intents"].count_documents({"status": "pending"}):
            await asyncio.sleep(0.05)
    times, ids = sink.taken()
    if any(often > 1 for often in ids.values()):
        raise SystemExit("a mail went out twice")
    return a_second(times)


async def _example(sink: SmtpSink, town: MailTown) -> bytes:
    """A mail as large as the worker's, not yet signed."""
    from services.notifications.mail.compose import compose
    from services.notifications.mail.letterhead import platform
    from services.notifications.wording.rendered_text import RenderedText

    rendered = RenderedText(
        to="Olena", language="de", subject="Ihr Platz ist bestätigt", action="Zur Anmeldung",
        paragraphs=("Ihr Platz beim Bürgerdialog ist bestätigt. Wir freuen uns auf Sie.",) * 4, link="http://127.0.0.1/my/1",
    )  # fmt: skip
    return compose(
        rendered, "example", "p@example.org", platform(town.settings.mail_from, town.address), datetime.now(UTC)
    ).content


async def _far(settings: Settings, folder: Path, mails: int) -> tuple[float, float]:
    """Mails a second of one worker, and of two, where each answer of the mail server takes 50 ms."""
    with SmtpSink(pause=0.05) as sink:
        async with own_database(settings) as database, MailTown(settings, folder, sink.url) as town:
            await people(database, mails)
            numbers = count()
            await _sent(database, sink, mails // 4, numbers)
            one = await _sent(database, sink, mails, numbers)
            await _second_worker(town)
            return one, await _sent(database, sink, mails, numbers)


async def _bare(sink: SmtpSink, town: MailTown, content: bytes, number: int) -> float:
    signer, left = Signer.of_pem("localhost", "bench", town.key), iter(range(number))
    sink.forget()

    async def one() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port)
        await client.connect()
        for each in left:
            mail = content.replace(b"<example@", b"<bare-%d@" % each, 1)
            await client.mail("noreply@localhost")
            await client.rcpt(f"p{each}@example.org")
            await client.data(signer.sign(mail, datetime.now(UTC)))
        await client.quit()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return a_second(sink.taken()[0])
