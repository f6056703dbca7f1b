"""The page of the day at registration: what is due, what was done, and support that was ordered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.service.registration.conftest import People
from tests.service.registration.pages import open_page
from tests.support.page_forms import form_of

TODAY = "/registration/v1/wilhelmshaven/today"
PAGE = "/registration/wilhelmshaven/today"


async def due(people: People) -> dict[str, Any]:
    found = (await people.intake.get(TODAY)).json()["due"]
    return {one["what"]: one for one in found}


async def test_a_quiet_day_says_so(people: People) -> None:
    assert (await people.coordinator.get(TODAY)).json() == {"due": [], "done": []}
    page = await open_page(people.coordinator, PAGE)
    assert "Hier steht nichts an." in page
    assert 'href="/notifications/wilhelmshaven/today"' in page
    assert 'href="/selfcheck/wilhelmshaven/today"' in page
    assert "selfcheck" not in await open_page(people.intake, PAGE), "a clerk may not look there"
    assert (await people.stranger.get(TODAY)).status_code == 404


async def test_offers_that_end_stand_with_their_time(people: People) -> None:
    gathering = await people.gathering(capacity=1, party_max=1)
    first = (await people.register(gathering)).json()["id"]
    assert (await people.register(gathering, name="Reza")).json()["status"] == "waiting"
    assert "offers" not in await due(people)
    cancelled = await people.intake.post(f"/registration/v1/wilhelmshaven/registrations/{first}/cancellation")
    assert cancelled.status_code == 200
    offers = (await due(people))["offers"]
    assert offers["number"] == 1
    assert offers["address"] == f"/registration/wilhelmshaven/desk/{gathering}/list?status=offered"
    assert timedelta(hours=20) < datetime.fromisoformat(offers["until"]) - datetime.now(UTC) < timedelta(hours=25)
    page = await open_page(people.intake, PAGE)
    assert "1 Platzangebot wartet auf Antwort" in page
    assert (await people.intake.get(offers["address"])).status_code == 200


async def test_support_is_to_be_ordered_until_somebody_says_it_was(people: People) -> None:
    gathering = await people.gathering()
    assert "support" not in await due(people)
    await people.register(gathering, support=["interpreter.uk"])
    assert (await due(people))["support"]["number"] == 1
    needs = f"/registration/wilhelmshaven/desk/{gathering}/needs"
    page = await open_page(people.intake, needs)
    fields = form_of(page, "/needs", "support")
    assert (fields["support"], fields["number"]) == (["interpreter.uk"], ["1"])
    sent = await people.intake.post(needs, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert (sent.status_code, sent.headers["location"]) == (303, needs)
    assert "bestellt: 1" in await open_page(people.intake, needs)
    assert "support" not in await due(people)
    done = (await people.intake.get(TODAY)).json()["done"]
    assert done[0]["what"] == "ordered"
    assert done[0]["about"] == {"de": "Zusammenleben in Vielfalt"}
    await people.register(gathering, name="Reza", support=["interpreter.uk"])
    assert (await due(people))["support"]["number"] == 1, "one more was granted since"


async def test_an_order_is_noted_by_the_api(people: People) -> None:
    gathering = await people.gathering()
    here = f"/registration/v1/wilhelmshaven/gatherings/{gathering}/needs"
    for _ in range(2):
        noted = await people.intake.put(f"{here}/interpreter.uk/order", json={"number": 3})
        assert (noted.status_code, noted.json()) == (200, {"id": "interpreter.uk", "ordered": 3})
    (support,) = (await people.intake.get(here)).json()["support"]
    assert support["ordered"] == 3
    taken_along = (await people.coordinator.get("/registration/v1/wilhelmshaven/export")).json()["collections"]
    (order,) = taken_along["support_orders"]
    assert (order["gathering"], order["support"], order["number"]) == (gathering, "interpreter.uk", 3)
    assert (await people.intake.put(f"{here}/childcare/order", json={"number": 3})).status_code == 404
    assert (await people.intake.put(f"{here}/interpreter.uk/order", json={"number": -1})).status_code == 422
    assert (await people.public.put(f"{here}/interpreter.uk/order", json={"number": 1})).status_code in (401, 404)


async def test_what_takes_place_within_a_day_leads_to_the_door(people: People) -> None:
    start = datetime.now(UTC) + timedelta(hours=5)
    soon = await people.gathering(starts_at=start.isoformat(), ends_at=(start + timedelta(hours=2)).isoformat())
    await people.gathering()
    found = (await people.intake.get(TODAY)).json()["due"]
    assert [one["address"] for one in found if one["what"] == "door"] == [
        f"/registration/wilhelmshaven/desk/{soon}/door"
    ]


async def test_of_a_course_each_evening_has_its_own_door(people: People) -> None:
    def evening(id: str, hours: int, **more: Any) -> dict[str, Any]:
        start = datetime.now(UTC) + timedelta(hours=hours)
        times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
        return {"id": id, **times, **more}

    evenings = [evening("first", 5), evening("second", 9), evening("next-week", 5 + 168)]
    times = {"starts_at": evenings[0]["starts_at"], "ends_at": evenings[2]["ends_at"], "meetings": evenings}
    course = await people.gathering(**times)

    async def doors() -> list[str]:
        found = (await people.intake.get(TODAY)).json()["due"]
        door = f"/registration/wilhelmshaven/desk/{course}/door?meeting="
        return [one["address"].removeprefix(door) for one in found if one["what"] == "door"]

    assert await doors() == ["first", "second"]
    people.move(timedelta(hours=8))
    assert await doors() == ["second"]
    page = await open_page(people.intake, PAGE)
    assert f"/desk/{course}/door?meeting=second" in page
    people.move(timedelta(days=3))
    assert await doors() == []
