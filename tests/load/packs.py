"""Council packs of 200 self-checks, all asked for at once: how much memory making them takes.

The queue only gets shorter, so what is watched is its beginning, while the first forty are made.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import psutil

from chassis.identity.tokens import LocalIssuer
from chassis.storage.documents import to_stored
from chassis.storage.mongo import Database, connect
from deploy.local.stack import LocalStack
from kommune.topics import apply
from services.reporting.results.documents import AskedQuestion, Assessment, Questionnaire, Titled
from tests.load.client import Connection
from tests.load.figure import Figure
from tests.load.registrations import bench_settings, serving
from tests.support.waiting import until

ASKED, MADE = 200, 40
LIMIT_MB = 500.0
"""Of the process that makes them, at its most."""
FIELDS, QUESTIONS = 7, 15
NOW = datetime(2026, 11, 1, tzinfo=UTC)
VIEWS = ("administration", "civil_society")


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    """Two hundred municipalities with a closed self-check each."""
    settings = bench_settings(stack, folder)
    await apply(settings)
    database, issuer = connect(settings, "reporting"), LocalIssuer(settings)
    slugs = [f"town-{number}" for number in range(ASKED)]
    await _seed(database, slugs)
    worker = settings.model_copy(update={"port": settings.port + 1, "worker_port": settings.port + 1})
    async with (
        serving(settings, ["-m", "kommune.cli", "serve", "reporting"], folder / "api.log"),
        serving(worker, ["-m", "kommune.cli", "work", "reporting"], folder / "worker.log") as making,
    ):
        process = psutil.Process(making)
        before, began = _megabytes(process), time.perf_counter()
        await asyncio.gather(*(_ask(settings.port, issuer, slug) for slug in slugs))
        asking, most = time.perf_counter() - began, 0.0

        async def enough() -> bool:
            nonlocal most
            most = max(most, _megabytes(process))
            return await database["pack_orders"].count_documents({"status": "ready"}) >= MADE

        await until(enough, "the first packs", folder / "worker.log")
        seconds = time.perf_counter() - began
    await database.drop()
    await database.close()
    note = f"{before:.0f} MB before; all asked for after {asking:.1f} s, {MADE / seconds:.2f} made a second"
    return [
        Figure(f"{ASKED} council packs asked for at once, memory", most, "MB", LIMIT_MB, "to stay below", "less", note)
    ]


async def _seed(database: Database, slugs: Sequence[str]) -> None:
    fields = [Titled(id=f"f{number}", title={"de": f"Handlungsfeld {number}"}) for number in range(FIELDS)]
    asked = [
        AskedQuestion(
            id=f"q{number}", field=f"f{number % FIELDS}", title={"de": f"Gibt es das, was Frage {number} meint?"}
        )
        for number in range(FIELDS * QUESTIONS)
    ]
    questionnaire = Questionnaire(id="q:1", tenant="-", fields=tuple(fields), questions=tuple(asked), at=NOW)
    await database["questionnaires"].insert_one(to_stored(questionnaire))
    figure: dict[str, Any] = {"score": 50.0, "coverage": 0.9, "answered": 12}
    split = {**figure, "consensus_score": None, "perspectives": dict.fromkeys(VIEWS, figure)}
    result = {
        "overall": figure | {"consensus_score": None},
        "fields": {one.id: split | {"score": 40.0 + at} for at, one in enumerate(fields)},
        "questions": {one.id: figure | {"score": float(at % 100)} for at, one in enumerate(asked)},
    }
    facts = {"status": "admitted", "kind": "city", "state": "Hessen", "inhabitants": 70_000, "languages": ["de"]}
    towns = [{"_id": slug, "tenant": slug, "name": {"de": slug}, **facts} for slug in slugs]
    checks = [
        Assessment(
            id=f"check-{slug}",
            tenant=slug,
            title={"de": "Selbstcheck 2026"},
            questionnaire="q:1",
            status="closed",
            perspectives=tuple(Titled(id=view, title={"de": view}) for view in VIEWS),
            at=NOW,
            closed_at=NOW,
            result=orjson.dumps(result).decode(),
        )
        for slug in slugs
    ]
    await database["tenants"].insert_many(towns)
    await database["assessments"].insert_many([to_stored(one) for one in checks])


async def _ask(port: int, issuer: LocalIssuer, slug: str) -> None:
    connection = Connection(port)
    await connection.open()
    path = f"/reporting/v1/{slug}/assessments/check-{slug}/packs"
    status, answer = await connection.request("POST", path, issuer.issue(slug, "coordinator"), b"{}")
    assert status == 202, answer
    connection.close()


def _megabytes(process: psutil.Process) -> float:
    return sum(float(one.memory_info().rss) for one in [process, *process.children(recursive=True)]) / 2**20
