"""Reminders are sent once when they are due, to groups that registered before, and never after the gathering began."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from contracts.registration import Meeting
from services.notifications.domain.reminders import reminder_at
from tests.service.notifications.projected import change_gathering, publish_gathering
from tests.service.notifications.towns import TENANT, Town

SETTINGS = f"/notifications/v1/{TENANT}/settings"


async def kinds(town: Town) -> Counter[tuple[str, str]]:
    found = await town.database["intents"].find({}).to_list(None)
    return Counter((one["contact"], one["kind"]) for one in found)


async def test_groups_are_reminded_a_week_and_a_day_before(town: Town) -> None:
    starts = (await publish_gathering(town.database, TENANT, town.clock.time)).starts_at
    await town.add_person("early", group={"registered_at": town.clock.time})
    await town.add_person("late", group={"registered_at": starts - timedelta(days=3)})
    await town.add_person("waits", status="waiting")
    await town.run("remind-groups")
    assert not await kinds(town)
    assert (await town.database["reminder_plans"].find_one({}))["due_at"] == reminder_at(starts, 7)
    for days, reminded in ((7, {"early"}), (1, {"early", "late"})):
        town.clock.time = reminder_at(starts, days)
        for _ in range(2):
            await town.run("remind-groups")
        found = await town.database["intents"].find({"told.days_before": days}).to_list(None)
        assert {one["contact"] for one in found} == reminded
        await town.run()
    assert (await kinds(town))["early", "gathering-reminder"] == 2
    assert [mail["To"].addresses[0].addr_spec for mail in town.sink.mails].count("early@example.org") == 2
    assert "due_at" not in await town.database["reminder_plans"].find_one({})
    text = town.sink.mails[-1].get_body(("plain",)).get_content()
    assert "Bald ist es so weit" in str(town.sink.mails[-1]["Subject"])
    assert "/my/" in text
    assert "04421 1234" in text


async def test_a_worker_that_slept_sends_one_reminder_and_none_after_the_beginning(town: Town) -> None:
    starts = (await publish_gathering(town.database, TENANT, town.clock.time)).starts_at
    await town.add_person("a", group={"registered_at": town.clock.time})
    town.clock.time = starts - timedelta(hours=2)
    await town.run("remind-groups")
    assert [one["told"]["days_before"] for one in await town.database["intents"].find({}).to_list(None)] == [1]
    town.clock.time = starts
    await town.run()
    assert town.sink.mails == []
    assert [one["status"] for one in await town.database["intents"].find({}).to_list(None)] == ["expired"]


async def test_a_gathering_has_its_own_days_or_none_and_a_municipality_too(town: Town) -> None:
    gathering = await publish_gathering(town.database, TENANT, town.clock.time, reminders=())
    await town.run("remind-groups")
    assert "due_at" not in await town.database["reminder_plans"].find_one({})
    await change_gathering(town.database, TENANT, town.clock.time, gathering, reminders=None)
    saved = await town.coordinator.put(SETTINGS, json={"reminders": [{"days_before": 3}]})
    assert saved.status_code == 200
    await town.run("remind-groups")
    assert (await town.database["reminder_plans"].find_one({}))["due_at"] == reminder_at(gathering.starts_at, 3)


async def test_who_was_there_is_thanked_with_what_the_coordinator_wrote(town: Town) -> None:
    thanks = {"de": "Die Folien stehen hier."}
    ends = (await publish_gathering(town.database, TENANT, town.clock.time, thanks=thanks)).ends_at
    await town.add_person("came", status="arrived")
    await town.add_person("missed")
    town.clock.time = ends + timedelta(hours=2)
    for _ in range(2):
        await town.run("remind-groups")
        await town.run()
    assert [mail["To"].addresses[0].addr_spec for mail in town.sink.mails] == ["came@example.org"]
    assert "Die Folien stehen hier." in town.sink.mails[0].get_body(("plain",)).get_content()


async def test_coordinators_are_reminded_of_waiting_calls_once_a_day(town: Town) -> None:
    await town.add_gathering()
    await town.add_coordinator("boss", "boss@example.org")
    await town.add_person("p", email=None, phone="04421 1", status="offered")
    await town.enqueue_message("p", "offered")
    await town.run()
    await town.run("remind-of-hands-on")
    assert town.sink.mails == []
    town.clock.time += timedelta(hours=24)
    for _ in range(2):
        await town.run("remind-of-hands-on")
        await town.run()
    (mail,) = town.sink.mails
    assert "Anrufe: 1, Briefe: 0" in mail.get_body(("plain",)).get_content()


async def test_each_evening_of_a_course_is_reminded_of_until_it_begins(town: Town) -> None:
    starts = town.clock.time + timedelta(days=20)
    meetings = tuple(
        Meeting(
            id=f"e{week}",
            starts_at=starts + timedelta(days=7 * week),
            ends_at=starts + timedelta(days=7 * week, hours=2),
            cancelled=week == 2,
            place="Aula" if week == 3 else None,
        )
        for week in range(4)
    )
    await publish_gathering(
        town.database, TENANT, town.clock.time, starts_at=starts, ends_at=meetings[3].ends_at, meetings=meetings
    )
    await town.add_person("a", group={"registered_at": town.clock.time})
    await town.add_person("b", status="arrived", group={"registered_at": town.clock.time})
    reminded = []
    for _ in range(6):
        town.clock.time = max(
            town.clock.time, (await town.database["reminder_plans"].find_one({})).get("due_at", starts)
        )
        await town.run("remind-groups")
        found = await town.database["intents"].find({}).to_list(None)
        reminded = sorted((one["told"]["meeting"], one["told"]["days_before"], one["contact"]) for one in found)
    each = [("e0", 1), ("e0", 7), ("e1", 1), ("e3", 1)]
    assert reminded == [(*one, who) for one in each for who in ("a", "b")]
    await town.run()
    mails = [mail.get_body(("plain",)).get_content() for mail in town.sink.mails]
    assert len(mails) == 2  # those of evenings that have begun are of no use any more
    assert all("Aula" in mail for mail in mails)
