"""What was answered is counted once and then kept up with whatever changes: what a process that kept it says is what a new one counts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chassis.service import Service
from chassis.storage.tenancy import of_document
from services.registration.needs.needs import Needs
from services.registration.service import compose
from tests.service.registration.conftest import People
from tests.service.registration.test_questions import ALLERGY, BASE, CAR, CHILDREN, FOOD

WILHELMSHAVEN = of_document({"tenant": "wilhelmshaven"})


@asynccontextmanager
async def another_process(people: People) -> AsyncIterator[Needs]:
    """What needs are for a process that has counted nothing yet."""
    service = Service("registration", compose, people.service.context.settings)
    yield service.definition.state["registration"].needs
    await service.context.database.close()


async def _kept(people: People, gathering: str) -> dict[str, Any]:
    """What was answered, by question, after looking that it is what is counted anew."""
    path = f"{BASE}/gatherings/{gathering}/needs"
    told = (await people.coordinator.get(path)).json()["questions"]
    async with another_process(people) as afresh:
        assert told == (await afresh.summary(WILHELMSHAVEN, gathering, special=True))["questions"]
    return {
        one["id"]: (one["answered"], one["total"], {two["id"]: two["count"] for two in one["chosen"]}) for one in told
    }


async def test_sums_follow_changes_cancellation_new_questions_retention_and_erasure(people: People) -> None:
    gathering = await people.gathering(questions=[FOOD, CAR, CHILDREN, ALLERGY], capacity=4)
    answers = {"food.likes": [["vegetarian"]], "car": True, "children": 2, "allergy": "Nüsse"}
    first, second, third = [
        (await people.register(gathering, name=name, answers=answers)).json()["id"]
        for name in ("Olena", "Iryna", "Darya")
    ]
    assert (await _kept(people, gathering))["food.likes"] == (3, None, {"vegetarian": 3, "vegan": 0})
    of_three = {**answers, "food.likes": [["vegan"], ["vegan"], ["vegetarian"]]}
    waiting = (await people.register(gathering, party=["Ada", "Bo"], answers=of_three)).json()["id"]
    assert (await _kept(people, gathering))["children"] == (3, 6, {})

    changed = await people.intake.patch(
        f"{BASE}/registrations/{first}", json={"answers": {"children": "0,5", "car": False}}
    )
    assert changed.status_code == 200, changed.text
    found = await _kept(people, gathering)
    assert (found["children"], found["car"]) == ((3, 4.5, {}), (3, None, {"true": 2, "false": 1}))

    await people.intake.post(f"{BASE}/registrations/{second}/cancellation")
    await people.intake.post(f"{BASE}/registrations/{third}/cancellation")
    assert (await _kept(people, gathering))["car"][0] in (1, 2)  # the group in line may have been seated by it

    drinks = {"id": "drinks", "label": {"de": "Wie viele Flaschen?"}, "kind": "number"}
    asked = [FOOD, CAR, ALLERGY, drinks]
    done = await people.coordinator.patch(f"{BASE}/gatherings/{gathering}", json={"questions": asked})
    assert done.status_code == 200, done.text
    changed = await people.intake.patch(
        f"{BASE}/registrations/{first}", json={"answers": {"drinks": 3, "allergy": None}}
    )
    assert changed.status_code == 200, changed.text
    found = await _kept(people, gathering)
    assert found["drinks"] == (1, 3, {})
    assert found["children"][0] >= 1  # asked no more, and still counted

    for one in (first, waiting):
        await people.coordinator.post(f"{BASE}/erasures", json={"person_id": one})
    await people.forget()
    found = await _kept(people, gathering)
    assert {answered for answered, _, _ in found.values()} == {0}


@pytest.fixture
async def second(people: People) -> AsyncIterator[Needs]:
    async with another_process(people) as needs:
        yield needs


async def test_sums_follow_whatever_happens_at_the_same_time_in_every_process(people: People, second: Needs) -> None:
    """Signing up, changing, cancelling, erasing and asking at random, all at once; two processes keep sums. What each of them says
    afterwards is what is counted anew, and so it is of answers from before a release that noted when they changed."""
    chance = random.Random(17)
    gathering = await people.gathering(questions=[FOOD, CAR, CHILDREN, ALLERGY], capacity=30)
    path = f"{BASE}/gatherings/{gathering}/needs"
    ids: list[str] = []

    def answers() -> dict[str, Any]:
        food = [chance.choice([None, ["vegan"], ["vegetarian"]])]
        all_of_them = {
            "food.likes": food,
            "car": chance.random() < 0.5,
            "children": chance.randrange(5),
            "allergy": "x",
        }
        return {key: value for key, value in all_of_them.items() if key == "car" or chance.random() < 0.7}

    async def act(kind: str) -> None:
        one = chance.choice(ids) if ids else ""
        if kind == "sign up" or not one:
            ids.append((await people.register(gathering, answers=answers())).json()["id"])
        elif kind == "change":
            await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": answers()})
        elif kind == "cancel":
            await people.intake.post(f"{BASE}/registrations/{one}/cancellation")
        elif kind == "erase":
            await people.coordinator.post(f"{BASE}/erasures", json={"person_id": one})
        elif kind == "ask":
            await people.coordinator.get(path)
        else:
            await second.summary(WILHELMSHAVEN, gathering, special=True)

    kinds = ["sign up", "sign up", "change", "change", "cancel", "erase", "ask", "ask elsewhere"]
    for _ in range(8):
        await asyncio.gather(*(act(chance.choice(kinds)) for _ in range(12)))
        if chance.random() < 0.5:
            await people.forget()
        counted = await _kept(people, gathering)
        there = (await second.summary(WILHELMSHAVEN, gathering, special=True))["questions"]
        assert {one["id"]: one["answered"] for one in there} == {id: found[0] for id, found in counted.items()}
    assert any(answered for answered, _, _ in (await _kept(people, gathering)).values())

    registrations = people.service.context.database["registrations"]
    await registrations.update_many({}, {"$unset": {"changed": ""}})
    await _kept(people, gathering)
    for one in ids[-3:]:
        await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": answers()})
        await _kept(people, gathering)
