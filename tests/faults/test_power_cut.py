"""`kommune up` loses everything at once under load: MongoDB, Kafka, API and worker. The next start in the folder simply works."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from deploy.local import process
from deploy.local.mongo import REPLICA_SET
from kommune.demo.platform import DemoError
from kommune.up import local_environment
from tests.support.crowd import CANARY, SLUG, Crowd
from tests.support.deployment import PatientPlatform, free_port
from tests.support.promises import broken, observe
from tests.support.waiting import ended, patience, until, until_now


async def _start(state: Path, port: int) -> tuple[subprocess.Popen[bytes], Path]:
    """`kommune up` once it says that it is ready, and where it says what it does."""
    kept = {name: value for name, value in os.environ.items() if name not in ("MONGODB_URI", "KAFKA_BOOTSTRAP")}
    log = state / f"up-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "kommune.cli", "up", "--state", str(state)]
    child = process.spawn(command, log, kept | {"PORT": str(port), "PUBLIC_RATE_LIMIT": "100000/minute"})

    async def ready() -> bool:
        assert child.poll() is None, log.read_text()
        return "ready:" in log.read_text()

    await until(ready, "a ready platform", log)
    return child, log


async def _demo_over(log: Path) -> None:
    """Wait until the demo that is filled in behind a ready platform ends, so that nothing happens while the world is looked at."""
    await asyncio.to_thread(until_now, lambda: "The demo is" in log.read_text(), "the end of the demo")


def _settings(state: Path, port: int) -> Settings:
    servers = {
        "mongodb_uri": f"mongodb://127.0.0.1:{(state / 'mongodb' / 'port').read_text()}/?replicaSet={REPLICA_SET}",
        "kafka_bootstrap": f"127.0.0.1:{(state / 'kafka' / 'port').read_text()}",
    }
    return Settings(**local_environment(state) | servers | {"port": port})  # type: ignore[arg-type]


def _everything(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


async def _loading(crowd: Crowd, gathering: str) -> None:
    """Register until the platform is gone; who got no answer is nobody the platform promised anything to."""
    with suppress(DemoError):
        while True:
            await crowd.register_once(gathering)


async def test_everything_is_killed_under_load(tmp_path: Path) -> None:
    port = free_port()
    first, _ = await _start(tmp_path, port)
    issuer = LocalIssuer(_settings(tmp_path, port))
    crowd = Crowd(PatientPlatform(f"http://127.0.0.1:{port}", issuer))
    gathering = await crowd.gather(capacity=40)
    loading = asyncio.gather(*(_loading(crowd, gathering) for _ in range(8)))
    async with patience("the load"):
        while len(crowd.acknowledged) < 100:
            await asyncio.sleep(0.01)
    victims = _everything(first.pid)
    assert {"mongod", "java"} <= {victim.name() for victim in victims}
    for victim in victims:
        victim.send_signal(signal.SIGKILL)
    await loading
    assert ended(first) == -signal.SIGKILL

    before = len(crowd.acknowledged)
    second, log = await _start(tmp_path, port)
    try:
        await _demo_over(log)
        settings = _settings(tmp_path, port)
        services = ("registration", "selfcheck", "notifications", "reporting")

        async def nothing() -> list[dict[str, str]]:
            return []  # the sink of the first start died with its mails

        world = await observe(settings, services, crowd.acknowledged, nothing, {CANARY, "kanarie."})
        assert broken(world) == []
        # And it goes on: the next one gets their place.
        await crowd.register(gathering, 1)
        assert len(crowd.acknowledged) == before + 1
        assert re.search(rf"127\.0\.0\.1:{port}", log.read_text())
        assert SLUG in str(world.databases["registration"]["gatherings"])
    finally:
        process.stop(second, patience=30)
        await crowd.platform.__aexit__()
