"""A thousand people at once for a hundred seats: ten times alone, then in groups of one to four."""

from __future__ import annotations

import asyncio
import json
import random
import time
from pathlib import Path

from chassis.identity.tokens import LocalIssuer
from chassis.storage.mongo import connect
from deploy.local.stack import LocalStack
from tests.load.client import Connection, gatherings, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings, serving

PEOPLE, SEATS, ROUNDS = 1000, 100, 10


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    settings = bench_settings(stack, folder)
    issuer = LocalIssuer(settings)
    figures = []
    async with serving(settings, ["-m", "kommune.cli", "serve", "registration"], folder / "api.log"):
        token = issuer.issue("bench", "intake") if await gatherings(settings.port, issuer, 0, 1) == [] else ""
        for groups in (False, True):
            wrong, slowest = 0, 0.0
            for round_ in range(ROUNDS):
                dice = random.Random(round_)
                sizes = [dice.randint(1, 4) if groups else 1 for _ in range(PEOPLE)]
                (path,) = await gatherings(settings.port, issuer, 1, SEATS)
                started = time.perf_counter()
                answers = await asyncio.gather(*(_one(settings.port, path, token, size) for size in sizes))
                slowest = max(slowest, time.perf_counter() - started)
                wrong += not _right(sizes, answers)
            what = "groups of 1 to 4" if groups else "single people"
            figures.append(
                Figure(
                    f"rounds gone wrong: {PEOPLE} {what}, {SEATS} seats",
                    wrong,
                    "",
                    0,
                    "to reach",
                    "less",
                    f"{ROUNDS} rounds, the slowest {slowest:.1f} s",
                )
            )
    database = connect(settings, "registration")
    await database.drop()
    await database.close()
    return figures


async def _one(port: int, path: str, token: str, size: int) -> str:
    connection = Connection(port)
    await connection.open()
    status, answer = await connection.request("POST", f"{path}/registrations", token, registration(size))
    connection.close()
    return str(json.loads(answer)["status"]) if status == 201 else f"failed: {status}"


def _right(sizes: list[int], answers: list[str]) -> bool:
    """Everybody has an answer; never above the seats, and no seat free while a group waits that fits."""
    taken = sum(size for size, answer in zip(sizes, answers, strict=True) if answer == "confirmed")
    waiting = [size for size, answer in zip(sizes, answers, strict=True) if answer == "waiting"]
    everybody = {"confirmed", "waiting"} >= set(answers)
    return everybody and taken <= SEATS and not any(size <= SEATS - taken for size in waiting)
