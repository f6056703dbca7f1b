"""Delivery is shared out: workers divide the recipients, urgent ones go first, municipalities in turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chassis.jobs import range_leases
from chassis.jobs.range_leases import RANGES, RangeLeases
from chassis.settings import Settings
from chassis.storage.mongo import Database
from chassis.storage.tenancy import of_stored
from services.notifications.facts.repository import Facts
from services.notifications.messages.repository import read_message
from services.notifications.messages.repository_due import TURN, DueMessages
from tests.service.notifications.crowds import (
    RunningJob,
    admit_town,
    count_sent,
    enqueue_for_people,
    has_length,
    is_count,
)
from tests.service.notifications.towns import TENANT, Town, compose_with_clock
from tests.support.waiting import until


@pytest.fixture
async def town(town: Town) -> Town:
    await town.add_gathering()
    return town


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers fall silent sooner."""
    monkeypatch.setattr(range_leases, "DURATION", timedelta(seconds=2))
    monkeypatch.setattr(range_leases, "TRUSTED", 1.6)
    monkeypatch.setattr(range_leases, "BEAT", 0.2)


async def test_batched_reads_return_only_rows_of_their_own_tenant(town: Town) -> None:
    await admit_town(town, "elsewhere")
    await enqueue_for_people(town, 2)
    await enqueue_for_people(town, 2, tenant="elsewhere")
    facts = Facts(town.database)
    rows = await town.database["intents"].find({}).to_list(None)
    messages = {row["_id"]: read_message(row) for row in rows}
    own, foreign = messages[f"m-{TENANT}-confirmed-0"], messages["m-elsewhere-confirmed-1"]
    here, there = of_stored(own), of_stored(foreign)
    asked = [(here, own), (here, foreign), (there, foreign), (there, own)]
    answers = await asyncio.gather(*(facts.load_for_message(scope, message) for scope, message in asked))
    assert [list(one.contacts) for one in answers] == [[own.contact], [], [foreign.contact], []]
    assert [list(one.groups) for one in answers] == [[own.contact], [], [foreign.contact], []]
    assert [list(one.gatherings) for one in answers] == [["g"], ["g"], [], []], "the gathering is of the first"
    alone = await facts.load_for_messages(here, [own])
    assert (answers[0].contacts, answers[0].gatherings, answers[0].groups) == (
        alone.contacts,
        alone.gatherings,
        alone.groups,
    )


async def test_two_workers_share_and_nothing_is_sent_twice(settings: Settings, town: Town, quick: None) -> None:
    from chassis.service import Service

    changed = settings.model_copy(update={"smtp_url": town.service.context.settings.smtp_url})
    spare = Service("notifications", compose_with_clock(town.clock), changed)
    try:
        first, second = town.job("deliver"), next(one for one in spare.definition.jobs if one.name == "deliver")
        async with RunningJob(first), RunningJob(second):
            await until(lambda: _shares(first, second), "equal shares")
            await enqueue_for_people(town, 150)
            first.wake(), second.wake()
            await until(lambda: is_count(count_sent(town), 150), "150 mails")
        assert Counter(mail["To"] for mail in town.sink.mails).most_common(1)[0][1] == 1
        assert len(town.sink.mails) == 150
        assert (await town.database["leases"].find_one({"_id": "deliver"}))["members"] == {}
    finally:
        await spare.context.database.close()


async def _shares(*jobs: Any) -> bool:
    return all(len(job.leases.open) == RANGES // 2 for job in jobs)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat counts for long, however slow the machine is."""
    monkeypatch.setattr(range_leases, "DURATION", timedelta(hours=1))
    monkeypatch.setattr(range_leases, "TRUSTED", 1800.0)


async def test_ranges_of_a_dead_worker_are_taken_over(
    database: Database, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (RangeLeases(database["leases"], "deliver") for _ in range(2))
    await first.beat()
    assert len(first.open) == RANGES
    await second.beat()
    assert not second.open
    assert first.holds(7)
    with monkeypatch.context() as last:
        last.setattr(range_leases, "DURATION", timedelta(seconds=0.5))
        last.setattr(range_leases, "TRUSTED", 0.4)
        await first.beat()

    async def taken() -> bool:
        await second.beat()
        assert not any(first.holds(number) and second.holds(number) for number in range(RANGES))
        return len(second.open) == RANGES

    await until(taken, "the other's ranges")
    assert not first.holds(7)
    await first.beat()  # it wakes up: everything is another's
    assert not first.open
    await second.beat()  # lets go of a half
    await first.beat()
    assert len(first.open) == len(second.open) == RANGES // 2


async def test_messages_in_flight_finish_before_their_range_is_released(database: Database, patient: None) -> None:
    first, second = (RangeLeases(database["leases"], "deliver") for _ in range(2))
    await first.beat()
    await second.beat()
    busy = {60, 61}
    first.in_use = lambda: busy
    await first.beat()
    assert not first.open & busy
    assert first.holds(60)
    await second.beat()
    assert len(second.open) == RANGES // 2 - 2
    busy.clear()
    await first.beat()
    await second.beat()
    assert not first.holds(60)
    assert len(second.open) == RANGES // 2


async def test_a_message_whose_range_was_lost_is_not_sent(town: Town) -> None:
    await enqueue_for_people(town, 1)
    job = town.job("deliver")
    (document,) = await town.database["intents"].find({}).to_list(None)
    await job.deliver.carry_out(document, lambda: False)
    assert town.sink.mails == []
    assert await town.get_message(document["_id"]) == document
    await job.deliver.carry_out(document, lambda: True)
    assert len(town.sink.mails) == 1


async def test_what_is_too_late_right_before_the_last_step_does_not_go_out(town: Town) -> None:
    """The mail server was slow, or the worker slept."""
    await town.add_person("a")
    await town.enqueue_message("a", "confirmed", not_after=town.clock.time + timedelta(hours=1))
    document = await town.get_message("m-a")

    def slow() -> bool:
        town.clock.time += timedelta(hours=2)
        return True

    await town.job("deliver").deliver.carry_out(document, slow)
    assert town.sink.mails == []
    assert await town.get_message("m-a") == document
    await town.run()
    assert town.sink.mails == []
    assert (await town.get_message("m-a"))["status"] == "expired"


async def found(due: DueMessages, *asked: Any) -> list[Any]:
    return [message async for rank in due.by_rank(*asked) for message in rank]


async def test_fifty_thousand_of_one_municipality_delay_no_confirmation_of_another(town: Town) -> None:
    """Here five hundred: what counts is how many go before."""
    await admit_town(town, "aurich")
    await admit_town(town, "zwickau")
    await enqueue_for_people(town, 500, "cancelled")
    await enqueue_for_people(town, 1, "confirm-address", "zwickau")
    await enqueue_for_people(town, 3, "cancelled", "aurich")
    await enqueue_for_people(town, 3, "cancelled", "zwickau")
    due, everywhere = DueMessages(town.database), range(RANGES)
    first = await found(due, town.clock.time, everywhere, 64)
    assert first[0]["kind"] == "confirm-address"
    assert {one["tenant"] for one in first} == {"aurich", TENANT, "zwickau"}
    assert len(first) == 64 == len({one["_id"] for one in first})
    few = await found(DueMessages(town.database), town.clock.time, everywhere, 64, (), {TENANT: 10}, 20)
    assert Counter(one["tenant"] for one in few)[TENANT] <= 10 + TURN
    seen: set[str] = set()
    while more := await found(due, town.clock.time, everywhere, 64, sorted(seen)):
        seen |= {one["_id"] for one in more}
    assert len(seen) == 507


async def test_a_worker_that_is_stopped_lets_the_mail_on_its_way_arrive(town: Town) -> None:
    town.sink.withholds_answers = True
    await enqueue_for_people(town, 1)
    running = asyncio.create_task(town.job("deliver").run())
    await until(lambda: has_length(town.sink.mails, 1), "the mail on its way")
    running.cancel()
    await asyncio.sleep(0)
    town.sink.withholds_answers = False
    await asyncio.gather(running, return_exceptions=True)
    assert await count_sent(town) == 1 == len(town.sink.mails)


async def test_messages_of_a_former_version_are_given_range_and_rank(town: Town) -> None:
    await town.add_person("old")
    await town.enqueue_message("old", "confirmed")
    await DueMessages(town.database).place_former()
    assert (await town.get_message("m-old"))["range"] == range_leases.range_of("old")


async def test_messages_of_a_dead_worker_are_sent_without_new_events(town: Town, quick: None) -> None:
    """The other one sleeps until the next due time it knows: what was left is overdue, and reported by nobody."""
    silent = RangeLeases(town.database["leases"], "deliver")
    await silent.beat()
    await enqueue_for_people(town, 1)
    job = town.job("deliver")
    job.is_quiet = lambda: True
    async with RunningJob(job):
        await until(lambda: is_count(count_sent(town), 1), "the mail that was left", seconds=15)
