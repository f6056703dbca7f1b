"""Self-checks closing one after the other: from the request to the row in reporting, and whether anything is left behind.

A nation closing within an hour is three a second; here they close as fast as they can. API and worker are processes as in
production; people's sheets are made beforehand, as answering has a load of its own.
"""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

from chassis.identity.tokens import LocalIssuer
from chassis.ids import new_id
from chassis.storage.mongo import Database, connect
from deploy.local.stack import LocalStack
from kommune.topics import apply
from tests.load.client import TENANT, Connection
from tests.load.figure import Figure
from tests.load.registrations import bench_settings, serving
from tests.support.waiting import patience

NATION, AT_LEAST, PEOPLE = 10_800, 120, 12
PERSPECTIVES = ("administration", "civil_society")
WANTED = 3.0
CLIENTS = 4


async def run(stack: LocalStack, folder: Path, share: float) -> list[Figure]:
    """`share` 1: as many as there are municipalities in the nation."""
    settings = bench_settings(stack, folder)
    await apply(settings)
    issuer = LocalIssuer(settings)
    selfcheck, reporting = connect(settings, "selfcheck"), connect(settings, "reporting")
    facts = {
        "tenant": TENANT,
        "seq": 1,
        "status": "admitted",
        "name": {"de": "Bench"},
        "kind": "city",
        "languages": ["de"],
    }
    for database in (selfcheck, reporting):
        await database["tenants"].insert_one({"_id": TENANT, **facts})
    async with serving(settings, ["-m", "kommune.cli", "serve", "selfcheck"], folder / "api.log") as api:
        count = max(AT_LEAST, int(NATION * share))
        ids = await _revealed(settings.port, issuer, selfcheck, count)
        worker = settings.model_copy(update={"port": settings.port + 1, "worker_port": settings.port + 1})
        reader = settings.model_copy(update={"port": settings.port + 2, "worker_port": settings.port + 2})
        async with (
            serving(worker, ["-m", "kommune.cli", "work", "selfcheck"], folder / "worker.log"),
            serving(reader, ["-m", "kommune.cli", "work", "reporting"], folder / "reporting.log") as projecting,
        ):
            figures = await _close(settings.port, issuer, ids, reporting, api, projecting)
    for database in (selfcheck, reporting):
        await database.drop()
        await database.close()
    return figures


async def _revealed(port: int, issuer: LocalIssuer, database: Database, count: int) -> list[str]:
    """Assessments whose answers are all in and revealed."""
    coordinator, moderator = issuer.issue(TENANT, "coordinator"), issuer.issue(TENANT, "moderator")
    base = f"/selfcheck/v1/{TENANT}/assessments"
    body = {
        "questionnaire": {"id": "weltoffene-kommune", "version": "1"},
        "title": {"de": "Bench"},
        "minimum_group": 3,
        "perspectives": [{"id": one, "title": {"de": one}} for one in PERSPECTIVES],
    }
    ids: list[str] = []

    async def prepare(number: int) -> None:
        connection = Connection(port)
        await connection.open()
        _, asked = await connection.request("GET", "/selfcheck/v1/questionnaires/weltoffene-kommune/1")
        questions = [q["id"] for f in json.loads(asked)["fields"] for c in f["criteria"] for q in c["questions"]]
        for _ in range(number, count, CLIENTS):
            _, made = await connection.request("POST", base, coordinator, json.dumps(body).encode())
            id = json.loads(made)["id"]
            await database["sheets"].insert_many([_sheet(id, number, questions) for number in range(PEOPLE)])
            status, answer = await connection.request("POST", f"{base}/{id}/reveal", moderator, b"")
            if status != 200:
                raise SystemExit(f"reveal: {status} {answer[:300]!r}")
            ids.append(id)
        connection.close()

    await asyncio.gather(*(prepare(number) for number in range(CLIENTS)))
    return ids


def _sheet(assessment: str, number: int, questions: list[str]) -> dict[str, object]:
    answers = {question: (place * 7 + number * 3) % 5 for place, question in enumerate(questions)}
    return {
        "_id": new_id(),
        "tenant": TENANT,
        "version": 1,
        "assessment": assessment,
        "perspective": PERSPECTIVES[number % 2],
        "questionnaire": {"id": "weltoffene-kommune", "version": "1"},
        "asked": None,
        "answers": answers,
        "notes": {},
        "handed_on": [],
        "handed_on_by": None,
        "answered": len(answers),
        "final": False,
        "label": "",
        "contact": None,
        "resume_hash": "-",
        "submitted_at": None,
        "invited_at": datetime.now(UTC),
        "seq": {},
        "outbox": [],
        "pending": False,
    }


async def _close(
    port: int, issuer: LocalIssuer, ids: list[str], reporting: Database, api: int, projecting: int
) -> list[Figure]:
    token, waiting = issuer.issue(TENANT, "moderator"), list(ids)
    process = psutil.Process(api)
    before, started = process.memory_info().rss, time.perf_counter()

    async def closer() -> None:
        connection = Connection(port)
        await connection.open()
        while waiting:
            path = f"/selfcheck/v1/{TENANT}/assessments/{waiting.pop()}/closing"
            status, answer = await connection.request("POST", path, token, b"")
            if status != 200:
                raise SystemExit(f"{path}: {status} {answer[:300]!r}")
        connection.close()

    await asyncio.gather(*(closer() for _ in range(CLIENTS)))
    closed = time.perf_counter()
    async with patience():
        while await reporting["assessments"].count_documents({"status": "closed"}) < len(ids):
            await asyncio.sleep(0.05)
    left = time.perf_counter() - closed
    rate = len(ids) / (time.perf_counter() - started)
    grown = (process.memory_info().rss - before) / 2**20
    size = psutil.Process(projecting).memory_info().rss / 2**20
    note = f"{len(ids)} with {PEOPLE} people each; the API grew by {grown:.0f} MB, reporting has {size:.0f} MB"
    return [
        Figure(
            "closings a second, request to projection", round(rate, 1), "/s", WANTED, "10,800 within an hour", note=note
        ),
        Figure("the last one projected after", round(left, 2), "s", 60, "to reach", "less"),
    ]
