"""State and events in one write; same request, same answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from chassis.http.problems import Problem
from chassis.ids import Secrets
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Database
from chassis.storage.tenancy import of_document
from contracts.registration import PersonErased

NOW = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
SCOPE = of_document({"tenant": "wilhelmshaven"})
OTHER = of_document({"tenant": "wolfsburg"})
SECRETS = Secrets("x" * 32)


@pytest.fixture
async def things(database: Database) -> Aggregates:
    aggregates = Aggregates(database, "things")
    await aggregates.ensure_indexes()
    return aggregates


async def test_a_change_and_its_event_stand_in_one_document(things: Aggregates) -> None:
    await things.create(SCOPE, "a", {"count": 0}, [PersonErased(person_id="p")], NOW)
    await things.execute(
        SCOPE, "a", lambda d: Change({"count": d["count"] + 1}, events=[PersonErased(person_id="q")]), NOW
    )
    document = await things.load(SCOPE, "a")
    assert document is not None
    assert (document["count"], document["version"], document["pending"]) == (1, 2, True)
    assert [entry["s"] for entry in document["outbox"]] == [1, 2]


async def test_concurrent_changes_are_all_made_and_numbered_without_gaps(things: Aggregates) -> None:
    await things.create(SCOPE, "a", {"count": 0}, [], NOW)

    async def add() -> None:
        await things.execute(
            SCOPE, "a", lambda d: Change({"count": d["count"] + 1}, events=[PersonErased(person_id="q")]), NOW
        )

    await asyncio.gather(*(add() for _ in range(12)))
    document = await things.load(SCOPE, "a")
    assert document is not None
    assert document["count"] == 12
    assert [entry["s"] for entry in document["outbox"]] == list(range(1, 13))


async def test_another_tenant_finds_and_changes_nothing(things: Aggregates) -> None:
    await things.create(SCOPE, "a", {"count": 0}, [], NOW)
    assert await things.load(OTHER, "a") is None
    assert await things.execute(OTHER, "a", lambda d: Change({"count": 9}), NOW) is None


async def test_a_repeated_request_gets_the_first_answer_and_no_second_effect(things: Aggregates) -> None:
    await things.create(SCOPE, "a", {"count": 0}, [], NOW)
    request = IdempotencyKey.of(SECRETS, "wilhelmshaven:add", "key", {"by": 1})

    async def add() -> object:
        return await things.execute(
            SCOPE, "a", lambda d: Change({"count": d["count"] + 1}, answer={"count": d["count"] + 1}), NOW, request
        )

    assert await add() == ({"count": 1}, False)
    assert await add() == ({"count": 1}, True)
    with pytest.raises(Problem) as refused:
        await things.execute(
            SCOPE,
            "a",
            lambda d: Change({"count": 5}),
            NOW,
            IdempotencyKey.of(SECRETS, "wilhelmshaven:add", "key", {"by": 2}),
        )
    assert refused.value.status == 422


async def test_creating_twice_shows_the_first(things: Aggregates) -> None:
    await things.create(SCOPE, "a", {"count": 0}, [], NOW)
    with pytest.raises(Exists) as there:
        await things.create(SCOPE, "a", {"count": 7}, [], NOW)
    assert there.value.document["count"] == 0
