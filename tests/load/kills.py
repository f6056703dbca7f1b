"""kill -9 of the API while people crowd: seats stay right, and a repeated request gets the first answer, also over a kill.

People who get no answer ask again with their key, as the API says. Used by `make bench` at full size and by the fault tests.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from chassis.identity.tokens import LocalIssuer
from chassis.ids import new_id
from chassis.settings import Settings
from chassis.storage.mongo import Database, connect
from deploy.local.stack import LocalStack
from services.registration.seats.documents import to_claim
from tests.load.client import Connection, gatherings, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings
from tests.support.deployment import Deployment
from tests.support.waiting import patience

API, WORKER = "registration.api", "registration.worker"
AGAIN = 0.05


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    settings = bench_settings(stack, folder)
    started = time.perf_counter()
    rounds = [await crowded(settings, folder, people=1000, seats=100, kills=5, seed=seed) for seed in range(10)]
    took = time.perf_counter() - started
    repeated = await repeats(settings, folder, keys=1000, copies=50)
    return [
        Figure(
            "rounds gone wrong: 1000 groups, 100 seats, 5 kills",
            sum(map(bool, rounds)),
            "",
            0,
            "to reach",
            "less",
            f"10 rounds, 50 kills in {took:.0f} s {'; '.join(filter(None, rounds))}",
        ),
        Figure(
            "keys gone wrong: 50 × 1000 repeats over a kill",
            len(repeated),
            "",
            0,
            "to reach",
            "less",
            "; ".join(repeated[:3]),
        ),
    ]


async def crowded(settings: Settings, folder: Path, people: int, seats: int, kills: int, seed: int) -> str:
    """One round: everybody registers at once while the API is killed now and then. What is wrong afterwards, or nothing."""
    dice = random.Random(seed)
    async with _town(settings, folder) as (town, token, database):
        (path,) = await gatherings(town.ports[API], LocalIssuer(town.settings), 1, seats)
        sizes = {new_id(): dice.randint(1, 4) for _ in range(people)}
        asking = asyncio.gather(
            *(_until_answered(town.ports[API], path, token, registration(size), key) for key, size in sizes.items())
        )
        for _ in range(kills):
            await asyncio.sleep(dice.uniform(0.05, 0.4))
            await _kill(town)
        async with patience():
            await asking
        return await _wrong_seats(database, path.rsplit("/", 1)[1], list(sizes.values()), seats)


async def repeats(settings: Settings, folder: Path, keys: int, copies: int) -> list[str]:
    """Every key is sent by several people at once, again after a kill, and once with another body. What is wrong."""
    async with _town(settings, folder) as (town, token, database):
        port = town.ports[API]
        (path,) = await gatherings(port, LocalIssuer(town.settings), 1, keys)
        mine = [new_id() for _ in range(keys)]
        answers: dict[str, set[bytes]] = defaultdict(set)
        everyone = [(key, number) for key in mine for number in range(copies)]
        random.Random(1).shuffle(everyone)
        half = len(everyone) // 2

        async def ask(pairs: list[tuple[str, int]]) -> None:
            queue = list(reversed(pairs))

            async def one() -> None:
                while queue:
                    key, _ = queue.pop()
                    answers[key].add(await _until_answered(port, path, token, registration(), key))

            await asyncio.gather(*(one() for _ in range(50)))

        first = asyncio.create_task(ask(everyone[:half]))
        await asyncio.sleep(0.5)
        await _kill(town)
        await first
        await ask(everyone[half:])
        wrong = [f"{key}: {len(found)} answers" for key, found in answers.items() if len(found) != 1]
        wrong += [f"{key} was never answered" for key in mine if key not in answers]
        for key in mine[:20]:
            status, _ = await _ask(port, path, token, registration(2), key)
            if status != 422:
                wrong.append(f"{key} with another body: {status}")
        stored = await database["registrations"].count_documents({"gathering": path.rsplit("/", 1)[1]})
        return wrong + ([] if stored == keys else [f"{stored} registrations for {keys} keys"])


class _town:  # noqa: N801 - reads as a function
    """Registration's API and worker in processes of their own."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        settings = settings.model_copy(update={"namespace": f"k{new_id()[-10:]}"})
        self._town = Deployment(settings, folder, ("registration",))

    async def __aenter__(self) -> tuple[Deployment, str, Database]:
        town = await self._town.__aenter__()
        self._database = connect(town.settings, "registration")
        return town, LocalIssuer(town.settings).issue("bench", "intake"), self._database

    async def __aexit__(self, *error: object) -> None:
        try:
            await self._town.__aexit__(*error)
        finally:
            await self._database.drop()
            await self._database.close()


async def _kill(town: Deployment) -> None:
    town.kill(API)
    town.start(API)
    await town.ready(API)


async def _ask(port: int, path: str, token: str, body: bytes, key: str) -> tuple[int, bytes]:
    connection = Connection(port)
    await connection.open()
    try:
        return await connection.request("POST", f"{path}/registrations", token, body, key)
    finally:
        connection.close()


async def _until_answered(port: int, path: str, token: str, body: bytes, key: str) -> bytes:
    """Ask, and ask again while nobody answers or the service says that it is busy."""
    while True:
        try:
            status, answer = await _ask(port, path, token, body, key)
        except (OSError, EOFError):
            status = 503
        if status == 201:
            return answer
        if status != 503:
            raise RuntimeError(f"{path}: {status} {answer[:200]!r}")
        await asyncio.sleep(AGAIN)


async def _wrong_seats(database: Database, id: str, sizes: list[int], seats: int) -> str:
    await _settled(lambda: database["registrations"].count_documents({"due_at": {"$exists": True}}))
    gathering: dict[str, Any] = await database["gatherings"].find_one({"_id": id}) or {}
    people = await database["registrations"].find({"gathering": id}).to_list(None)
    claims = {id: to_claim(stored) for id, stored in gathering["claims"].items()}
    taken = sum(claim.size for claim in claims.values() if claim.seated)
    fitting = [claim for claim in claims.values() if not claim.seated and claim.size <= seats - taken]
    if {one["_id"]: 1 + len(one.get("party", ())) for one in people} != {
        id: claim.size for id, claim in claims.items()
    }:
        return "a group was split, lost or is without its registration"
    if sorted(claim.size for claim in claims.values()) != sorted(sizes):
        return f"{len(claims)} claims of {len(sizes)} groups"
    if taken > seats:
        return f"{taken} of {seats} seats are taken"
    return f"{seats - taken} seats are free while a group waits that fits" if fitting else ""


async def _settled(open_cases: Callable[[], Awaitable[int]]) -> None:
    """Until the reconciler has looked at every registration whose claim is not known to stand."""
    async with patience():
        while await open_cases():
            await asyncio.sleep(0.2)
