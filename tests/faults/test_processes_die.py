"""kill -9 of each process at each failpoint under load, and a worker that hangs (SIGSTOP). Afterwards every promise holds."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from chassis.settings import Settings
from tests.support.crowd import CANARY, Crowd
from tests.support.deployment import Deployment
from tests.support.promises import broken, observe

SERVICES = ("registration", "notifications", "reporting")
API = ("registration.before_insert", "registration.after_insert", "aggregate.before_commit", "aggregate.after_commit")
WORKERS = (
    ("registration.worker", "relay.before_send"),
    ("registration.worker", "relay.after_send"),
    ("notifications.worker", "consumer.before_progress"),
    ("notifications.worker", "aggregate.before_commit"),
    ("notifications.worker", "aggregate.after_commit"),
    ("reporting.worker", "consumer.before_progress"),
)
COURSE_MOVED = (
    ("registration.api", "aggregate.after_commit"),
    ("registration.worker", "relay.after_send"),
    ("notifications.worker", "aggregate.after_commit"),
)
"""Where one more than needed, or one less, could come of it."""


async def _check(town: Deployment, crowd: Crowd) -> None:
    canaries = {CANARY, "kanarie."}
    world = await observe(town.settings, town.services, crowd.acknowledged, crowd.mails, canaries, town.logs())
    assert broken(world) == []
    assert len(world.acknowledged) > 20


async def test_an_api_dies_at_each_failpoint(settings: Settings, tmp_path: Path) -> None:
    """Early and late, one death after the other while people register."""
    async with Deployment(settings, tmp_path, SERVICES) as town, town.platform() as platform:
        crowd = Crowd(platform)
        gathering = await crowd.gather(capacity=160)
        for failpoint in API:
            town.stop("registration.api")
            loading = asyncio.create_task(crowd.register(gathering, 120, at_once=4))  # at least 30 commits
            for hit in (3, 11):
                town.start("registration.api", f"{failpoint}=kill:{hit}")
                await town.dead("registration.api")
            town.start("registration.api")
            await loading
            await _check(town, crowd)


async def test_a_worker_dies_at_each_failpoint(settings: Settings, tmp_path: Path) -> None:
    async with Deployment(settings, tmp_path, SERVICES) as town, town.platform() as platform:
        crowd = Crowd(platform)
        gathering = await crowd.gather(capacity=90)
        for part, failpoint in WORKERS:
            town.stop(part)
            town.start(part, f"{failpoint}=kill:1")
            await crowd.register(gathering, 40)
            await town.dead(part)
            town.start(part)
            await _check(town, crowd)


async def test_a_worker_hangs_while_another_takes_over(settings: Settings, tmp_path: Path) -> None:
    """The one that wakes up again still believes to be in charge, and what it was about to send has been sent meanwhile."""
    async with Deployment(settings, tmp_path, SERVICES) as town, town.platform() as platform:
        crowd = Crowd(platform)
        gathering = await crowd.gather()
        town.stop("registration.worker")
        town.start("registration.worker", "relay.before_send=stop:3")
        await crowd.register(gathering, 30)
        await town.hangs("registration.worker")
        town.start("registration.spare")
        await town.ready("registration.spare")
        await crowd.register(gathering, 30)
        await observe(town.settings, town.services, crowd.acknowledged, crowd.mails)
        town.resume("registration.worker")
        await crowd.register(gathering, 10)
        await _check(town, crowd)


async def test_a_course_is_moved_while_processes_die(settings: Settings, tmp_path: Path) -> None:
    """One evening moves, then another, and whoever passes it on dies each time: everybody who comes is told of each once."""
    async with Deployment(settings, tmp_path, SERVICES) as town, town.platform() as platform:
        crowd = Crowd(platform)
        first = datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)
        evenings = [_evening(number, first + timedelta(days=7 * number)) for number in range(4)]
        course = {"starts_at": evenings[0]["starts_at"], "ends_at": evenings[-1]["ends_at"], "meetings": evenings}
        gathering = await crowd.gather(capacity=160, **course)
        await crowd.register(gathering, 30)
        await _check(town, crowd)
        for number, (part, failpoint) in enumerate(COURSE_MOVED):
            town.stop(part)
            town.start(part, f"{failpoint}=kill:1")
            evenings[number + 1] = _evening(number + 1, first + timedelta(days=7 * (number + 1), hours=1))
            moving = asyncio.create_task(
                crowd.move(gathering, evenings)
            )  # no answer: asked again, which is no second change
            await town.dead(part)
            town.start(part)
            await moving
            await _check(town, crowd)
        client: MongoClient[dict[str, Any]] = MongoClient(settings.mongodb_uri)
        stored = client[f"{settings.namespace}_registration"]["gatherings"].find_one({"_id": gathering})
        messages = list(client[f"{settings.namespace}_notifications"]["intents"].find({"kind": "gathering-changed"}))
        client.close()
        assert stored is not None
        told = Counter(one["contact"] for one in messages)
        assert told == dict.fromkeys(stored["claims"], len(COURSE_MOVED))
        assert {one["status"] for one in messages} == {"sent"}
        sent = {mail["message_id"] for mail in await crowd.mails()}
        assert len(sent) >= len(messages) + len(crowd.acknowledged)


def _evening(number: int, starts: datetime) -> dict[str, Any]:
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
    return {"id": f"e{number}", **times}
