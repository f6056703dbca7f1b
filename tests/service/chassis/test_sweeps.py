"""What is asked again and again, whether there is work or not, is asked of an index: in every service, however much it stores."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.service import Service
from chassis.service_definition import Compose
from chassis.settings import Settings
from chassis.storage.mongo import Database
from services.notifications.service import compose as notifications
from services.registration.service import compose as registration
from services.reporting.service import compose as reporting
from services.selfcheck.service import compose as selfcheck

SERVICES = {
    "registration": registration,
    "selfcheck": selfcheck,
    "notifications": notifications,
    "reporting": reporting,
}
AT_REST, DUE = 200, 5


@pytest.mark.parametrize(("name", "compose"), SERVICES.items())
async def test_sweeps_look_at_what_is_due_and_at_nothing_else(name: str, compose: Compose, settings: Settings) -> None:
    service = Service(name, compose, settings)
    database, now = service.context.database, datetime.now(UTC)
    await service.prepare()
    try:
        for number, work in enumerate(service.definition.jobs):
            rows: list[dict[str, Any]] = [{"_id": f"{number}-rest{one}", "tenant": "w"} for one in range(AT_REST)]
            rows += [{"_id": f"{number}-due{one}", "tenant": "w", work.field: now} for one in range(DUE)]
            await database[work.collection].insert_many(rows)
            await _asks_an_index(database, work.collection, work.due_query(now), [(work.field, 1)], work.name)
            busy: asyncio.Task[None] = asyncio.create_task(asyncio.sleep(0))
            work.busy["another"] = busy
            await _asks_an_index(database, work.collection, work.due_query(now), [(work.field, 1)], work.name)
            await busy
        for number, collection in enumerate(service.definition.outboxes):
            rows = [{"_id": f"{number}-idle{one}", "tenant": "w", "pending": False} for one in range(AT_REST)]
            await database[collection].insert_many(rows)
            await _asks_an_index(database, collection, {"pending": True}, [], collection)
    finally:
        await database.close()


async def test_who_waits_for_a_ledger_learns_its_id_without_reading_it(settings: Settings) -> None:
    """A gathering's claims are hundreds of kilobytes; its jobs ask for the id of what is due."""
    service = Service("registration", registration, settings)
    database, now = service.context.database, datetime.now(UTC)
    await service.prepare()
    try:
        works = [work for work in service.definition.jobs if work.collection == "gatherings"]
        assert {work.name for work in works} == {"lapse", "retention"}
        for work in works:
            due = {"_id": work.name, "tenant": "w", work.field: now, "claims": {"r": {"n": 1}}, "gone": {}, "facts": {}}
            await database["gatherings"].insert_one(due)
            given: list[dict[str, Any]] = []

            async def handle(document: dict[str, Any], given: list[dict[str, Any]] = given) -> None:
                given.append(document)

            work.handle = handle
            await work.begin_due()
            await asyncio.gather(*work.busy.values())
            assert [one.keys() for one in given] == [{"_id", "tenant", work.field}]
    finally:
        await database.close()


async def _asks_an_index(
    database: Database, collection: str, question: dict[str, Any], sort: list[tuple[str, int]], what: str
) -> None:
    asked: dict[str, Any] = {"find": collection, "filter": question, "limit": 16}
    plan = await database.command(
        {"explain": asked | ({"sort": dict(sort)} if sort else {}), "verbosity": "executionStats"}
    )
    winning, stats = repr(plan["queryPlanner"]["winningPlan"]), plan["executionStats"]
    assert "COLLSCAN" not in winning, what
    assert "'SORT'" not in winning, what
    assert stats["totalDocsExamined"] == stats["nReturned"], what
    assert stats["totalKeysExamined"] <= stats["nReturned"] + 1, what
