"""The list that a door keeps for a time without a network: who stands on it, whose key it is locked with, until when."""

from __future__ import annotations

import base64
from datetime import timedelta

from tests.service.registration.conftest import People
from tests.service.registration.test_door import code_of

API = "/registration/v1/wilhelmshaven/gatherings"
DESK = "/registration/wilhelmshaven/desk"


async def test_those_with_seats_stand_on_it_with_code_and_initials(people: People) -> None:
    id = await people.gathering(capacity=4)
    first = (await people.register(id, name="Olena Kovalenko", party=["", "Iryna"])).json()["id"]
    assert (await people.register(id, name="Reza Ahmadi", party=[""])).json()["status"] == "waiting"
    told = (await people.intake.get(f"{API}/{id}/door-list")).json()
    (item,) = told["items"]
    assert item == {
        "id": first,
        "code": await code_of(people, first),
        "initials": "O. K.",
        "name": "Olena Kovalenko",
        "people": 3,
        "here": 0,
    }
    await people.intake.post(f"{API}/{id}/arrivals", json={"registration_id": first, "people": 2})
    assert (await people.intake.get(f"{API}/{id}/door-list")).json()["items"][0]["here"] == 2


async def test_the_key_belongs_to_one_sign_in_and_one_door(people: People) -> None:
    one, other = await people.gathering(), await people.gathering()
    keys = [
        (await client.get(f"{API}/{id}/door-list")).json()["key"]
        for client, id in (
            (people.intake, one),
            (people.intake, one),
            (people.coordinator, one),
            (people.intake, other),
        )
    ]
    assert keys[0] == keys[1], "opened again, it is the same"
    assert len(set(keys)) == 3
    assert {len(base64.b64decode(key)) for key in keys} == {32}
    for client in (people.public, people.stranger):
        assert (await client.get(f"{API}/{one}/door-list")).status_code in (401, 404)


async def test_an_hour_after_the_end_nothing_is_handed_out(people: People) -> None:
    id = await people.gathering()
    await people.register(id)
    people.move(timedelta(days=6, hours=3))
    assert len((await people.intake.get(f"{API}/{id}/door-list")).json()["items"]) == 1
    people.move(timedelta(days=6, hours=4))
    assert (await people.intake.get(f"{API}/{id}/door-list")).json()["items"] == []


async def test_the_page_that_is_kept_holds_nobody(people: People) -> None:
    id = await people.gathering()
    await people.register(id, name="Olena Kovalenko")
    page = (await people.intake.get(f"{DESK}/{id}/door/offline")).text
    assert "Einlass ohne Netz" in page
    assert "Olena" not in page
    assert "form_token" not in page.partition("<main")[2]
    worker = await people.intake.get(f"{DESK}/{id}/door-worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert (await people.intake.get(f"{DESK}/unknown/door-worker.js")).status_code == 404
