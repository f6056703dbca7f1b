"""Measures on the real MongoDB: over the API and on pages, told by events, reminded of once, carried over."""

from __future__ import annotations

from datetime import date, timedelta

import orjson

from tests.service.selfcheck.town import TENANT, Town

ALL = {"a1": 1, "a2": 1, "b1": 4, "b2": 4}
PEOPLE = {"administration": [ALL] * 3, "civil_society": [ALL] * 3}
SOON = (date.today() + timedelta(days=10)).isoformat()
LATER = (date.today() + timedelta(days=200)).isoformat()


def wanted(**changes):
    return {"field": "a", "title": "Wegweiser in Leichter Sprache", "owner": "Hochbauamt", "due": LATER} | changes


async def add(town: Town, id: str, **changes):
    made = await town.client("coordinator").post(f"{town.api(id)}/measures", json=wanted(**changes))
    assert made.status_code == 201, made.text
    return made.json()


async def test_measures_are_agreed_changed_and_listed(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    coordinator = town.client("coordinator")
    once = {"Idempotency-Key": "k"}
    first = await coordinator.post(f"{town.api(id)}/measures", json=wanted(questions=["a1"]), headers=once)
    again = await coordinator.post(f"{town.api(id)}/measures", json=wanted(questions=["a1"]), headers=once)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    measure = first.json()
    assert (measure["status"], measure["pressing"], measure["revision"]) == ("planned", None, 1)
    url = f"{town.api(id)}/measures/{measure['id']}"
    changed = await coordinator.patch(url, json={"status": "started", "due": SOON, "revision": 1})
    assert changed.json()["pressing"] == "soon"
    assert [one["status"] for one in changed.json()["history"]] == ["planned", "started"]
    assert (await coordinator.patch(url, json={"status": "done", "revision": 1})).status_code == 409
    await add(town, id, title="Zweite", field="b")
    listed = (await town.client("decision_maker").get(f"{town.api(id)}/measures")).json()["items"]
    assert [one["title"] for one in listed] == ["Wegweiser in Leichter Sprache", "Zweite"], "due first on top"
    only = (await coordinator.get(f"/selfcheck/v1/{TENANT}/measures?pressing=soon")).json()["items"]
    assert [one["id"] for one in only] == [measure["id"]]


async def test_events_carry_no_owner_and_only_what_others_hear_of(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    measure = await add(town, id)
    url = f"{town.api(id)}/measures/{measure['id']}"
    await town.client("coordinator").patch(url, json={"owner": "Amt für Geheimes"})
    await town.client("coordinator").patch(url, json={"status": "done"})
    events = await town.events(measure["id"], "measures")
    assert [(type, data["status"]) for type, data in events] == [
        ("selfcheck.measure.agreed.v1", "planned"),
        ("selfcheck.measure.agreed.v1", "done"),
    ]
    assert "Hochbauamt" not in str(events)
    assert "Geheimes" not in str(events)


async def test_each_reminder_is_told_once(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    measure = await add(town, id, due=SOON)
    parts, collection = town.app.state.selfcheck.measures, town.service.context.database["measures"]

    async def due():
        document = await collection.find_one({"_id": measure["id"]})
        assert document is not None
        return document

    await parts.remind(await due())
    await parts.remind(await due())
    told = [data for type, data in await town.events(measure["id"], "measures") if type == "selfcheck.measure.due.v1"]
    assert [(one["state"], one["due"]) for one in told] == [("soon", SOON)]
    await collection.update_one({"_id": measure["id"]}, {"$set": {"due": "2026-01-01"}})
    await parts.remind(await due())
    await parts.remind(await due())
    told = [data["state"] for type, data in await town.events(measure["id"], "measures") if type.endswith("due.v1")]
    assert told == ["soon", "overdue"]
    assert "due_at" not in await due()


async def test_each_mistake_in_a_measure_is_named_at_its_field(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    coordinator = town.client("coordinator")
    for change, pointer in (
        ({"field": "x"}, "/field"),
        ({"title": ""}, "/title"),
        ({"due": "tomorrow"}, "/due"),
        ({"due": "2020-01-01"}, "/due"),
        ({"status": "maybe"}, "/status"),
        ({"questions": ["b1"]}, "/questions/0"),
        ({"colour": "red"}, "/colour"),
    ):
        refused = await coordinator.post(f"{town.api(id)}/measures", json=wanted(**change))
        assert refused.status_code == 422, change
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert (await coordinator.post(f"{town.api('none')}/measures", json=wanted())).status_code == 404
    assert (await town.client("moderator").post(f"{town.api(id)}/measures", json=wanted())).status_code == 403
    assert (await coordinator.patch(f"{town.api(id)}/measures/none", json={"status": "done"})).status_code == 404


async def test_what_is_not_done_goes_on_in_the_next_wave(town: Town) -> None:
    earlier, later = await town.revealed(PEOPLE), await town.assessment()
    going, done = await add(town, earlier), await add(town, earlier, title="Fertig", status="done")
    page = f"{town.page(later)}/measures"
    sent = await town.submit(town.client("coordinator"), page, f"{page}/carry-over", earlier=earlier)
    assert sent.status_code == 303
    repeating = await town.assessment(repeats=earlier)
    offered = (await town.client("coordinator").get(f"{town.page(repeating)}/measures")).text
    assert f'value="{earlier}" selected' in offered, "what it repeats is chosen already"
    again = await town.client("coordinator").post(
        f"{town.api(later)}/measures/carry-over", json={"assessment": earlier}
    )
    assert again.json() == {"carried": [], "left": []}
    carried = (await town.client("coordinator").get(f"{town.api(later)}/measures")).json()["items"]
    assert [(one["id"], one["carried_from"]) for one in carried] == [(going["id"], earlier)]
    left = (await town.client("coordinator").get(f"{town.api(earlier)}/measures")).json()["items"]
    assert [one["id"] for one in left] == [done["id"]]
    document = await town.service.context.database["measures"].find_one({"_id": going["id"]})
    assert document is not None
    assert orjson.loads(document["outbox"][-1]["d"])["assessment_id"] == later


class TestPages:
    async def test_from_a_weak_field_to_a_measure_and_on(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        coordinator, page = town.client("coordinator", "en"), f"{town.page(id)}/measures"
        shown = await coordinator.get(page)
        assert shown.text.index("Field a – 25 – weak field") < shown.text.index("Field b"), "the weakest first"
        refused = await town.submit(coordinator, page, page, field="a", title="")
        assert refused.status_code == 422
        done = await town.submit(coordinator, page, page, field="a", title="<b>Signs</b>", owner="Works", due=SOON)
        assert done.status_code == 303
        listed = await coordinator.get(page)
        assert "&lt;b&gt;Signs&lt;/b&gt;" in listed.text
        assert "due soon" in listed.text
        [measure] = (await coordinator.get(f"{town.api(id)}/measures")).json()["items"]
        own = f"{page}/{measure['id']}"
        fields = {"field": "a", "title": "Signs", "owner": "Works", "due": SOON, "status": "done", "questions": "a1"}
        changed = await town.submit(coordinator, own, "", **fields, revision="1")
        assert changed.status_code == 303
        overtaken = await town.submit(coordinator, own, "", **fields | {"status": "dropped"}, revision="1")
        assert overtaken.status_code == 422
        assert "Someone else has changed this measure" in overtaken.text
        garbled = await town.submit(coordinator, own, "", **fields, revision="one")
        assert garbled.status_code == 422
        every = await town.client("intake", "en").get(f"/selfcheck/{TENANT}/measures?status=done")
        assert "Signs" in every.text
        assert "Signs" not in (await coordinator.get(f"/selfcheck/{TENANT}/measures?status=planned")).text
        assert "Agree on a measure" not in (await town.client("moderator", "en").get(page)).text
