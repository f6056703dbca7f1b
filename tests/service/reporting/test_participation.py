"""Who takes part and what they need: events in batches, some of them twice or late, and what is told of few people."""

from __future__ import annotations

from datetime import timedelta

from chassis.clock import rfc3339
from contracts import registration as r
from tests.service.reporting.towns import BASE, Reporting, gathering, registered, tell_participation


async def test_participation_and_needs_stay_the_same_when_events_come_again(reporting: Reporting) -> None:
    last = tell_participation(reporting.topics)
    records = reporting.topics.records
    await reporting.handle(records[:5])
    await reporting.handle(records)
    await reporting.handle(records[3:] + records[3:])
    async with reporting.client("wilhelmshaven", "intake") as client:
        shown = (await client.get(f"{BASE}/overview")).json()
    [participation] = shown["participation"]
    assert participation["people"] == {
        "registered": 6,
        "unconfirmed": 0,
        "confirmed": 5,
        "waiting": 1,
        "offered": 0,
        "arrived": 3,
    }
    assert (participation["capacity"], participation["as_of"], participation["status"]) == (35, last, "published")
    assert shown["needs"]["languages"] == [
        {"language": "uk", "groups": 2, "people": 3},
        {"language": "de", "groups": 1, "people": 3},
    ]
    assert shown["needs"]["support"] == [
        {"support": "interpreter.uk", "label": {"de": "Dolmetschen Ukrainisch"}, "groups": 1}
    ]
    assert shown["as_of"] == shown["needs"]["as_of"] == last


async def test_a_missing_event_is_waited_for_and_the_figures_then_catch_up(reporting: Reporting) -> None:
    tell_participation(reporting.topics)
    records = reporting.topics.records
    await reporting.handle(records[2:4] + records[5:])
    async with reporting.client("wilhelmshaven") as client:
        before = (await client.get(f"{BASE}/overview")).json()["participation"][0]["people"]
        await reporting.handle(records[4:5])
        assert reporting.service.context.processor is not None
        await reporting.service.context.processor.replay("registration.v1:g1")
        after = (await client.get(f"{BASE}/overview")).json()["participation"][0]["people"]
    assert (before["registered"], before["unconfirmed"]) == (2, 2)
    assert (after["registered"], after["confirmed"]) == (6, 5)


async def test_who_was_there_and_who_was_not_is_told_at_home_and_abroad_only_of_enough(reporting: Reporting) -> None:
    tell_participation(reporting.topics)
    counted = r.GatheringAttended(gathering_id="g1", groups=1, people=3, missed=("p1",), missed_people=2)
    reporting.topics.tell("g1", counted)
    await reporting.handle(reporting.topics.records)
    attended = {"groups": 1, "people": 3, "missed_groups": 1, "missed_people": 2, "meetings": []}
    async with reporting.client("wilhelmshaven", "coordinator") as client:
        [shown] = (await client.get(f"{BASE}/overview")).json()["participation"]
        assert shown["attended"] == attended
        page = await client.get("/reporting/wilhelmshaven/", headers={"Accept": "text/html"})
        assert "Nicht gekommen" in page.text
    async with reporting.client("-", "programme_office") as client:
        await reporting.freeze()
        items = {one["tenant"]: one for one in (await client.get("/reporting/v1/programme")).json()["items"]}
        assert items["wilhelmshaven"]["attended_people"] is None  # three people are too few
        # Corrected at the door: the last count is the one, from the next night on.
        reporting.topics.tell("g1", counted.model_copy(update={"people": 8, "groups": 3}))
        await reporting.handle(reporting.topics.records)
        items = {one["tenant"]: one for one in (await client.get("/reporting/v1/programme")).json()["items"]}
        assert items["wilhelmshaven"]["attended_people"] is None
        await reporting.freeze()
        items = {one["tenant"]: one for one in (await client.get("/reporting/v1/programme")).json()["items"]}
        assert items["wilhelmshaven"]["attended_people"] == 10
        assert items["wolfsburg"]["attended_people"] is None


async def test_of_a_course_everybody_counts_once_and_each_evening_is_told_at_home_alone(reporting: Reporting) -> None:
    first = gathering().starts_at
    evenings = tuple(
        r.Meeting(id=id, starts_at=first + timedelta(weeks=week), ends_at=first + timedelta(weeks=week, hours=2))
        for week, id in enumerate(("z", "a"))
    )
    reporting.topics.tell("g1", r.GatheringPublished(gathering=gathering().model_copy(update={"meetings": evenings})))
    came = (r.MeetingAttended(id="a", groups=2, people=5), r.MeetingAttended(id="z", groups=3, people=7))
    reporting.topics.tell("g1", r.GatheringAttended(gathering_id="g1", groups=3, people=8, meetings=came))
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "coordinator") as client:
        [shown] = (await client.get(f"{BASE}/overview")).json()["participation"]
        page = (await client.get("/reporting/wilhelmshaven/", headers={"Accept": "text/html"})).text
    assert shown["attended"]["people"] == 8
    assert [(one["meeting"], one["groups"], one["people"]) for one in shown["attended"]["meetings"]] == [
        ("z", 3, 7),
        ("a", 2, 5),
    ]
    assert shown["attended"]["meetings"][1]["starts_at"] == rfc3339(evenings[1].starts_at)
    assert "Wer zu welchem Termin eines Kurses kam" in page
    await reporting.freeze()
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        [shown] = (await client.get(f"{BASE}/overview")).json()["participation"]
        page = (await client.get("/reporting/wilhelmshaven/", headers={"Accept": "text/html"})).text
    assert (shown["attended"]["people"], shown["attended"]["meetings"]) == (8, [])
    assert "Wer zu welchem Termin" not in page


async def test_who_may_not_see_registrations_sees_the_last_night_with_small_groups_folded(reporting: Reporting) -> None:
    """Five speak Ukrainian, one French, one Arabic, six German: nothing of fewer than five groups is told."""
    topics = reporting.topics
    topics.tell("g1", r.GatheringPublished(gathering=gathering()))
    spoken = ["uk"] * 5 + ["fr"] + ["ar"] + ["de"] * 6
    for n, language in enumerate(spoken):
        topics.tell("g1", registered(f"p{n}", "confirmed", 2, language, ("interpreter.uk",) if n < 2 else ()))
    await reporting.handle(topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as council:
        before = (await council.get(f"{BASE}/overview")).json()
        await reporting.freeze()
        shown = (await council.get(f"{BASE}/overview")).json()
        topics.tell("g1", registered("late", "confirmed", 1, "fr"))
        await reporting.handle(topics.records)
        after = (await council.get(f"{BASE}/overview")).json()
        page = (await council.get("/reporting/wilhelmshaven/?lang=de")).text
    assert before["needs"]["languages"] == [], "nothing before the first night"
    assert shown["frozen"] is True
    assert shown["needs"]["languages"] == [
        {"language": "de", "groups": 6, "people": 12},
        {"language": "others", "groups": 7, "people": 14},
    ]
    assert shown["needs"]["support"] == [], "two groups asked for it"
    [meeting] = shown["participation"]
    assert meeting["people"]["registered"] == 26
    assert meeting["people"]["waiting"] is None
    assert after == shown, "what changed today is told tomorrow"
    assert "Übrige zusammen" in page
    async with reporting.client("wilhelmshaven", "coordinator") as coordinator:
        live = (await coordinator.get(f"{BASE}/overview")).json()
    assert {"language": "fr", "groups": 2, "people": 3} in live["needs"]["languages"]
