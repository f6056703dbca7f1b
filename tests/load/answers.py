"""Saving answers: 200 people who answer at once, each save durable (majority, journal).

People read between two answers: everybody saves one about every two seconds, at random. Beside it, how many saves a second one
process takes when nobody pauses, against one journaled insert per request through the same HTTP stack.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from chassis.identity.tokens import LocalIssuer
from chassis.messaging.records import Record
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.mongo import connect
from contracts.envelope import Envelope
from contracts.registration import MunicipalityAdmitted
from deploy.local.stack import LocalStack
from services.selfcheck.questionnaires.repository import SHIPPED
from services.selfcheck.service import compose
from tests.load.client import TENANT, Connection, Load, load, registration
from tests.load.figure import Figure
from tests.load.registrations import bench_settings, serving

PEOPLE = 200
BUSY = 32
"""Clients without a pause."""
THINKING = 2.0
"""Seconds between two answers of one person, on average."""
TARGET = 40.0


@dataclass
class Person:
    """A respondent: the path of their sheet, their resume code, and what was acknowledged to them."""

    path: str
    resume: str = ""
    acknowledged: dict[str, int] = field(default_factory=dict)


async def run(stack: LocalStack, folder: Path, seconds: float) -> list[Figure]:
    settings = bench_settings(stack, folder)
    await _admit(settings)
    shipped = json.loads((SHIPPED / "weltoffene-kommune-1.json").read_text("utf-8"))
    questions = [q["id"] for f in shipped["fields"] for c in f["criteria"] for q in c["questions"]]
    async with serving(settings, ["-m", "kommune.cli", "serve", "selfcheck"], folder / "api.log") as pid:
        people = await _invite(settings, PEOPLE)
        calm = await _answer(settings.port, people, questions, seconds * 2, THINKING, pid)
        busy = await _answer(settings.port, people[:BUSY], questions, seconds, 0, pid)
        await _all_there(settings.port, people)
    async with serving(settings, ["-m", "tests.load.insert_limit"], folder / "limit.log") as pid:
        limit = await load(settings.port, "POST", ["/insert"], "", registration(), BUSY, seconds, pid)
    for service in ("selfcheck", "limit"):
        database = connect(settings, service)
        await database.drop()
        await database.close()
    return [
        Figure(
            f"saving an answer, p95, {PEOPLE} people at once",
            calm.percentile(95),
            "ms",
            TARGET,
            "to reach",
            "less",
            note=f"{calm.per_second}/s, p50 {calm.percentile(50)} p99 {calm.percentile(99)} ms, {calm.cpu_ms} CPU-ms each",
        ),
        Figure(
            f"saves a second, {BUSY} clients without a pause",
            busy.per_second,
            "/s",
            limit.per_second,
            "one insert per request, same stack",
            note=f"p50 {busy.percentile(50)} p95 {busy.percentile(95)} ms, {busy.cpu_ms} CPU-ms each",
        ),
    ]


async def _admit(settings: Settings) -> None:
    """Let selfcheck know the tenant, as an event would."""
    service = Service("selfcheck", compose, settings)
    await service.prepare()
    event = MunicipalityAdmitted(
        slug=TENANT,
        name={"de": "Bench"},
        kind="city",
        state="Niedersachsen",
        inhabitants=1,
        languages=("de",),
        contact_id="c",
    )
    data = event.model_dump_json().encode()
    told = Envelope("e1", event.event_type, "/bench", "2026-11-01T10:00:00Z", TENANT, TENANT, 1, data)
    assert service.context.processor is not None
    await service.context.processor.handle([Record(event.topic, 0, 0, TENANT, data, tuple(told.headers()))])
    await service.context.database.close()


async def _invite(settings: Settings, count: int) -> list[Person]:
    connection = Connection(settings.port)
    await connection.open()
    token = LocalIssuer(settings).issue(TENANT, "coordinator")
    base = f"/selfcheck/v1/{TENANT}/assessments"

    async def post(path: str, body: Any) -> Any:
        status, answer = await connection.request("POST", path, token, json.dumps(body).encode())
        if status != 201:
            raise SystemExit(f"{path}: {status} {answer[:300]!r}")
        return json.loads(answer)

    body = {
        "questionnaire": {"id": "weltoffene-kommune", "version": "1"},
        "title": {"de": "Bench"},
        "perspectives": [{"id": "administration", "title": {"de": "Verwaltung"}}],
        "minimum_group": 3,
    }
    id = (await post(base, body))["id"]
    wanted = [{"perspective": "administration", "label": str(number)} for number in range(count)]
    made = (await post(f"{base}/{id}/invitations/batch", {"invitations": wanted}))["items"]
    connection.close()
    return [Person("/selfcheck/v1/answers/" + one["answer_url"].rsplit("/", 1)[1]) for one in made]


async def _answer(
    port: int, people: list[Person], questions: list[str], seconds: float, thinking: float, pid: int
) -> Load:
    found = Load(len(people), seconds)
    stop = time.perf_counter() + seconds

    async def person(one: Person, number: int) -> None:
        chance = random.Random(number)
        connection = Connection(port)
        await connection.open()
        await asyncio.sleep(chance.uniform(0, thinking))
        while time.perf_counter() < stop:
            question, level = chance.choice(questions), chance.randrange(5)
            seen = {"answers": {question: [one.acknowledged.get(question)]}}
            body = json.dumps({"answers": {question: level}, "seen": seen}).encode()
            started = time.perf_counter()
            status, answer = await connection.request("PUT", one.path, body=body, resume=one.resume)
            if status == 200:
                found.times.append((time.perf_counter() - started) * 1000)
                one.acknowledged[question] = level
            else:
                found.failures.append(status)
            if not one.resume:
                one.resume = json.loads(answer)["resume_code"]
            await asyncio.sleep(chance.uniform(0, 2 * thinking))
        connection.close()

    process = psutil.Process(pid)
    before = sum(process.cpu_times()[:2])
    await asyncio.gather(*(person(one, number) for number, one in enumerate(people)))
    if found.failures or not found.times:
        raise SystemExit(f"{len(found.failures)} saves failed, the first with {found.failures[:1]}")
    found.cpu_ms = round((sum(process.cpu_times()[:2]) - before) * 1000 / len(found.times), 2)
    return found


async def _all_there(port: int, people: list[Person]) -> None:
    connection = Connection(port)
    await connection.open()
    for one in people:
        _, answer = await connection.request("GET", one.path, resume=one.resume)
        if json.loads(answer)["answers"] != one.acknowledged:
            raise SystemExit("an acknowledged answer is not there")
    connection.close()
