"""The real MongoDB and the real Kafka, started once per test run and shared by its workers."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
from pymongo import MongoClient

from chassis.settings import Settings
from chassis.storage.mongo import Database, connect
from deploy.local.stack import LocalStack
from kommune.topics import apply
from tests.support.namespaces import namespace, namespace_for_once
from tests.support.topics import remove_topics

ROOT = Path(__file__).parents[1]
MEMORY, ENOUGH = Path("/dev/shm"), 6 * 2**30
"""Where servers keep their files if there is room: thousands of small databases come and go, and a disk would be what a run waits
for. What has to outlive a crash is tested on servers that have a disk of their own (`tests/faults`)."""

# How long an example takes says how busy the machine is, nothing about the rule that is tested.
hypothesis.settings.register_profile("without-deadline", deadline=None)
# `make check` asks for some of them (see also tests/support/examples.py); `make test` tries all.
hypothesis.settings.register_profile("inner-loop", deadline=None, max_examples=15)
hypothesis.settings.load_profile("without-deadline")

SERVERLESS = ("tests/unit", "tests/contract")
"""Tests that need no server."""
WITH_KAFKA = ("tests/system", "tests/faults", "tests/browser")
"""Tests on whole deployments."""
SERVERS = pytest.StashKey[tuple[LocalStack, TemporaryDirectory[str]]]()


# Nearly all that is loaded stays until the end; looking through it for garbage again and again takes a tenth of a run.
gc.set_threshold(100_000, 20, 100)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a parallel run the servers belong to the process that all workers are children of."""
    os.environ.setdefault("KOMMUNE_CACHE", str(ROOT / ".local" / "cache"))
    config = session.config
    parallel = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if parallel and not all(any(Path(path).is_relative_to(folder) for folder in SERVERLESS) for path in config.args):
        folder = fast_folder()
        servers = LocalStack(Path(folder.name), print)
        servers.__enter__()
        checkpoint_often(servers.mongodb_uri)
        os.environ |= {"MONGODB_URI": servers.mongodb_uri, "KAFKA_BOOTSTRAP": servers.kafka_bootstrap}
        config.stash[SERVERS] = servers, folder


def pytest_sessionfinish(session: pytest.Session) -> None:
    if started := session.config.stash.get(SERVERS, None):
        servers, folder = started
        servers.close()
        folder.cleanup()


def checkpoint_often(mongodb_uri: str) -> None:
    """MongoDB lets go of dropped collections with the next checkpoint, usually after a minute: a run drops so many in a minute
    that the server would be out of file descriptors."""
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client.admin.command("setParameter", 1, syncdelay=5.0)


def fast_folder() -> TemporaryDirectory[str]:
    """In memory where there is room."""
    room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    return TemporaryDirectory(dir=MEMORY if room else None)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """`MONGODB_URI` and `KAFKA_BOOTSTRAP` in the environment are used instead where set."""
    with LocalStack(tmp_path_factory.mktemp("stack"), print) as running:
        checkpoint_often(running.mongodb_uri)
        yield running


def settings_on(stack: LocalStack, folder: Path, namespace: str) -> Settings:
    """Settings of a deployment of its own on the shared servers."""
    return Settings(
        environment="local",
        namespace=namespace,
        secret_key="a secret for tests only, 32 characters and more",
        state_dir=folder,
        mongodb_uri=stack.mongodb_uri,
        kafka_bootstrap=stack.kafka_bootstrap,
        kafka_replicas=1,
        mongo_driver=os.environ.get("MONGO_DRIVER", "motor"),  # type: ignore[arg-type]
    )


@pytest.fixture
def settings(stack: LocalStack, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    uses_kafka = "topics" in request.fixturenames or any(request.path.is_relative_to(ROOT / one) for one in WITH_KAFKA)
    with (namespace_for_once if uses_kafka else namespace)(stack.mongodb_uri) as name:
        yield settings_on(stack, tmp_path, name)


@pytest.fixture
async def topics(settings: Settings) -> AsyncIterator[None]:
    """The topics of the deployment, as `kommune topics apply` makes them."""
    await apply(settings)
    yield
    await remove_topics(settings)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """An empty database."""
    connected = connect(settings, "test")
    yield connected
    await connected.close()
