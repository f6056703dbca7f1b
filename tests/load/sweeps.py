"""What time brings, in a deployment of a few and in the nation: what each question for due work looks at, and how fast people are
forgotten by the retention rule."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient

from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service import Service
from chassis.settings import Settings
from services.registration.service import compose
from tests.load.figure import Figure
from tests.load.nation import Document

FORGOTTEN = 60
"""Gatherings whose people are forgotten."""
PATIENCE = 120.0


async def run(few: Settings, nation: Settings, allowed: float) -> list[Figure]:
    """Of both; `allowed`: how much slower the nation may be."""
    small, _ = await _swept(few)
    large, looked_at = await _swept(nation)
    note = f"{3600 * large:,.0f} people an hour by one worker"
    rate = Figure(
        "people forgotten by the retention rule, in the nation",
        large,
        "/s",
        round(small / allowed, 1),
        f"a few / {allowed}",
        note=note,
    )
    return [*looked_at, rate]


async def _swept(settings: Settings) -> tuple[float, list[Figure]]:
    """(people forgotten a second, what each sweep looked at)."""
    service = Service("registration", compose, settings)
    client: MongoClient[Document] = MongoClient(settings.mongodb_uri)
    database = client[f"{settings.namespace}_registration"]
    try:
        long_ago = datetime.now(UTC) - timedelta(days=900)
        ids = [
            one["_id"] for one in database["gatherings"].find({"tenant": {"$ne": "bench"}}, {"_id": 1}).limit(FORGOTTEN)
        ]
        over = {"forget_at": long_ago, "facts.starts_at": long_ago, "facts.ends_at": long_ago + timedelta(hours=2)}
        database["gatherings"].update_many({"_id": {"$in": ids}}, {"$set": over})
        figures = [_looked_at(database, work) for work in service.definition.jobs]
        figures += [_relayed(database, name) for name in service.definition.outboxes]
        return await _forgetting(service, database, ids), figures
    finally:
        client.close()
        await service.context.database.close()


async def _forgetting(service: Service, database: Any, ids: list[str]) -> float:
    """People forgotten a second, by the worker's own loops."""
    works = [work for work in service.definition.jobs if work.name in ("retention", "erase")]
    tenants = database["gatherings"].distinct("tenant", {"_id": {"$in": ids}})
    people = {"tenant": {"$in": tenants}, "gathering": {"$in": ids}, "erased": None}
    before = database["registrations"].count_documents(people)
    started = time.perf_counter()
    tasks = [asyncio.create_task(work.run()) for work in works]
    while (
        left := await asyncio.to_thread(database["registrations"].count_documents, people)
    ) and time.perf_counter() - started < PATIENCE:
        await asyncio.sleep(0.1)
    took = time.perf_counter() - started
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await service.context.lease.release()
    return float(round((before - left) / took, 1))


def _looked_at(database: Any, work: ScheduledJob) -> Figure:
    """Documents and index entries that one question of this loop looks at, against what it may return."""
    question = {
        "find": work.collection,
        "filter": work.due_query(datetime.now(UTC)),
        "sort": {work.field: 1},
        "limit": work.parallel,
    }
    return _explained(database, f"sweep {work.name}", question, work.parallel)


def _relayed(database: Any, collection: str) -> Figure:
    question = {"find": collection, "filter": {"pending": True}, "limit": 1000}
    return _explained(database, f"relay from {collection}", question, 1000)


def _explained(database: Any, name: str, question: Document, most: int) -> Figure:
    plan = database.command("explain", question, verbosity="executionStats")
    stats = plan["executionStats"]
    scans = "COLLSCAN" in repr(plan["queryPlanner"]["winningPlan"])
    looked = max(stats["totalKeysExamined"], stats["totalDocsExamined"]) if not scans else float("inf")
    return Figure(
        f"{name}, documents looked at in the nation",
        looked,
        "",
        most + 1,
        "what it may find",
        "less",
        f"found {stats['nReturned']}",
    )
