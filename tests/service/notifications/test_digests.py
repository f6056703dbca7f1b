"""Digests: sent at the chosen time, never empty, nothing lost, urgent messages at once, no work where nothing happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.settings import Settings
from chassis.storage.tenancy import of_document
from contracts import registration as r
from contracts.contacts import ContactRecorded
from services.notifications.digests.documents import DeskNews
from services.notifications.digests.event_handlers import HANDLERS as DIGEST_HANDLERS
from services.notifications.digests.repository import GATHERED, DeskNewsRepository, fresh_id
from services.notifications.domain.german_time import BERLIN
from services.notifications.participants.event_handlers import HANDLERS as PARTICIPANT_HANDLERS
from tests.service.notifications.projected import appoint, project, record_contacts
from tests.service.notifications.records import record_of
from tests.service.notifications.towns import TENANT, Town, signed_in, town_on
from tests.support.page_forms import form_of
from tests.support.profiling import profiled

SETTINGS = f"/notifications/v1/{TENANT}/settings"
PREFERENCES = f"/notifications/v1/{TENANT}/preferences"


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with town_on(settings) as found:
        await found.add_gathering()
        day = found.clock.time.astimezone(BERLIN).date()
        monday = day + timedelta(days=7 - day.weekday())
        found.clock.time = datetime(monday.year, monday.month, monday.day, 10, tzinfo=BERLIN).astimezone(
            found.clock.time.tzinfo
        )
        for who in ("boss", "deputy"):
            await found.add_coordinator(who, f"{who}@stadt.example")
        yield found


async def digest(town: Town, at: str | None = "07:30") -> None:
    body = {"digest": {"at": at} if at else None}
    assert (await town.coordinator.put(SETTINGS, json=body)).status_code == 200


def registered(number: int, status: str = "confirmed") -> r.ParticipantRegistered:
    return r.ParticipantRegistered(
        gathering_id="g", registration_id=f"p{number}", status=status, size=1, channel="web", language="de", support=(),
        contact_id=f"p{number}", walk_in=True,
    )  # fmt: skip


async def register(town: Town, *events: r.ParticipantRegistered, at: datetime | None = None) -> None:
    """Groups sign up at the door, who get no message of it; so long ago that the news of it has been gathered."""
    gathered = (at or town.clock.time) - GATHERED
    for handlers in (PARTICIPANT_HANDLERS, DIGEST_HANDLERS):
        await project(town.database, handlers, [(TENANT, event) for event in events], gathered)


def tomorrow(town: Town) -> datetime:
    day = town.clock.time.astimezone(BERLIN).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 7, 30, tzinfo=BERLIN)


async def test_messages_that_can_wait_come_in_one_mail_at_the_chosen_time(town: Town) -> None:
    await digest(town)
    for number in range(3):
        await town.enqueue_message(
            "boss", "measure-soon", f"m-{number}", None, told={"measure": f"Maßnahme {number}", "day": town.clock.time}
        )
    await town.enqueue_message("boss", "webhook-disabled", "m-urgent", None, told={"address": "stadt.example"})
    await town.run()
    assert [str(one["Subject"]) for one in town.sink.mails] == [str(town.sink.mails[0]["Subject"])], (
        "what is urgent goes at once"
    )
    assert (await town.get_message("m-urgent"))["status"] == "sent"
    town.clock.time = tomorrow(town) - timedelta(minutes=1)
    await town.run()
    assert len(town.sink.mails) == 1
    town.clock.time = (
        tomorrow(town) if town.clock.time.astimezone(BERLIN).hour > 8 else town.clock.time + timedelta(minutes=1)
    )
    await town.run()
    assert len(town.sink.mails) == 2, "three messages, one mail"
    text = town.sink.mails[-1].get_body(("plain",)).get_content()
    assert all(f"Maßnahme {number}" in text for number in range(3))
    assert [(await town.get_message(f"m-{number}"))["status"] for number in range(3)] == ["sent"] * 3
    await town.run()
    assert len(town.sink.mails) == 2


async def test_desk_news_are_summed_up_once_and_never_empty(town: Town) -> None:
    await digest(town)
    await register(town, registered(1), registered(2, "waiting"))
    await town.run("tell-desk-news")
    rows = await town.database["desk_news"].find({}).to_list(None)
    assert sorted(one["contact"] for one in rows) == ["boss", "deputy"]
    town.clock.time = tomorrow(town)
    await town.run("tell-desk-news")
    await town.run()
    assert len(town.sink.mails) == 2
    text = town.sink.mails[0].get_body(("plain",)).get_content()
    assert "Neue Anmeldungen: 2, davon auf der Warteliste: 1" in text
    town.clock.time += timedelta(days=1)
    await town.run("tell-desk-news")
    await town.run()
    assert len(town.sink.mails) == 2, "nothing happened, nothing is told"
    assert await town.database["desk_news"].count_documents({"due_at": {"$exists": True}}) == 0, (
        "and nothing is looked at"
    )
    await register(town, registered(3))
    await town.run("tell-desk-news")
    town.clock.time = tomorrow(town)
    await town.run("tell-desk-news")
    await town.run()
    assert "Neue Anmeldungen: 1," in town.sink.mails[-1].get_body(("plain",)).get_content(), (
        "what was told is not told again"
    )


async def test_a_registration_that_becomes_known_after_its_summary_is_in_the_next(town: Town) -> None:
    """As after a time without Kafka: it was made before the summary and came after it."""
    await digest(town)
    await register(town, registered(1))
    await town.run("tell-desk-news")
    made = town.clock.time = tomorrow(town)
    await town.run("tell-desk-news")
    await town.run()
    await register(town, registered(2), at=made - timedelta(hours=3))
    await town.run("tell-desk-news")
    town.clock.time = tomorrow(town)
    await town.run("tell-desk-news")
    await town.run()
    assert len(town.sink.mails) == 4
    assert "Neue Anmeldungen: 1," in town.sink.mails[-1].get_body(("plain",)).get_content()


async def test_desk_news_gather_for_a_minute_before_summaries_are_scheduled(town: Town) -> None:
    await digest(town)
    processor, before = town.service.context.processor, datetime.now(UTC)
    assert processor is not None
    await processor.handle([record_of("p1", registered(1), 1, TENANT)])
    [fresh] = await town.database["desk_news"].find({}).to_list(None)
    assert fresh["_id"] == fresh_id(TENANT)
    assert fresh["due_at"] >= before.replace(microsecond=0) + GATHERED


async def test_desk_news_and_held_back_messages_are_one_mail(town: Town) -> None:
    await digest(town)
    await register(town, registered(1))
    await town.run("tell-desk-news")
    await town.enqueue_message(
        "boss", "measure-soon", "m-1", None, told={"measure": "Wegweiser", "day": town.clock.time}
    )
    await town.run()
    town.clock.time = tomorrow(town)
    await town.run("tell-desk-news")
    await town.run()
    to_boss = [one for one in town.sink.mails if "boss@" in str(one["To"])]
    assert len(to_boss) == 1
    text = to_boss[0].get_body(("plain",)).get_content()
    assert "Wegweiser" in text
    assert "Neue Anmeldungen: 1" in text


async def test_each_member_of_staff_chooses(town: Town) -> None:
    assert (await town.coordinator.get(PREFERENCES)).status_code == 409, "the built-in issuer tells no address"
    me = signed_in(town, "boss@stadt.example")
    shown = (await town.coordinator.get(PREFERENCES, headers=me)).json()
    assert set(shown["in_force"].values()) == {"at_once"}
    body = {"kinds": {"measure-soon": "never"}, "digest": {"at": "16:00", "days": [1, 2]}}
    saved = (await town.coordinator.put(PREFERENCES, json=body, headers=me)).json()
    assert saved["in_force"]["measure-soon"] == "never"
    assert saved["in_force"]["measure-overdue"] == "together"
    assert saved["in_force"]["support-closed"] == "at_once"
    for wrong in (
        {"kinds": {"confirmed": "never"}},
        {"digest": {"at": "25:00"}},
        {"digest": {"at": "16:00", "days": []}},
    ):
        assert (await town.coordinator.put(PREFERENCES, json=wrong, headers=me)).status_code == 422
    place = f"/notifications/{TENANT}/preferences"
    page = form_of((await town.coordinator.get(place, headers=me)).text)
    assert page["kind.measure-soon"] == ["never"]
    sent: dict[str, Any] = {**page, "kind.measure-soon": "", "digest_at": ""}
    assert (await town.coordinator.post(place, data=sent, headers=me)).status_code == 303
    assert (await town.coordinator.get(PREFERENCES, headers=me)).json()["kinds"]["measure-soon"] is None


async def test_who_wants_a_kind_never_does_not_get_it(town: Town) -> None:
    me = signed_in(town, "boss@stadt.example")
    saved = await town.coordinator.put(PREFERENCES, json={"kinds": {"measure-soon": "never"}}, headers=me)
    assert saved.status_code == 200
    for who in ("boss", "deputy"):
        await town.enqueue_message(
            who, "measure-soon", f"m-{who}", None, told={"measure": "Wegweiser", "day": town.clock.time}
        )
    await town.run()
    assert [(await town.get_message(f"m-{who}"))["status"] for who in ("boss", "deputy")] == ["suppressed", "sent"]


SUBSCRIBERS = 2_000


async def test_municipalities_without_news_cost_nothing(town: Town) -> None:
    """MongoDB's profiler counts: as many operations and documents for two with news as beside two thousand without."""
    await digest(town)
    alone = await _work_of_a_day(town, 1)
    subscribers = {f"s{n}": f"town{n}" for n in range(SUBSCRIBERS)}
    contacts = {
        id: ContactRecorded(
            contact_id=id, kind="staff", for_id=tenant, name="x", language="de", email=f"{id}@example.org"
        )
        for id, tenant in subscribers.items()
    }
    await record_contacts(town.database, [(subscribers[id], contact) for id, contact in contacts.items()])
    await appoint(town.database, subscribers)
    news = DeskNewsRepository(town.database)
    for id, tenant in subscribers.items():
        scope = of_document({"tenant": tenant})
        await news.schedule_for(scope, id, town.clock.time, town.clock.time)
        summary = DeskNews(id=f"{tenant}:{id}", tenant=tenant, contact=id, since=town.clock.time)
        await news.mark_sent(scope, summary, town.clock.time, counted=0)
    beside = await _work_of_a_day(town, 2)
    assert len(town.sink.mails) == 4
    operations, looked_at = (more - before for more, before in zip(beside, alone, strict=True))
    assert operations <= 5
    assert looked_at <= 50


async def _work_of_a_day(town: Town, number: int) -> tuple[int, int]:
    """(operations, documents looked at) from the moment at which two coordinators are to be told of a registration."""
    town.clock.time += timedelta(hours=1)
    await register(town, registered(number))
    await town.run("tell-desk-news")
    town.clock.time = tomorrow(town)
    async with profiled(town.database) as operations:
        await town.run("tell-desk-news")
        await town.run()
    return len(operations), sum(one.get("docsExamined", 0) for one in operations)
