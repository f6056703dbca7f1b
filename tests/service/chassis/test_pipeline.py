"""From an outbox through Kafka into a projection: nothing lost, nothing twice, in order, poison set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.clock import SystemClock
from chassis.identity.tokens import LocalIssuer
from chassis.jobs.lease import Lease
from chassis.messaging.consumer_gate import ConsumerGate
from chassis.messaging.dead_letters import DeadLetterStore
from chassis.messaging.event_processor import EventProcessor
from chassis.messaging.projection import Handler, InsertIfAbsent, Replace, Upsert, Write
from chassis.messaging.records import Record
from chassis.messaging.relay import Relay
from chassis.messaging.subscriptions import broker_for
from chassis.operations.metrics import Metrics
from chassis.settings import Settings
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Database
from chassis.storage.tenancy import of_document
from contracts.envelope import Envelope
from contracts.registration import PersonErased
from kommune.services import build
from programme.programme import PROGRAMME
from tests.support.waiting import patience, until

NOW = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
SCOPE = of_document({"tenant": "wilhelmshaven"})


def remember(envelope: Envelope, event: Any) -> Iterable[Write]:
    yield Upsert("seen", envelope.subject, {"person": event.person_id})


def runner_for(database: Database, metrics: Metrics) -> EventProcessor:
    return processor_with(database, remember, metrics)


def processor_with(database: Database, handler: Handler, metrics: Metrics | None = None) -> EventProcessor:
    return EventProcessor(
        database,
        lambda: {PersonErased.event_type: handler},
        DeadLetterStore(database["parked"]),
        SystemClock(),
        metrics or Metrics("test"),
        PROGRAMME,
    )


def record(key: str, sequence: int, offset: int, value: bytes | None = b'{"person_id": "p"}', **headers: str) -> Record:
    envelope = Envelope(
        f"e{key}{sequence}",
        PersonErased.event_type,
        "/test",
        "2026-11-30T16:30:00Z",
        key,
        "wilhelmshaven",
        sequence,
        value,
    )
    merged = dict(envelope.headers()) | {name: text.encode() for name, text in headers.items()}
    return Record("registration.v1", 0, offset, key, value, tuple(merged.items()))


async def test_events_reach_the_projection_once_and_the_outbox_empties(
    settings: Settings, topics: None, database: Database
) -> None:
    metrics = Metrics("test")
    things = Aggregates(database, "things")
    relay = Relay("test", settings, database, ["things"], Lease(database["leases"], "worker"), metrics)
    broker = broker_for("registration", settings, PROGRAMME.consumed_by("registration"), runner_for(database, metrics))
    for number in range(40):
        await things.create(SCOPE, f"a{number}", {"n": 0}, [PersonErased(person_id="p0")], NOW)
        await things.execute(
            SCOPE, f"a{number}", lambda d: Change({"n": 1}, events=[PersonErased(person_id="p1")]), NOW
        )
    relaying = asyncio.create_task(relay.run())
    await broker.start()
    try:

        async def all_seen() -> bool:
            return await database["seen"].count_documents({"person": "p1", "seq": 2}) == 40

        async def all_forgotten() -> bool:
            return await things.collection.count_documents({"pending": True}) == 0

        await until(all_seen)
        await until(all_forgotten)
    finally:
        relaying.cancel()
        async with patience("the consumer stopping"):
            await broker.stop()
    assert await database["seen"].count_documents({}) == 40
    assert b'kommune_events_published_total{topic="registration.v1"} 80.0' in metrics.render(), (
        "published more than once"
    )
    assert await database["parked"].count_documents({}) == 0


async def test_an_outbox_that_is_read_as_it_was_before_is_not_published_again(
    settings: Settings, topics: None, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A majority may not have that it was emptied when the next round looks."""
    metrics = Metrics("test")
    things = Aggregates(database, "things")
    for number in range(5):
        await things.create(SCOPE, f"a{number}", {"n": 0}, [PersonErased(person_id="p0")], NOW)
    relay = Relay("test", settings, database, ["things"], Lease(database["leases"], "worker"), metrics, pause=0.01)
    ask, answers = database.aggregate, []

    async def as_it_was(collection: str, pipeline: list[Any]) -> list[Any]:
        answers.append(await ask(collection, pipeline))
        if len(answers) == 1:
            await things.execute(SCOPE, "a0", lambda d: Change({"n": 1}), NOW)
        return answers[0] if len(answers) <= 4 else answers[-1]

    async def asked_again() -> bool:
        return len(answers) > 6

    monkeypatch.setattr(database, "aggregate", as_it_was)
    relaying = asyncio.create_task(relay.run())
    try:
        await until(asked_again)
    finally:
        relaying.cancel()
        async with patience("the relay stopping"):
            await asyncio.gather(relaying, return_exceptions=True)
    assert b'kommune_events_published_total{topic="registration.v1"} 5.0' in metrics.render()
    assert await things.collection.count_documents({"$or": [{"pending": True}, {"outbox.0": {"$exists": True}}]}) == 0


async def test_duplicates_change_nothing_and_later_ones_win(database: Database) -> None:
    processor = runner_for(database, Metrics("test"))
    first, second = record("a", 1, 0), record("a", 2, 1, b'{"person_id": "new"}')
    await processor.handle([first, second])
    await processor.handle([first])
    row = await database["seen"].find_one({"_id": "a"})
    assert row is not None
    assert (row["person"], row["seq"]) == ("new", 2)


@pytest.mark.parametrize("known", range(5))
@pytest.mark.parametrize("lost", [False, True], ids=["progress", "progress lost"])
async def test_a_row_that_is_taken_for_new_is_updated_where_it_is_there(
    database: Database, known: int, lost: bool
) -> None:
    """A batch that died before its progress was recorded comes again, cut elsewhere and with what came since."""

    def enter(envelope: Envelope, event: Any) -> Iterable[Write]:
        fields = {f"f{envelope.sequence}": event.person_id, "last": event.person_id}
        yield Upsert("seen", "row", fields, new=envelope.sequence == 1)
        yield InsertIfAbsent("owed", "once", {"from": envelope.sequence})

    processor = processor_with(database, enter)
    records = [record("a", n, n, f'{{"person_id": "p{n}"}}'.encode()) for n in range(1, 5)]
    await processor.handle(records[:known])
    if lost:
        await database["progress"].delete_many({})
    await processor.handle(records)
    row = await database["seen"].find_one({"_id": "row"})
    assert row == {
        "_id": "row",
        "tenant": "wilhelmshaven",
        "seq": 4,
        "last": "p4",
        **{f"f{n}": f"p{n}" for n in range(1, 5)},
    }
    [owed] = await database["owed"].find({}, {"from": 1}).to_list(None)
    assert owed == {"_id": "once", "from": 1}
    progress = await database["progress"].find_one({"_id": "registration.v1:a"})
    assert progress is not None
    assert progress["seq"] == 4


@pytest.mark.parametrize("known", range(4))
@pytest.mark.parametrize("lost", [False, True], ids=["progress", "progress lost"])
async def test_a_row_that_is_made_anew_by_each_event_holds_the_last_alone(
    database: Database, known: int, lost: bool
) -> None:
    def make(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Replace("seen", "row", {f"f{envelope.sequence}": event.person_id}, new=envelope.sequence == 1)

    processor = processor_with(database, make)
    records = [record("a", n, n, f'{{"person_id": "p{n}"}}'.encode()) for n in range(1, 4)]
    await processor.handle(records[:known])
    if lost:
        await database["progress"].delete_many({})
    await processor.handle(records)
    await processor.handle(records[:1])
    row = await database["seen"].find_one({"_id": "row"})
    assert row == {"_id": "row", "tenant": "wilhelmshaven", "seq": 3, "f3": "p3"}


async def test_collections_that_were_written_are_told(database: Database) -> None:
    told: list[str] = []

    def write(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Upsert("seen", envelope.subject, {"person": event.person_id})
        yield InsertIfAbsent("owed", envelope.subject, {})
        yield InsertIfAbsent("later", envelope.subject, {}, after=timedelta(minutes=1))

    processor = processor_with(database, write)
    processor.writer.on_written = told.append
    await processor.handle([record("a", 1, 0), record("b", 1, 1)])
    assert sorted(told) == ["owed", "seen"]
    await processor.handle([record("a", 1, 0)])
    assert sorted(told) == ["owed", "seen"], "told of a batch that wrote nothing"
    [owed, later] = [await database[name].find_one({"_id": "a"}) for name in ("owed", "later")]
    assert later["due_at"] - owed["due_at"] == timedelta(minutes=1)


@pytest.mark.parametrize("owed", [InsertIfAbsent("owed", "owed", {}), Upsert("owed", "owed", {"due_at": NOW})])
async def test_what_is_due_is_written_after_the_row_that_it_is_about(database: Database, owed: Write) -> None:
    """Somebody may work it off as soon as it can be read: without the row, news would be taken for old. Nothing is due where the row can't be
    written, however often that is tried."""
    await database["seen"].insert_one({"_id": "before", "tenant": "wilhelmshaven"})
    await database.command({"collMod": "seen", "validator": {"person": {"$ne": "nobody"}}})

    def write(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield replace(owed, id=envelope.subject)
        yield Upsert("seen", envelope.subject, {"person": event.person_id})

    await processor_with(database, write).handle([record("a", 1, 0, b'{"person_id": "nobody"}'), record("b", 1, 1)])
    assert await database["parked"].count_documents({}) == 1
    assert [one["_id"] for one in await database["owed"].find({}).to_list(None)] == ["b"]


def test_a_handler_does_not_say_when_something_is_due() -> None:
    """The time of the event would be overwritten by that of the write."""
    with pytest.raises(ValueError, match="after"):
        InsertIfAbsent("owed", "once", {"due_at": datetime.now(UTC)})


async def test_a_row_that_is_further_is_left_as_it_is(database: Database) -> None:
    processor = processor_with(
        database, lambda e, event: [Upsert("seen", "row", {"person": event.person_id}, new=True)]
    )
    await database["seen"].insert_one({"_id": "row", "tenant": "wilhelmshaven", "seq": 7, "person": "later"})
    await processor.handle([record("a", 1, 0), record("a", 2, 1)])
    row = await database["seen"].find_one({"_id": "row"})
    assert row == {"_id": "row", "tenant": "wilhelmshaven", "seq": 7, "person": "later"}
    assert await database["parked"].count_documents({}) == 0


@pytest.mark.parametrize(
    "poison",
    [
        record("a", 2, 1, b"not json"),
        record("a", 2, 1, b"{}"),
        record("a", 2, 1, ce_type="foreign"),
        record("a", 2, 1, ce_sequence="x"),
    ],
)
async def test_poison_is_parked_with_what_follows_it_and_stops_nobody_else(database: Database, poison: Record) -> None:
    processor = runner_for(database, Metrics("test"))
    await processor.handle([record("a", 1, 0), poison, record("b", 1, 2), record("a", 3, 3)])
    assert await database["seen"].count_documents({"_id": "b"}) == 1
    parked = await database["parked"].find({}).sort("offset", 1).to_list(None)
    assert [p["offset"] for p in parked] == [1, 3]
    assert "new" not in str([p["reason"] for p in parked])


async def test_an_event_before_its_predecessor_waits_and_is_seen_waiting(database: Database) -> None:
    metrics = Metrics("test")
    processor = runner_for(database, metrics)
    await processor.handle([record("a", 2, 5)])
    assert await database["seen"].count_documents({}) == 0
    assert b"kommune_events_waiting 1.0" in metrics.render()


async def test_events_are_replayed_also_after_the_gate_was_closed(database: Database) -> None:
    """By a process that handled no batch since: an API never does."""
    processor, gate = runner_for(database, Metrics("test")), ConsumerGate(database)
    waiting = record("a", 2, 5)
    await processor.handle([waiting])
    assert await processor.replay(waiting.ordering_key) == 0
    await gate.close(SystemClock())
    await gate.open()
    assert await processor.replay(waiting.ordering_key, over_gaps=True) == 1
    assert await database["seen"].count_documents({"_id": "a"}) == 1


@pytest.mark.parametrize("batches", [[[2, 3], [1]], [[3], [2, 1]], [[3, 1, 2]], [[2], [3], [1, 4]]])
async def test_what_waits_goes_on_by_itself_once_its_predecessor_comes(
    database: Database, batches: list[list[int]]
) -> None:
    metrics = Metrics("test")
    processor = runner_for(database, metrics)
    for batch in batches:
        await processor.handle([record("a", n, 10 - n, b'{"person_id": "p%d"}' % n) for n in batch])
    last = max(n for batch in batches for n in batch)
    row = await database["seen"].find_one({"_id": "a"})
    assert row is not None
    assert (row["person"], row["seq"]) == (f"p{last}", last)
    assert await database["parked"].count_documents({}) == 0
    assert b"kommune_events_waiting 0.0" in metrics.render()


async def test_an_operator_dismisses_poison_and_replays_what_stands_behind_it(settings: Settings) -> None:
    service = build("notifications", settings)
    await service.prepare()
    processor, database = service.context.processor, service.context.database
    assert processor is not None
    try:
        await processor.handle([record("a", 1, 0), record("a", 2, 1, b"not json"), record("a", 3, 2)])
        token = LocalIssuer(settings).issue("-", "operator")
        transport = httpx.ASGITransport(service.app(works=False))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            client.headers["Authorization"] = f"Bearer {token}"
            listed = (await client.get("/notifications/v1/parked")).json()["items"]
            assert [(one["id"], one["state"]) for one in listed] == [
                ("registration.v1:0:1", "parked"),
                ("registration.v1:0:2", "parked"),
            ]
            one = (await client.get("/notifications/v1/parked", params={"limit": 1})).json()
            after = (await client.get("/notifications/v1/parked", params={"cursor": one["next"]})).json()
            assert [*one["items"], *after["items"]] == listed
            refused = await client.post("/notifications/v1/parked/registration.v1:0:1/replay")
            assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "still-failing")
            assert (await client.delete("/notifications/v1/parked/registration.v1:0:1")).status_code == 204
            replayed = await client.post("/notifications/v1/parked/registration.v1:0:2/replay")
            assert replayed.json() == {"handled": 1, "left": 0}
            assert (await client.get("/notifications/v1/parked")).json() == {"items": [], "next": None}
            told = (await client.get("/notifications/asyncapi.json")).json()
            assert told["operations"]["receive-registration.v1"]["action"] == "receive"
            assert "reporting.v1" in told["channels"]
    finally:
        await database.close()
