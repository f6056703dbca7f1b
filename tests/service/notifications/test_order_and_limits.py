"""Messages to one recipient go out in order, and a municipality's only up to the limit of a day."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from chassis.settings import Settings
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.messages.enqueue import new_message
from tests.service.notifications.crowds import RunningJob, count_sent, enqueue_for_people, has_length, is_count
from tests.service.notifications.projected import enqueue_messages
from tests.service.notifications.towns import TENANT, Town, town_on
from tests.support.waiting import until


@pytest.fixture
async def town(town: Town) -> Town:
    await town.add_gathering()
    return town


async def test_workers_that_count_the_first_mails_of_a_day_at_the_same_moment_lose_none(town: Town) -> None:
    workers = [DayLimits(town.database, 1_000, 1_000) for _ in range(8)]
    for day in range(10):
        now = town.clock.time + timedelta(days=day)
        for worker in workers:
            worker.count(TENANT, now, text=True)
        await asyncio.gather(*(worker.refresh(now) for worker in workers))
    counted = town.database["sent_a_day"]
    whole = [{"tenant": TENANT, "sent": 8, "texts": 8}] * 10

    async def all_counted() -> bool:  # the writes wait for no majority, which reads wait for
        return await counted.find({}, {"_id": 0, "tenant": 1, "sent": 1, "texts": 1}).to_list(None) == whole

    await until(all_counted, "all being counted")


async def test_messages_of_one_recipient_go_out_in_order(town: Town) -> None:
    await enqueue_for_people(town, 1)
    contact = f"{TENANT}-confirmed-0"
    for number in (1, 2, 3):
        at = town.clock.time + timedelta(milliseconds=number)
        owed = {"tenant": TENANT, "gathering": "g", "due_at": town.clock.time}
        await enqueue_messages(town.database, {f"m-{number}": new_message("confirmed", contact, at, **owed)})
    town.sink.answers = ["451 4.3.0 later"]
    job = town.job("deliver")

    async def tried() -> int:
        return len((await town.get_message(f"m-{contact}"))["attempts"])

    async with RunningJob(job):
        await until(lambda: is_count(tried(), 1), "the refusal")
        await enqueue_for_people(town, 2, people="others")
        job.wake()
        await until(lambda: is_count(count_sent(town), 2), "mails to others")
        waiting = [await town.get_message(id) for id in (f"m-{contact}", "m-1", "m-2", "m-3")]
        assert [len(one["attempts"]) for one in waiting] == [1, 0, 0, 0]
        town.clock.time += timedelta(seconds=10)
        job.wake()
        await until(lambda: is_count(count_sent(town), 6), "all mails")
    mine = [mail["Message-ID"] for mail in town.sink.mails if mail["To"].addresses[0].addr_spec.startswith(contact)]
    assert [one.split("@")[0] for one in mine] == [f"<m-{contact}", "<m-1", "<m-2", "<m-3"]


async def test_a_message_waits_for_an_earlier_one_in_flight_to_the_same_recipient(town: Town) -> None:
    town.sink.withholds_answers = True
    job = town.job("deliver")
    await enqueue_for_people(town, 1)
    running = asyncio.create_task(job.run())
    try:
        await until(lambda: has_length(town.sink.mails, 1), "the first mail on its way")
        owed = {"tenant": TENANT, "gathering": "g", "due_at": town.clock.time}
        later = new_message("confirmed", f"{TENANT}-confirmed-0", town.clock.time, **owed)
        await enqueue_messages(town.database, {"m-later": later})
        job.wake()
        await until(lambda: has_length(job.busy, 2), "the second one in line")
        town.sink.withholds_answers = False
        await until(lambda: is_count(count_sent(town), 2), "both mails")
        assert not running.done()
        assert len(town.sink.mails) == 2
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_over_the_daily_limit_only_urgent_messages_are_sent(settings: Settings) -> None:
    async with town_on(settings, messages_a_day=3) as town:
        await town.add_gathering()
        town.clock.time = town.clock.time.replace(hour=10)
        limits = town.job("deliver").limits
        for _ in range(3):
            limits.count(TENANT, town.clock.time)
        await limits.refresh(town.clock.time)

        async def full() -> bool:
            await limits.refresh(town.clock.time)
            return limits.opens_at(TENANT, town.clock.time) is not None

        await until(full, "the limit")
        assert limits.opens_at("wolfsburg", town.clock.time) is None
        await enqueue_for_people(town, 1, "support-granted")
        await town.add_person("urgent", status="unconfirmed")
        await town.enqueue_message("urgent", "confirm-address")
        await town.run()
        assert (await town.get_message("m-urgent"))["status"] == "sent"
        waiting = await town.get_message(f"m-{TENANT}-support-granted-0")
        assert waiting["status"] == "pending"
        assert timedelta(hours=10) < waiting["due_at"] - town.clock.time < timedelta(hours=15)
        town.clock.time = waiting["due_at"]
        await limits.refresh(town.clock.time)
        await town.run()
        assert (await town.get_message(f"m-{TENANT}-support-granted-0"))["status"] == "sent"


async def test_only_sent_messages_count_for_the_daily_limit(settings: Settings) -> None:
    async with town_on(settings) as town:
        await town.add_gathering()
        limits = town.job("deliver").limits
        await enqueue_for_people(town, 1, "support-granted")
        for answer in ("451 4.3.0 Later", "550 5.1.1 No such user"):
            town.sink.answers = [answer]
            await town.run()
            assert not limits.uncommitted
            message = f"m-{TENANT}-support-granted-0"
            retried = await town.coordinator.post(f"/notifications/v1/{TENANT}/messages/{message}/retry")
            assert retried.status_code == 202
        await town.run()
        assert (await town.get_message(f"m-{TENANT}-support-granted-0"))["status"] == "sent"
        assert dict(limits.uncommitted) == {(TENANT, next(iter(limits.uncommitted))[1], "sent"): 1}
