"""From a POST to the mail standing in the SMTP sink, at fifty registrations a second, every service in processes of its own.

As a platform that has run for a while is met: what comes in the first second is not counted. The sink is the lean one, in a process of
its own, and is asked only when all was posted: reading mails as mail programs do would cost more than sending them does.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from deploy.local.stack import LocalStack
from tests.load.client import Connection, gatherings, percentile, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings
from tests.load.smtp_sink import SmtpSink
from tests.support.deployment import Deployment
from tests.support.waiting import patience

RATE, CONNECTIONS = 50, 20
WARM_UP = 1.0
BESIDE = 0.1
"""Seconds between bare mails."""
WHAT = "POST to mail in the sink, 50/s"


class SinkTown(Deployment):
    """Registration and notifications, with a mail server of our choice."""

    def __init__(self, settings: Settings, folder: Path, smtp_url: str) -> None:
        super().__init__(settings, folder, ("registration", "notifications"))
        self.settings = self.settings.model_copy(update={"smtp_url": smtp_url})


async def run(stack: LocalStack, folder: Path, seconds: float) -> list[Figure]:
    settings = bench_settings(stack, folder)
    with SmtpSink() as sink:
        async with SinkTown(settings, folder, sink.url) as town:
            return await _measure(town, sink, seconds)


async def _measure(town: Deployment, sink: SmtpSink, seconds: float) -> list[Figure]:
    port = town.ports["registration.api"]
    issuer = LocalIssuer(town.settings)
    paths = await gatherings(port, issuer, 8, 10_000)
    token = issuer.issue("bench", "intake")
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        connection = Connection(port)
        await connection.open()
        free.put_nowait(connection)
    sent: dict[str, float] = {}

    async def one(number: int) -> None:
        connection = await free.get()
        address = f"bench{number}@example.org"
        sent[address] = time.time()
        status, answer = await connection.request(
            "POST", f"{paths[number % len(paths)]}/registrations", token, registration(1, address)
        )
        if status != 201:
            raise SystemExit(f"a registration was answered with {status} {answer[:200]!r}")
        free.put_nowait(connection)

    beside: list[float] = []
    sending = asyncio.create_task(_bare(sink.url, beside))
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(RATE * (WARM_UP + seconds))):
            await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            group.create_task(one(number))
    sending.cancel()
    arrived: dict[str, float] = {}
    async with patience():
        while not sent.keys() <= arrived.keys():
            await asyncio.sleep(0.2)
            arrived = sink.arrived()
    times = [(arrived[to] - at) * 1000 for to, at in list(sent.items())[int(RATE * WARM_UP) :]]
    bare, slow = percentile(beside, 50), percentile(beside, 99)
    note = f"a bare send meanwhile: {bare:,.0f} ms, {slow:,.0f} ms"
    return [
        Figure(
            f"{WHAT}, median",
            percentile(times, 50),
            "ms",
            max(100, 4 * bare),
            "100 ms, or 4 × a bare send",
            "less",
            note,
        ),
        Figure(
            f"{WHAT}, 99th percentile",
            percentile(times, 99),
            "ms",
            max(300, 4 * slow),
            "300 ms, or 4 × a bare send",
            "less",
        ),
    ]


async def _bare(smtp_url: str, times: list[float]) -> None:
    """Mails to the same sink meanwhile, with nothing round them and over one connection, until cancelled; notes the milliseconds of each."""
    at = urlsplit(smtp_url)
    async with aiosmtplib.SMTP(hostname=at.hostname, port=at.port) as client:
        while True:
            began = time.perf_counter()
            await client.sendmail("bench@localhost", "bare@example.org", b"Subject: bare\r\n\r\nbare\r\n")
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(BESIDE)
