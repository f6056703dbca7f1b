"""The desk of a large gathering beside that of a small one: lists, search, what has to be ordered, the door, the clerk's page; everybody answered
ten questions of the gathering's own.

Both show equally many people: what is compared is finding them, not carrying them.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from pymongo import MongoClient
from pymongo.database import Database

from chassis.identity.tokens import LocalIssuer
from chassis.storage.mongo import Document
from deploy.local.stack import LocalStack
from tests.load.client import TENANT, Connection, gatherings, load, percentile
from tests.load.figure import Figure
from tests.load.registrations import QUESTIONS, bench_settings, serving

SMALL, LARGE = 50, 5_000
SHOWN = SMALL // 5
"""On a page of a list: as many as wait for seats at the small one."""
PORTION = 1_000
"""Registrations after which what they told is taken away."""
CLIENTS = 4
TURNS = 4
ALLOWED = 1.3
ANSWERS = {
    one["id"]: (["so"], [["a", "c"]], True, number, "2026-11-30")[number % 5] for number, one in enumerate(QUESTIONS)
}
"""To each of the questions, of one person."""


async def run(stack: LocalStack, folder: Path, seconds: float) -> list[Figure]:
    settings = bench_settings(stack, folder)
    issuer = LocalIssuer(settings)
    staff = issuer.issue(TENANT, "intake")
    found: dict[int, dict[str, list[float]]] = {SMALL: {}, LARGE: {}}
    client: MongoClient[Document] = MongoClient(settings.mongodb_uri)
    database = client[f"{settings.namespace}_registration"]
    async with serving(settings, ["-m", "kommune.cli", "serve", "registration"], folder / "api.log") as pid:
        calls = {people: _calls(await _filled(settings.port, issuer, database, people), people) for people in found}
        for name in calls[SMALL]:
            # In turns, so that whatever else the machine does falls on both.
            for turn in range(TURNS + 1):
                for people in (SMALL, LARGE) if turn % 2 else (LARGE, SMALL):
                    method, where, body = calls[people][name]
                    measured = await load(settings.port, method, [where], staff, body, CLIENTS, seconds / TURNS, pid)
                    if turn:
                        found[people].setdefault(name, []).extend(measured.times)
    client.drop_database(f"{settings.namespace}_registration")
    client.close()
    limits = {name: round(percentile(times, 95) * ALLOWED, 1) for name, times in found[SMALL].items()}
    return [
        Figure(
            f"desk, {name}, 95th percentile of {LARGE:,} groups",
            percentile(times, 95),
            "ms",
            limits[name],
            f"{ALLOWED} × {SMALL} groups",
            "less",
        )
        for name, times in found[LARGE].items()
    ]


def _calls(path: str, people: int) -> dict[str, tuple[str, str, bytes]]:
    """Method, path and body of each thing that the desk asks for."""
    id, somebody = path.rpartition("/")[2], f"kovalenko{people - 1}"
    search = json.dumps({"gathering": id, "q": somebody}).encode()
    similar = json.dumps({"gathering": id, "name": f"Olena {somebody}"}).encode()
    return {
        "list": ("GET", f"{path}/registrations?status=active&limit={SHOWN}", b""),
        "waiting line": ("GET", f"{path}/registrations?status=waiting&limit={SHOWN}", b""),
        "filtered list": ("GET", f"{path}/registrations?status=confirmed&language=uk&limit={SHOWN}", b""),
        "search": ("POST", f"/registration/v1/{TENANT}/registrations/search", search),
        "doubles": ("POST", f"/registration/v1/{TENANT}/registrations/similar", similar),
        "needs": ("GET", f"{path}/needs", b""),
        "door": ("GET", f"{path}/arrivals", b""),
        "clerk's page": ("GET", f"/registration/{TENANT}/desk/{id}", b""),
    }


async def _filled(port: int, issuer: LocalIssuer, database: Database[Document], people: int) -> str:
    """The path of a gathering for which so many groups registered and answered, of whom four in five have seats."""
    (path,) = await gatherings(port, issuer, 1, people * 4 // 5, questions=QUESTIONS)
    staff = issuer.issue(TENANT, "intake")
    for begin in range(0, people, PORTION):
        end = min(people, begin + PORTION)
        await asyncio.gather(*(_register(port, path, staff, range(begin + part, end, 16)) for part in range(16)))
        # What the relay does; none runs here, and a gathering with everything it ever told is none that is met.
        database["gatherings"].update_many({}, {"$set": {"outbox": [], "pending": False}})
    return path


async def _register(port: int, path: str, token: str, numbers: range) -> None:
    connection = Connection(port)
    await connection.open()
    for number in numbers:
        body = {
            "name": f"Olena Kovalenko{number}",
            "contact": {"phone": f"+49 4421 {100_000 + number}"},
            "language": ("uk", "ar", "de")[number % 3],
            "channel": "phone",
            "consent": {"text_version": "1"},
            "answers": ANSWERS,
        }
        status, answer = await connection.request("POST", f"{path}/registrations", token, json.dumps(body).encode())
        if status != 201:
            raise SystemExit(f"{path}: {status} {answer[:200]!r}")
    connection.close()
