"""The nation in one deployment: 10,800 municipalities, 200,000 gatherings, 5 million registrations, beside a single municipality.

What a person waits for must not depend on how many others there are: the same calls are measured on the small data set and,
once the rest of the nation is there, again. The nation is copied from what the API itself stored, so its documents have the
shape that they have in use.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import MongoClient, WriteConcern

from chassis.ids import new_id
from chassis.settings import Settings
from chassis.tokens import LocalIssuer
from deploy.local.stack import LocalStack
from kommune.demo.people import participants
from tests.load.client import TENANT, Connection, gatherings, load, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings, serving

MUNICIPALITIES, GATHERINGS, REGISTRATIONS = 10_800, 200_000, 5_000_000
PER_GATHERING = REGISTRATIONS // GATHERINGS
PROCESSES, BATCH = 2, 2_000
CLIENTS = 8
ALLOWED = 1.3
"""How much longer the 95th percentile may take than on the small data set."""
LEFT_BEHIND = ("outbox", "seq", "pending", "due_at", "requests", "request")
"""Fields of what is under way; a copy is at rest."""

Document = dict[str, Any]


async def run(stack: LocalStack, folder: Path, seconds: float, share: float) -> list[Figure]:
    """`share` 1 is the nation; less is faster."""
    settings = bench_settings(stack, folder)
    issuer = LocalIssuer(settings)
    async with serving(settings, ["-m", "kommune.cli", "serve", "registration"], folder / "api.log") as pid:
        paths = await gatherings(settings.port, issuer, 8, 1000)
        for path in paths:
            await _register(settings.port, path, issuer.issue(TENANT, "intake"), PER_GATHERING)
        crowded = await gatherings(settings.port, issuer, 8, 100_000)
        small = await _measured(settings, issuer, paths, crowded, seconds, pid)
        started = time.perf_counter()
        counts = await asyncio.to_thread(_copy_nation, settings, share)
        took = time.perf_counter() - started
        large = await _measured(settings, issuer, paths, crowded, seconds, pid)
    client: MongoClient[Document] = MongoClient(settings.mongodb_uri)
    client.drop_database(f"{settings.namespace}_registration")
    client.close()
    size = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    return [
        Figure(f"{name}, 95th percentile in the nation", large[name], "ms", round(small[name] * ALLOWED, 1), f"{ALLOWED} × one municipality", "less", f"{size}, copied in {took:.0f} s")
        for name in small
    ]  # fmt: skip


async def _register(port: int, path: str, token: str, count: int) -> None:
    connection = Connection(port)
    await connection.open()
    for person in participants(path[-8:], count, []):
        body = json.dumps({**person, "party": person["party"][:3]}).encode()
        status, answer = await connection.request("POST", f"{path}/registrations", token, body)
        if status != 201:
            raise SystemExit(f"{path}: {status} {answer[:200]!r}")
    connection.close()


async def _measured(
    settings: Settings, issuer: LocalIssuer, paths: list[str], crowded: list[str], seconds: float, pid: int
) -> dict[str, float]:
    """The 95th percentile of each call, in ms. People register for the `crowded` ones, so that the others stay as they are."""
    staff = issuer.issue(TENANT, "intake")
    pages = [path.replace("/registration/v1", "/registration") for path in paths]
    looked_for = json.dumps({"gathering": paths[0].rpartition("/")[2], "q": "Kovalenko"}).encode()
    calls: dict[str, tuple[str, list[str], str, bytes]] = {
        "all municipalities": ("GET", ["/registration/"], "", b""),
        "gatherings of one": ("GET", [f"/registration/v1/{TENANT}/gatherings"], "", b""),
        "gathering page": ("GET", pages, "", b""),
        "desk list": ("GET", [f"{path}/registrations?status=active&limit=50" for path in paths], staff, b""),
        "desk search": ("POST", [f"/registration/v1/{TENANT}/registrations/search"], staff, looked_for),
        "registering": ("POST", [f"{path}/registrations" for path in crowded], staff, registration()),
    }
    found = {}
    for name, (method, where, token, body) in calls.items():
        await load(settings.port, method, where, token, body, CLIENTS, 0.5, pid)
        found[name] = (await load(settings.port, method, where, token, body, CLIENTS, seconds, pid)).percentile(95)
    return found


def _copy_nation(settings: Settings, share: float) -> dict[str, int]:
    """Fill the database from its own documents; how many there are then."""
    municipalities = int(MUNICIPALITIES * share)
    parts = [(settings.mongodb_uri, f"{settings.namespace}_registration", municipalities, part) for part in range(PROCESSES)]  # fmt: skip
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(_copy_part, parts))
    client: MongoClient[Document] = MongoClient(settings.mongodb_uri)
    database = client[f"{settings.namespace}_registration"]
    counts = {name: database[name].estimated_document_count() for name in ("municipalities", "gatherings", "registrations")}  # fmt: skip
    client.close()
    return counts


def _copy_part(part: tuple[str, str, int, int]) -> None:
    uri, name, municipalities, number = part
    client: MongoClient[Document] = MongoClient(uri)
    database = client.get_database(name, write_concern=WriteConcern(w=1, j=False))
    municipality = database["municipalities"].find_one({"_id": TENANT}) or {}
    held = [
        (gathering, list(database["registrations"].find({"gathering": gathering["_id"]})))
        for gathering in database["gatherings"].find({"tenant": TENANT, "next_turn": PER_GATHERING + 1})
    ]
    dice = random.Random(number)
    places = range(number, municipalities, PROCESSES)
    _insert(database["municipalities"], (_municipality(municipality, place) for place in places))
    made = ((place, dice.choice(held)) for place in places for _ in range(round(GATHERINGS / MUNICIPALITIES)))
    while some := list(islice(made, BATCH // 20)):
        pairs = [_gathering(place, *pair) for place, pair in some]
        _insert(database["gatherings"], (gathering for gathering, _ in pairs))
        _insert(database["registrations"], (one for _, people in pairs for one in people))
    client.close()


def _insert(collection: Any, documents: Iterator[Document]) -> None:
    while batch := list(islice(documents, BATCH)):
        collection.insert_many(batch, ordered=False)


def _municipality(origin: Document, place: int) -> Document:
    slug = f"gemeinde-{place}"
    named = {**origin["facts"], "slug": slug, "name": {"de": f"Gemeinde {place:05}"}}
    return _at_rest(origin) | {"_id": slug, "tenant": slug, "facts": named}


def _gathering(place: int, gathering: Document, people: list[Document]) -> tuple[Document, list[Document]]:
    """A copy with its people; ids are new everywhere."""
    slug, id = f"gemeinde-{place}", new_id()
    renamed = {person["_id"]: new_id() for person in people}
    ledger = {
        kind: {renamed[old]: claim for old, claim in gathering[kind].items() if old in renamed}
        for kind in ("claims", "gone")
    }
    moved = {"tenant": slug, "gathering": id}
    return (
        _at_rest(gathering) | ledger | {"_id": id, "tenant": slug},
        [_at_rest(person) | moved | {"_id": renamed[person["_id"]]} for person in people],
    )


def _at_rest(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in LEFT_BEHIND}
