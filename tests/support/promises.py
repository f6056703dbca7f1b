"""The one checker of the promises (DESIGN §5): looks at what a run left in MongoDB, Kafka and the mail sink, and says what is broken.

`observe` gathers a `World` once everything has come to rest; `broken` is pure, so tests can show that it is able to fail.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from chassis.settings import Settings
from contracts.envelope import HEARTBEAT_TYPE, Topic
from contracts.topics import TOPICS
from programme.programme import PROGRAMME
from services.registration.domain.claim import Claim
from services.registration.seats.documents import to_claim
from tests.support.waiting import NoProgress, until

Document = dict[str, Any]
OUTBOXES = {
    "registration": ("municipalities", "gatherings", "registrations", "erasures", "gazetteer", "departures"),
    "selfcheck": ("questionnaires", "assessments", "sheets", "measures", "joint_assessments", "erasures", "departures"),
    "notifications": ("intents", "feedback", "erasures", "departures"),
    "reporting": (
        "practices",
        "waves",
        "marks",
        "questions",
        "answers",
        "followings",
        "rings",
        "visits",
        "report_mails",
        "action_plans",
        "erasures",
        "departures",
    ),
}
STATUS_AFTER = {
    "confirmed": "confirmed",
    "waiting": "waiting",
    "offered": "offered",
    "lapsed": "lapsed",
    "cancelled": "cancelled",
    "arrived": "arrived",
    "arrival-undone": "confirmed",
    "released": "lapsed",
}
PERSONAL = {"registration", "notifications"}
POISON = "poison"
"""The source of records that a test made up."""


@dataclass(frozen=True)
class Record:
    """One Kafka record of a topic."""

    topic: str
    key: str
    id: str
    type: str
    tenant: str
    sequence: int
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def data(self) -> Document:
        found: Document = json.loads(self.value) if self.value else {}
        return found


@dataclass
class World:
    """What a run left behind. `acknowledged`: ids of registrations that a client was told of."""

    acknowledged: set[str] = field(default_factory=set)
    records: list[Record] = field(default_factory=list)
    databases: dict[str, dict[str, list[Document]]] = field(default_factory=dict)
    mails: list[Document] = field(default_factory=list)
    canaries: set[str] = field(default_factory=set)
    logs: str = ""


async def observe(
    settings: Settings,
    services: Sequence[str],
    acknowledged: set[str],
    mails: Callable[[], Awaitable[list[Document]]],
    canaries: Iterable[str] = (),
    logs: str = "",
) -> World:
    """Wait until nothing is under way in the services that run, then look at everything."""
    await at_rest(settings, services)
    client: MongoClient[Document] = MongoClient(settings.mongodb_uri, tz_aware=True)
    try:
        databases = {
            service: {name: list(database[name].find()) for name in database.list_collection_names()}
            for service in ("registration", "selfcheck", "notifications", "reporting")
            for database in (client[f"{settings.namespace}_{service}"],)
        }
    finally:
        client.close()
    return World(acknowledged, await records(settings), databases, await mails(), set(canaries), logs)


async def at_rest(settings: Settings, services: Sequence[str]) -> None:
    """Wait until nothing is under way in the services that run."""
    client: MongoClient[Document] = MongoClient(settings.mongodb_uri, tz_aware=True)
    try:
        # Twice in a row: what one service does last may be the beginning for another.
        what = ""

        async def rests() -> bool:
            nonlocal what
            what = _under_way(client, settings.namespace) or await _behind(settings, services)
            return not what

        for _ in range(2):
            try:
                await until(rests)
            except NoProgress as error:
                raise AssertionError(f"does not come to rest: {what}") from error
    finally:
        client.close()


def broken(world: World) -> list[str]:
    """One sentence for each promise that does not hold; empty when all do."""
    return [
        *_lost(world),
        *_order(world),
        *_ghosts(world),
        *_seats(world),
        *_projections(world),
        *_mails(world),
        *_private(world),
    ]


def _lost(world: World) -> Iterator[str]:
    """Nothing acknowledged is lost: its document, its place, its event."""
    stored = {d["_id"] for d in world.databases.get("registration", {}).get("registrations", ())}
    registered = {r.data["registration_id"] for r in world.records if r.type.endswith("participant.registered.v1")}
    placed = {id for gathering in _gatherings(world) for id in (*gathering["claims"], *gathering["gone"])}
    placed |= {ended["_id"] for ended in world.databases.get("registration", {}).get("ended_claims", ())}
    for id in sorted(world.acknowledged):
        if id not in stored:
            yield f"lost: registration {id} was acknowledged and is not stored"
        if id not in placed:
            yield f"lost: registration {id} has no place in its gathering's ledger"
        if id not in registered:
            yield f"lost: nobody was told of registration {id}"
    for id in sorted(stored - placed):
        yield f"lost: registration {id} is stored without a claim"


def _order(world: World) -> Iterator[str]:
    """Per aggregate the sequence rises without gaps; an event sent again is the same event."""
    seen: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for record in world.records:
        known = seen[record.topic, record.key]
        ordered = TOPICS[record.topic].ordered
        if record.sequence in known:
            if known[record.sequence] != record.id:
                yield f"order: {record.topic} {record.key} has two events with sequence {record.sequence}"
        elif known and record.sequence < max(known):
            yield f"order: {record.topic} {record.key} has {record.sequence} after {max(known)}"
        elif ordered and record.sequence != len(known) + 1:
            yield f"order: {record.topic} {record.key} has {record.sequence} where {len(known) + 1} was due"
        known.setdefault(record.sequence, record.id)


def _ghosts(world: World) -> Iterator[str]:
    """What is told is what the state says: no event without state, no state without its events."""
    published: dict[tuple[str, str], int] = defaultdict(int)
    for record in world.records:
        published[record.topic, record.key] = max(published[record.topic, record.key], record.sequence)
    counted: dict[tuple[str, str], int] = {}
    for service, collections in OUTBOXES.items():
        for name in collections:
            for document in world.databases.get(service, {}).get(name, ()):
                if document.get("outbox"):
                    yield f"stuck: {service}.{name} {document['_id']} still holds {len(document['outbox'])} events"
                for counter, sequence in (
                    (document.get("seq") or {}).items() if isinstance(document.get("seq"), dict) else ()
                ):
                    topic, _, key = counter.partition(":")
                    counted[topic.replace("_v1", ".v1"), key] = sequence
    for place, sequence in counted.items():
        if published.get(place, 0) < sequence:
            yield f"lost: {place[0]} {place[1]} was told up to {published.get(place, 0)}, its state says {sequence}"
    for (topic, key), sequence in published.items():
        plain = key.replace(".", "_").replace("$", "_")
        if counted.get((topic, plain), 0) < sequence:
            yield f"ghost: {topic} {key} tells of {sequence}, its state knows {counted.get((topic, plain), 0)}"


def _seats(world: World) -> Iterator[str]:
    """Never more than the capacity, never a free seat that a waiting group fits into."""
    for gathering in _gatherings(world):
        claims: list[Claim] = [to_claim(stored) for stored in gathering["claims"].values()]
        taken = sum(claim.size for claim in claims if claim.seated)
        free = gathering["facts"]["capacity"] - taken
        if free < 0:
            yield f"seats: {gathering['_id']} has {taken} seats taken of {gathering['facts']['capacity']}"
        if gathering["status"] == "published" and any(not claim.seated and claim.size <= free for claim in claims):
            yield f"seats: {gathering['_id']} has {free} free while a group waits that fits"
        if taken != gathering["taken"]:
            yield f"seats: {gathering['_id']} says {gathering['taken']} taken, its claims {taken}"


def _projections(world: World) -> Iterator[str]:
    """What others keep equals what replaying the topic gives, and that equals the truth."""
    expected: dict[str, str] = {}
    once: set[str] = set()
    for record in world.records:
        if record.topic == "registration.v1" and ".participant." in record.type and record.id not in once:
            once.add(record.id)
            kind = record.type.split(".participant.")[1].removesuffix(".v1")
            if kind == "registered":
                expected[record.data["registration_id"]] = record.data["status"]
            elif kind in STATUS_AFTER:
                expected[record.data["registration_id"]] = STATUS_AFTER[kind]
    for service in ("reporting", "notifications"):
        rows = {row["_id"]: row.get("status") for row in world.databases.get(service, {}).get("participants", ())}
        for id in sorted(expected.keys() | rows.keys()):
            if rows.get(id) != expected.get(id):
                yield f"projection: {service} holds {rows.get(id)} for {id}, the topic says {expected.get(id)}"
    for gathering in _gatherings(world):
        truth = {id: to_claim(stored).status for id, stored in gathering["claims"].items()}
        for id, status in truth.items():
            if expected.get(id) != status:
                yield f"projection: the topic says {expected.get(id)} for {id}, its ledger {status}"


def _mails(world: World) -> Iterator[str]:
    """A message may be handed over twice when a process dies right after; it is then the same message to the letter."""
    texts: dict[str, set[tuple[str, str]]] = defaultdict(set)
    ids: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for mail in world.mails:
        texts[mail["message_id"]].add((mail["to"], mail["text"]))
        ids[mail["to"], mail["text"]][mail["message_id"]] += 1
    for id, found in texts.items():
        if len(found) > 1:
            yield f"mail: {id} went out with different content: {_difference(*sorted(found)[:2])}"
    for (_, text), found in ids.items():
        if len(found) > 1:
            yield f"mail: the same text went out as {len(found)} messages: {text[:40]!r}"


def _difference(one: tuple[str, str], other: tuple[str, str]) -> list[str]:
    """The lines, address first, that only one of two mails has."""
    lines = difflib.ndiff([one[0], *one[1].splitlines()], [other[0], *other[1].splitlines()])
    return [line for line in lines if line[0] in "+-"]


def _private(world: World) -> Iterator[str]:
    """Names and addresses stay where they belong."""
    for canary in sorted(world.canaries):
        for record in world.records:
            if not TOPICS[record.topic].personal_data and record.value and canary.encode() in record.value:
                yield f"private: a name stands in {record.topic}"
        for service, collections in world.databases.items():
            for name, documents in collections.items():
                if service not in PERSONAL and any(canary in str(document) for document in documents):
                    yield f"private: a name stands in {service}.{name}"
        if canary in world.logs:
            yield "private: a name stands in the logs"


def _gatherings(world: World) -> list[Document]:
    return world.databases.get("registration", {}).get("gatherings", [])


def _under_way(client: MongoClient[Document], namespace: str) -> str:
    """What waits: events for the relay, registrations for their claim, or messages for delivery."""
    for service, names in OUTBOXES.items():
        for name in names:
            if client[f"{namespace}_{service}"][name].find_one({"pending": True}):
                return f"events in {service}.{name}"
    if claimless := client[f"{namespace}_registration"]["registrations"].find_one(
        {"due_at": {"$exists": True}, "erased": None}
    ):
        return f"registration without a settled claim: {claimless}"
    message = client[f"{namespace}_notifications"]["intents"].find_one(
        {"status": "pending", "not_before": {"$exists": False}}  # what is to go out later has its time
    )
    return f"message: {message}" if message else ""


async def _behind(settings: Settings, services: Sequence[str]) -> str:
    """Which service has not yet committed records as handled, and how many."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, group_id=None)
    await admin.start()
    await consumer.start()
    try:
        ends = await consumer.end_offsets(_places(settings, TOPICS.values()))
        for service in services:
            committed = await admin.list_consumer_group_offsets(f"{settings.namespace}.{service}")
            for place in _places(settings, PROGRAMME.consumed_by(service)):
                offset = committed[place].offset if place in committed else 0
                if ends[place] > max(0, offset):
                    return f"{service} is behind by {ends[place] - max(0, offset)} in {place.topic}"
        return ""
    finally:
        await consumer.stop()
        await admin.close()


def _places(settings: Settings, topics: Iterable[Topic]) -> list[TopicPartition]:
    return [
        TopicPartition(f"{settings.namespace}.{topic.name}", p) for topic in topics for p in range(topic.partitions)
    ]


async def records(settings: Settings) -> list[Record]:
    """Every record of every topic of the deployment, in order per partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = _places(settings, TOPICS.values())
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        found: list[Record] = []
        while [place for place in places if await consumer.position(place) < ends[place]]:
            for place, batch in (await consumer.getmany(timeout_ms=500)).items():
                for one in batch:
                    headers = {name: (value or b"").decode() for name, value in one.headers}
                    beat = headers.get("ce_type", "").endswith(HEARTBEAT_TYPE)
                    if "ce_id" not in headers or headers.get("ce_source") == POISON or beat:
                        continue
                    found.append(
                        Record(
                            place.topic.removeprefix(f"{settings.namespace}."),
                            (one.key or b"").decode(),
                            headers["ce_id"],
                            headers["ce_type"],
                            headers.get("ce_tenant", ""),
                            int(headers.get("ce_sequence", 0)),
                            one.value,
                            tuple(one.headers),
                        )
                    )
        return found
    finally:
        await consumer.stop()
