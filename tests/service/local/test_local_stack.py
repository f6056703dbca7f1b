"""`python -m deploy.local` with the real programs: killed, restarted, frozen, moved; nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import MongoClient, WriteConcern

from deploy.local import fetch
from deploy.local.kafka import JVM
from deploy.local.kafka_classes import java_options, prepare
from deploy.local.stack import LocalStack
from tests.support import waiting

ROOT = Path(__file__).parents[3]
TOPIC = "stack.test"
RECORDS = 200


@dataclass
class Running:
    """A stack in a process of its own."""

    process: subprocess.Popen[str]
    mongodb_uri: str
    kafka_bootstrap: str
    servers: list[psutil.Process]


def environment() -> dict[str, str]:
    """Ours, with what was fetched shared and without servers of one's own."""
    cache = os.environ.get("KOMMUNE_CACHE", str(ROOT / ".local" / "cache"))
    kept = {name: value for name, value in os.environ.items() if name not in {"MONGODB_URI", "KAFKA_BOOTSTRAP"}}
    return kept | {"KOMMUNE_CACHE": cache}


def command(state: Path) -> list[str]:
    return [sys.executable, "-m", "deploy.local", "--state", str(state)]


def start(state: Path) -> Running:
    started = subprocess.Popen(command(state), stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment())
    assert started.stdout is not None
    line = started.stdout.readline()
    addresses = dict(word.split("=", 1) for word in shlex.split(line) if "=" in word)
    servers = psutil.Process(started.pid).children()
    return Running(started, addresses["MONGODB_URI"], addresses["KAFKA_BOOTSTRAP"], servers)


def refused_start(state: Path) -> subprocess.CompletedProcess[str]:
    return waiting.run(command(state), cwd=ROOT, env=environment())


def end(running: Running) -> int:
    running.process.terminate()
    return waiting.ended(running.process)


@pytest.fixture
def states(tmp_path: Path) -> Iterator[Path]:
    """A fresh state folder; whatever a failing test left running is killed."""
    yield tmp_path
    for child in psutil.Process().children():
        if str(tmp_path) in " ".join(child.cmdline()):
            child.kill()


def write_document(uri: str, name: str) -> None:
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=10_000) as client:
        collection = client.get_database("stack").get_collection(
            "kept", write_concern=WriteConcern(w="majority", j=True)
        )
        collection.insert_one({"_id": name})


def documents(uri: str) -> set[str]:
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=10_000) as client:
        return {document["_id"] for document in client["stack"]["kept"].find()}


async def produce(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    pending = [await producer.send(TOPIC, str(number).encode(), partition=0) for number in range(RECORDS)]
    await asyncio.gather(*pending)
    await producer.stop()


async def consumed(bootstrap: str) -> list[int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(TOPIC, 0)])
    values: list[int] = []
    async with waiting.patience("the records"):
        while len(values) < RECORDS:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                values += [int(record.value) for record in records]
    await consumer.stop()
    return values


async def test_after_a_kill_nothing_runs_on_and_everything_acknowledged_is_there(states: Path) -> None:
    first = start(states)
    assert {server.name() for server in first.servers} == {"mongod", "java"}
    write_document(first.mongodb_uri, "before the kill")
    await produce(first.kafka_bootstrap)

    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    waiting.until_now(lambda: not psutil.wait_procs(first.servers, timeout=0.1)[1], "the servers' end")

    second = start(states)
    assert (second.mongodb_uri, second.kafka_bootstrap) == (first.mongodb_uri, first.kafka_bootstrap)
    assert documents(second.mongodb_uri) == {"before the kill"}
    assert await consumed(second.kafka_bootstrap) == list(range(RECORDS))

    refused = refused_start(states)
    assert refused.returncode == 1
    assert f"process {second.process.pid}" in refused.stderr
    assert second.kafka_bootstrap in refused.stderr

    assert end(second) == 0
    _, alive = psutil.wait_procs(second.servers, timeout=1)
    assert alive == []


def test_a_server_that_ends_by_itself_ends_the_stack_with_a_sentence(states: Path) -> None:
    running = subprocess.Popen(
        command(states), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
    )
    assert running.stdout is not None
    running.stdout.readline()
    next(server for server in psutil.Process(running.pid).children() if server.name() == "mongod").kill()
    outcome = waiting.outcome(running)
    assert outcome.returncode == 1
    assert "MongoDB ended with code -9; its log is" in outcome.stderr


async def test_faults_on_the_same_ports_and_a_move_to_another(states: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGODB_URI", "KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KOMMUNE_CACHE", environment()["KOMMUNE_CACHE"])
    with LocalStack(states) as stack:
        assert stack.mongo
        assert stack.kafka
        await produce(stack.kafka_bootstrap)
        stack.kafka.kill()
        stack.kafka.start()
        assert await consumed(stack.kafka_bootstrap) == list(range(RECORDS))

        write_document(stack.mongodb_uri, "before the frost")
        stack.mongo.freeze()
        with pytest.raises(subprocess.TimeoutExpired):
            stack.mongo.running.wait(0.2)
        stack.mongo.resume()
        assert documents(stack.mongodb_uri) == {"before the frost"}

        used = stack.mongo.memory_bytes() + stack.kafka.memory_bytes()
        assert used < 450 * 2**20
        former = stack.mongo.port
    with socket.create_server(("127.0.0.1", former)), LocalStack(states) as moved:
        assert moved.mongo
        assert moved.mongo.port != former
        assert documents(moved.mongodb_uri) == {"before the frost"}
        write_document(moved.mongodb_uri, "after the move")


def test_java_takes_the_classes_that_were_prepared_and_would_say_if_it_did_not(tmp_path: Path) -> None:
    cache = Path(environment()["KOMMUNE_CACHE"])
    class_path = fetch.kafka_class_path(cache, print)
    prepare(cache, print)
    java = [str(fetch.java()), *JVM, *java_options(cache), "-XX:AOTMode=on"]
    taken = waiting.run([*java, "-cp", class_path, "-version"])
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert waiting.run([*java, "-cp", str(tmp_path), "-version"]).returncode == 1
