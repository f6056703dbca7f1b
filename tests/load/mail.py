"""From a POST to the mail standing in the SMTP sink, at fifty registrations a second, every service in processes of its own."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib

from chassis.identity.tokens import LocalIssuer
from deploy.local.stack import LocalStack
from tests.load.client import Connection, gatherings, percentile, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings
from tests.support.deployment import Deployment
from tests.support.waiting import patience

RATE, CONNECTIONS = 50, 20
BESIDE = 0.05
"""Seconds between bare mails."""
WHAT = "POST to mail in the sink, 50/s"


async def run(stack: LocalStack, folder: Path, seconds: float) -> list[Figure]:
    settings = bench_settings(stack, folder)
    async with Deployment(settings, folder, ("registration", "notifications")) as town, town.platform() as platform:
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
        sending = asyncio.create_task(_bare(town.settings.smtp_url, beside))
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(RATE * seconds)):
                await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
                group.create_task(one(number))
        sending.cancel()
        arrived: dict[str, float] = {}
        async with patience():
            while len(arrived) < len(sent):
                mails = await platform.call("GET", "/mailbox.json")
                arrived = {m["to"]: datetime.fromisoformat(m["at"]).timestamp() for m in mails if m["to"] in sent}
                await asyncio.sleep(0.2)
    times = [(arrived[to] - at) * 1000 for to, at in sent.items()]
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
    """Mails to the same sink meanwhile, with nothing round them, until cancelled; notes how many milliseconds each took."""
    at = urlsplit(smtp_url)
    while True:
        began = time.perf_counter()
        async with aiosmtplib.SMTP(hostname=at.hostname, port=at.port) as client:
            await client.sendmail("bench@localhost", "bare@example.org", b"Subject: bare\r\n\r\nbare\r\n")
        times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(BESIDE)
