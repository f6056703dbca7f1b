"""The nation in one deployment: 10,800 municipalities, 200,000 gatherings, 5 million registrations, beside a deployment of a few.

What a person waits for must not depend on how many others there are: the same calls are measured in both, in turns, so that
whatever else the machine does falls on both; each shows equally many things. Then what time brings (`sweeps`).
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from pymongo import MongoClient

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from deploy.local.stack import LocalStack
from kommune.demo.people import participants
from services.registration.gatherings.pages import MUNICIPALITIES_SHOWN
from tests.load import sweeps
from tests.load.client import TENANT, Connection, gatherings, load, percentile, registration
from tests.load.figure import Figure
from tests.load.nation import Document, copy
from tests.load.registrations import bench_settings, serving

MUNICIPALITIES, GATHERINGS, REGISTRATIONS = 10_800, 200_000, 5_000_000
PER_MUNICIPALITY = -(-GATHERINGS // MUNICIPALITIES)
PER_GATHERING = REGISTRATIONS // GATHERINGS
NEIGHBOURS, THEIRS = MUNICIPALITIES_SHOWN + 1, 4
"""The few: as many municipalities as a page can show, with so many gatherings each."""
CLIENTS, TURNS = 8, 5
ALLOWED = 1.3
"""How much longer the 95th percentile may take than among the few."""
Call = tuple[str, list[str], str, bytes]


@dataclass(frozen=True)
class Deployment:
    settings: Settings
    issuer: LocalIssuer
    pid: int
    calls: dict[str, Call]

    @property
    def database(self) -> str:
        return f"{self.settings.namespace}_registration"


async def run(stack: LocalStack, folder: Path, seconds: float, share: float) -> list[Figure]:
    """`share` 1 is the nation; less is faster. Leaves nothing behind, also where it fails."""
    dropped: list[str] = []
    try:
        async with AsyncExitStack() as open:
            few = await _deployment(stack, folder / "few", open, dropped)
            nation = await _deployment(stack, folder / "nation", open, dropped)
            uri = stack.mongodb_uri
            await asyncio.to_thread(copy, uri, few.database, NEIGHBOURS, THEIRS, PER_GATHERING)
            started = time.perf_counter()
            many = max(int(MUNICIPALITIES * share), NEIGHBOURS)
            counts = await asyncio.to_thread(copy, uri, nation.database, many, PER_MUNICIPALITY, PER_GATHERING)
            took = time.perf_counter() - started
            size = ", ".join(f"{count:,} {name}" for name, count in counts.items())
            found = [Figure("copying the nation", round(took), "s", 3600, "an hour", "less", size)]
            found += await _compared(few, nation, seconds)
        # Nothing is served any more: what time brings has the machine to itself.
        return found + await sweeps.run(few.settings, nation.settings, ALLOWED)
    finally:
        client: MongoClient[Document] = MongoClient(stack.mongodb_uri)
        for name in dropped:
            client.drop_database(name)
        # MongoDB gives the files back some checkpoints later; it may be stopped before that.
        for _ in range(3):
            client.admin.command("fsync")
            await asyncio.sleep(2)
        client.close()


async def _deployment(stack: LocalStack, folder: Path, open: AsyncExitStack, dropped: list[str]) -> Deployment:
    """One municipality with gatherings of `PER_GATHERING`, and the calls that are measured."""
    settings = bench_settings(stack, folder)
    dropped.append(f"{settings.namespace}_registration")
    issuer = LocalIssuer(settings)
    pid = await open.enter_async_context(
        serving(settings, ["-m", "kommune.cli", "serve", "registration"], folder / "api.log")
    )
    staff = issuer.issue(TENANT, "intake")
    paths = await gatherings(settings.port, issuer, 8, 1000)
    for number, path in enumerate(paths):
        await _register(settings.port, path, staff, number)
    # People register for these, so that the others stay as they are.
    crowded = await gatherings(settings.port, issuer, 8, 10_000)
    pages = [path.replace("/registration/v1", "/registration") for path in paths]
    looked_for = json.dumps({"gathering": paths[0].rpartition("/")[2], "q": "Kovalenko"}).encode()
    alike = json.dumps({"gathering": paths[0].rpartition("/")[2], "name": "Olena Kovalenko", "phone": "+49 4421 1234"})
    calls: dict[str, Call] = {
        "start page": ("GET", ["/registration/"], "", b""),
        "finding a municipality": ("GET", ["/registration/?q=bench"], "", b""),
        "gatherings of one": ("GET", [f"/registration/v1/{TENANT}/gatherings"], "", b""),
        "gathering page": ("GET", pages, "", b""),
        "desk list": ("GET", [f"{path}/registrations?status=active&limit=50" for path in paths], staff, b""),
        "desk search": ("POST", [f"/registration/v1/{TENANT}/registrations/search"], staff, looked_for),
        "doubles": ("POST", [f"/registration/v1/{TENANT}/registrations/similar"], staff, alike.encode()),
        "registering": ("POST", [f"{path}/registrations" for path in crowded], staff, registration()),
    }
    return Deployment(settings, issuer, pid, calls)


async def _register(port: int, path: str, token: str, number: int) -> None:
    """The same people in every deployment: who is looked for is found as often."""
    connection = Connection(port)
    await connection.open()
    for person in participants(f"g{number}", PER_GATHERING, []):
        body = json.dumps({**person, "party": person["party"][:3]}).encode()
        status, answer = await connection.request("POST", f"{path}/registrations", token, body)
        if status != 201:
            raise SystemExit(f"{path}: {status} {answer[:200]!r}")
    connection.close()


async def _compared(few: Deployment, nation: Deployment, seconds: float) -> list[Figure]:
    """The 95th percentile of each call, in ms, in both."""
    figures = []
    for name in few.calls:
        times: dict[str, list[float]] = {}
        for turn in range(TURNS + 1):
            for where in (few, nation) if turn % 2 else (nation, few):
                method, paths, token, body = where.calls[name]
                span = seconds / TURNS if turn else 0.5
                measured = await load(where.settings.port, method, paths, token, body, CLIENTS, span, where.pid)
                if turn:
                    times.setdefault(where.database, []).extend(measured.times)
        small, large = (percentile(times[of.database], 95) for of in (few, nation))
        figures.append(
            Figure(
                f"{name}, 95th percentile in the nation",
                large,
                "ms",
                round(small * ALLOWED, 1),
                f"{ALLOWED} × {NEIGHBOURS} municipalities",
                "less",
            )
        )
    return figures
