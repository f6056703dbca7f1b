"""Who is erased is erased from the raw files: of MongoDB (collections, indexes, history, oplog, journal), of Kafka, of all logs.

Everybody here is called by a canary that is found in those files before, so the search is able to find something. MongoDB and
Kafka run without compression, which would hide it, and with short times, so that nobody waits for a day.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from pymongo import MongoClient

from chassis.ids import Secrets, new_id
from chassis.settings import Settings
from deploy.local import fetch
from deploy.local.kafka import Kafka
from deploy.local.mongo import Mongo
from kommune.demo import steps
from kommune.demo.platform import Platform
from kommune.scrub import scrub
from tests.conftest import ROOT, fast_folder
from tests.support import waiting
from tests.support.crowd import SLUG, Crowd
from tests.support.deployment import Deployment

CANARIES = (b"anarienvogel", b"98765432")
"""Without the first letter, so that it is found in both cases."""
NAME = "Kanarienvogel"
PHONE = "+49 4421 98765432"
UNCOMPRESSED = (
    "--wiredTigerCollectionBlockCompressor",
    "none",
    "--wiredTigerJournalCompressor",
    "none",
    "--wiredTigerIndexPrefixCompression",
    "false",
    "--syncdelay",
    "2",
)
QUICK_CLEANER = "log.cleaner.backoff.ms=500\nlog.segment.delete.delay.ms=500\nlog.retention.check.interval.ms=1000\n"
SOON = {
    "segment.ms": "1000",
    "min.cleanable.dirty.ratio": "0.01",
    "max.compaction.lag.ms": "1000",
    "delete.retention.ms": "1000",
    "min.insync.replicas": "1",
    "cleanup.policy": "compact",
}
OFFSETS = (".index", ".timeindex")
"""Kafka's files of numbers: megabytes of nothing for each partition."""


@pytest.fixture
def servers() -> Iterator[SimpleNamespace]:
    """Servers of one's own, whose files are looked into."""
    kept = fast_folder()
    folder = Path(kept.name)
    cache = Path(os.environ.get("KOMMUNE_CACHE") or ROOT / ".local" / "cache")
    mongo = Mongo(fetch.mongod(cache, print), folder / "mongodb", UNCOMPRESSED, oplog=64)
    kafka = Kafka(fetch.java(), fetch.kafka_class_path(cache, print), folder / "kafka", QUICK_CLEANER)
    for part in (mongo, kafka):
        part.spawn()
    try:
        for part in (mongo, kafka):
            part.wait()
        yield SimpleNamespace(mongo=mongo, kafka=kafka, folder=folder)
    finally:
        for part in (mongo, kafka):
            part.stop()
        kept.cleanup()


def canaries_in(content: bytes) -> int:
    return sum(content.count(canary) for canary in CANARIES)


def found_in(folder: Path) -> dict[str, int]:
    """Files in which a canary stands, and how often."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix not in OFFSETS and (times := canaries_in(file.read_bytes())):
            found[str(file.relative_to(folder))] = times
    return found


async def until(what: str, look: Callable[[], Awaitable[Any]]) -> Any:
    return await waiting.until(look, what)


def person(number: int, channel: str = "web", **more: Any) -> dict[str, Any]:
    return {
        "name": f"{NAME} {number}",
        "contact": {"email": f"kanarienvogel.{number}@example.org", "phone": PHONE, "post": f"{NAME}gasse 7"},
        "language": "uk",
        "party": [f"{NAME} Kind", ""],
        "support": [],
        "channel": channel,
        "consent": {"text_version": "1"},
    } | more


class Town:
    """What people and staff do, over HTTP."""

    def __init__(self, deployment: Deployment, platform: Platform) -> None:
        self.deployment = deployment
        self.platform = platform
        self.secrets = Secrets(deployment.settings.secret_key.get_secret_value())
        self.base = f"/registration/v1/{SLUG}"

    async def coordinator(self, method: str, path: str, body: Any = None) -> Any:
        return await self.platform.call(method, path, body, role="coordinator", tenant=SLUG)

    async def register(self, gathering: str, body: dict[str, Any]) -> str:
        role = {"role": "intake", "tenant": SLUG} if body["channel"] == "phone" else {}
        answer = await self.platform.call(
            "POST", f"{self.base}/gatherings/{gathering}/registrations", body, key=new_id(), **role
        )  # type: ignore[arg-type]
        return str(answer["id"])

    async def respondents(self) -> list[str]:
        """Two people who were asked for their answers, one by the other; contact ids."""
        assessments = f"/selfcheck/v1/{SLUG}/assessments"
        await self.platform.eventually("selfcheck knowing the tenant", lambda: self.coordinator("GET", assessments))
        chosen = await steps.questionnaire(self.platform)
        assessment = await self.coordinator(
            "POST",
            assessments,
            {
                "questionnaire": {"id": chosen["id"], "version": chosen["version"]},
                "title": {"de": "Selbstcheck"},
                "perspectives": [{"id": "administration", "title": {"de": "Verwaltung"}}],
                "minimum_group": 4,
            },
        )
        base = f"{assessments}/{assessment['id']}/invitations"
        contact = {"name": f"{NAME} Amt", "email": "kanarienvogel.amt@example.org", "phone": PHONE}
        invited = await self.coordinator(
            "POST", base, {"perspective": "administration", "label": f"{NAME} label", "contact": contact}
        )
        code = self.secrets.code("answer", invited["id"])
        questions = [
            q["id"] for field in chosen["fields"] for criterion in field["criteria"] for q in criterion["questions"]
        ]
        saved = await self.platform.call(
            "PUT",
            f"/selfcheck/v1/answers/{code}",
            {"answers": {questions[0]: 2}, "notes": {questions[0]: f"{NAME} sagt, es geht."}},
        )
        colleague = {"name": f"{NAME} Kollegin", "email": "kanarienvogel.kollegin@example.org"}
        await self.platform.call(
            "POST",
            f"/selfcheck/v1/answers/{code}/delegation",
            {"questions": questions[1:3], "contact": colleague},
            headers={"X-Resume-Code": saved["resume_code"]},
        )
        return [one["person_id"] for one in (await self.coordinator("GET", base))["items"]]

    async def forget(self, id: str) -> None:
        """Erase somebody, and wait for the receipts of all services."""
        asked = await self.coordinator("POST", f"{self.base}/erasures", {"person_id": id})

        async def complete() -> bool:
            shown = await self.coordinator("GET", f"{self.base}/erasures/{asked['id']}")
            return bool(shown["status"] == "complete")

        await until("a complete certificate", complete)


async def soon_compacted(settings: Settings) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        name = f"{settings.namespace}.contacts.v1"
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=SOON)])
    finally:
        await admin.close()


async def park(settings: Settings, contact: str) -> None:
    """A contact that nobody can read is set aside with all it says."""
    headers = {
        "ce_id": new_id(),
        "ce_source": "/registration",
        "ce_type": "de.weltoffene-kommune.contacts.contact.recorded.v1",
        "ce_time": "2026-11-25T09:00:00Z",
        "ce_subject": contact,
        "ce_tenant": SLUG,
        "ce_sequence": "1",
    }
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap)
    await producer.start()
    try:
        await producer.send_and_wait(
            f"{settings.namespace}.contacts.v1",
            f'{{"name": "{NAME}"'.encode(),
            key=contact.encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )
    finally:
        await producer.stop()


async def test_nothing_is_left_in_any_file(servers: SimpleNamespace, tmp_path: Path) -> None:
    began, clock = time.monotonic(), tmp_path / "clock"

    def say(line: object) -> None:
        print(f"{time.monotonic() - began:5.0f} s: {line}", flush=True)

    settings = Settings(
        environment="local",
        namespace=f"f{new_id()[-12:]}",
        secret_key="a secret for tests only, 32 characters and more",
        state_dir=tmp_path,
        mongodb_uri=servers.mongo.uri,
        kafka_bootstrap=servers.kafka.bootstrap,
        kafka_replicas=1,
        clock_file=clock,
        heartbeat_seconds=1.5,
    )
    client: MongoClient[dict[str, Any]] = MongoClient(settings.mongodb_uri)
    databases = {
        name: client[f"{settings.namespace}_{name}"]
        for name in ("registration", "selfcheck", "notifications", "reporting")
    }

    async with Deployment(settings, tmp_path) as deployment, deployment.platform() as platform:
        deployment.sink.handle_RCPT = refuse  # type: ignore[attr-defined]
        await soon_compacted(deployment.settings)
        town = Town(deployment, platform)
        gathering = await Crowd(platform).gather()
        people = [await town.register(gathering, person(1)), await town.register(gathering, person(2))]
        for transition in ("confirmation", "cancellation"):
            await platform.call(
                "POST",
                f"{town.base}/registrations/{people[0]}/{transition}",
                link=town.secrets.code("manage", people[0]),
                key=new_id(),
            )
        helper = {"name": f"{NAME} Hilfe", "contact": {"phone": PHONE}}
        people.append(
            await town.register(gathering, person(3, "helper", contact={"post": f"{NAME}gasse 7"}, helper=helper))
        )
        people.append(await town.register(gathering, person(4, "phone", contact={"phone": PHONE})))
        people.append(await town.register(gathering, person(5, contact={"email": "kanarienvogel.bounced@example.org"})))
        # Only behind the true contact: a contact that comes later replaces what was set aside before it.
        known = databases["notifications"]["contacts"]
        await until("a contact", lambda: _truth(known.count_documents({"_id": people[1]}) == 1))
        await park(deployment.settings, people[1])
        await until("a parked event", lambda: _truth(databases["notifications"]["parked"].count_documents({}) >= 1))
        people += await town.respondents()
        staff = f"{town.base}/staff/kanarienvogel.staff@example.org"
        people.append((await town.coordinator("PUT", staff, {"roles": ["intake"], "name": f"{NAME} Amt"}))["person_id"])

        async def bounced() -> bool:
            return databases["notifications"]["intents"].count_documents({"status": "bounced"}) == 1

        await until("a refused mail", bounced)
        # Somebody is forgotten while notifications does not listen: contact, tombstone and erasure meet it all at once.
        deployment.stop("notifications.worker")
        late = await town.register(gathering, person(6))
        await town.coordinator("POST", f"{town.base}/erasures", {"person_id": late})
        await asyncio.sleep(3)
        deployment.start("notifications.worker")
        people.append(late)

        say("everybody is there")
        client.admin.command("fsync")
        before = {
            name: found_in(folder)
            for name, folder in (("mongodb", servers.folder / "mongodb"), ("kafka", servers.folder / "kafka"))
        }
        assert any("oplog" not in file for file in before["mongodb"]), before
        assert before["kafka"], "the search finds nothing: it can't prove anything"

        say(before)
        await asyncio.gather(*(town.forget(id) for id in people))
        say("everybody is forgotten")
        # An hour later every erasure is looked at again; after that no document waits for anything.
        clock.write_text(str(2 * 3600))
        for service in databases.values():
            await until(
                "the second look",
                lambda service=service: _truth(not service["erasures"].count_documents({"due_at": {"$exists": True}})),
            )  # type: ignore[misc]

        stored = [
            f"{name}.{collection}: {document['_id']}"
            for name, database in databases.items()
            for collection in database.list_collection_names()
            for document in database[collection].find()
            if canaries_in(repr(document).encode())
        ]
        assert stored == []

        say("nothing waits any more")
        await until("Kafka forgetting", lambda: _truth(not found_in(servers.folder / "kafka")))
        say("Kafka's segments are free of them")
        done = await scrub(deployment.settings, 1024, say)
        client.admin.command("fsync")
        say(done)
        assert found_in(servers.folder / "mongodb") == {}

        shown = ""
        async with httpx.AsyncClient(timeout=None) as http:
            for part, port in deployment.ports.items():
                shown += (await http.get(f"http://127.0.0.1:{port}/{part.split('.')[0]}/metrics")).text
        assert not canaries_in(shown.encode())
        assert found_in(tmp_path) == {}, "a log says a name"
    client.close()


async def refuse(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
    if "bounced" in address:
        return f"550 there is no {address} here"
    envelope.rcpt_tos.append(address)
    return "250 OK"


async def _truth(value: bool) -> bool:
    return value
