"""What was answered is counted once and then kept up with whatever changes: what a process that kept it says is what a new one counts."""

from __future__ import annotations

from typing import Any

from tests.service.registration.conftest import People
from tests.service.registration.test_questions import ALLERGY, BASE, CAR, CHILDREN, FOOD


async def _kept(people: People, gathering: str) -> dict[str, Any]:
    """What was answered, by question, after looking that it is what is counted anew."""
    path = f"{BASE}/gatherings/{gathering}/needs"
    told = (await people.coordinator.get(path)).json()["questions"]
    transport: Any = people.coordinator._transport
    transport.app.state.registration.needs._sums._kept.clear()
    assert told == (await people.coordinator.get(path)).json()["questions"]
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
