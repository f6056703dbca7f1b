"""State and events in one write; same request, same answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from chassis.http.problems import Problem
from chassis.ids import Secrets
from chassis.storage.aggregates import MARKS_KEPT, Aggregates, Change, Conflict, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Database, Document
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


async def loaded(things: Aggregates, *ids: str) -> list[Document]:
    """New documents, as somebody loaded them who is about to change them."""
    return [await things.create(SCOPE, id, {"count": 0}, [], NOW) for id in ids]


async def counts(things: Aggregates) -> dict[str, tuple[int, int]]:
    """Count and version of each document."""
    return {one["_id"]: (one["count"], one["version"]) async for one in things.collection.find()}


async def test_of_commits_written_together_only_that_of_a_changed_document_conflicts(things: Aggregates) -> None:
    documents = await loaded(things, "a", "b", "c")
    await things.execute(SCOPE, "b", lambda d: Change({"count": 5}), NOW)
    commits = (things.commit_grouped(SCOPE, one, Change({"count": 1}), NOW) for one in documents)
    first, second, third = await asyncio.gather(*commits, return_exceptions=True)
    assert (first, third) == (None, None)
    assert isinstance(second, Conflict)
    assert await counts(things) == {"a": (1, 2), "b": (5, 2), "c": (1, 2)}


async def test_who_made_a_commit_with_others_can_commit_again(things: Aggregates) -> None:
    documents = await loaded(things, "a", "b")
    for count in (1, 2, 3):
        change = Change({"count": count}, events=[PersonErased(person_id=str(count))])
        await asyncio.gather(*(things.commit_grouped(SCOPE, one, change, NOW) for one in documents))
    assert await counts(things) == {"a": (3, 4), "b": (3, 4)}
    assert [[entry["s"] for entry in one["outbox"]] async for one in things.collection.find()] == [[1, 2, 3]] * 2


async def test_commits_that_were_written_and_not_answered_are_not_written_again(
    things: Aggregates, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = await loaded(things, "a", "b")
    answered: list[str] = []

    def first_answer_is_lost(name: str) -> None:
        answered.append(name)
        if answered == ["aggregate.before_commit", "aggregate.after_commit"]:
            raise RuntimeError(name)

    monkeypatch.setattr("chassis.storage.aggregates.failpoint", first_answer_is_lost)
    await asyncio.gather(*(things.commit_grouped(SCOPE, one, Change({"count": 1}), NOW) for one in documents))
    assert answered.count("aggregate.after_commit") == 3
    assert await counts(things) == {"a": (1, 2), "b": (1, 2)}


async def test_a_document_keeps_the_marks_of_its_newest_commits_only(things: Aggregates) -> None:
    (document,) = await loaded(things, "a")
    for count in range(MARKS_KEPT + 3):
        await things.commit_grouped(SCOPE, document, Change({"count": count}), NOW)
    stored = await things.load(SCOPE, "a")
    assert stored is not None
    assert len(set(stored["marks"])) == MARKS_KEPT
