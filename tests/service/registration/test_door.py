"""The door: check-in by code or id, in part, taken back, repeated; people who come unannounced; who did not come."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.registration.domain.door_code import spaced
from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"


async def code_of(people: People, registration: str) -> str:
    stored = await people.service.context.database["registrations"].find_one({"_id": registration})
    assert stored is not None
    (code,) = [key[2:] for key in stored["keys"] if key.startswith("d:")]
    return str(code)


async def check_in(town: People, gathering: str, key: str | None = None, **body: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await town.intake.post(f"{BASE}/gatherings/{gathering}/arrivals", json=body, headers=headers)


async def figures(people: People, gathering: str) -> dict[str, Any]:
    answer = await people.intake.get(f"{BASE}/gatherings/{gathering}/arrivals")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def events(people: People, gathering: str, *names: str) -> list[dict[str, Any]]:
    stored = await people.service.context.database["gatherings"].find_one({"_id": gathering})
    assert stored is not None
    return [entry for entry in stored["outbox"] if any(name in entry["y"] for name in names)]


async def test_a_code_lets_the_whole_group_in_once(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering, party=["Iryna", ""])).json()["id"]
    code = await code_of(people, id)
    first = await check_in(people, gathering, code=spaced(code).lower())
    assert first.status_code == 200
    assert first.json() | {"arrived_at": ""} == {
        "id": id,
        "status": "arrived",
        "people": 3,
        "people_here": 3,
        "again": False,
        "arrived_at": "",
        "name": "Olena",
        "language": "uk",
    }
    again = (await check_in(people, gathering, code=f"https://x.example/arrive/{code}")).json()
    assert again["again"] is True
    assert again["arrived_at"] == first.json()["arrived_at"]
    assert (await figures(people, gathering))["people"] == 3


async def test_a_part_comes_the_rest_follows_and_a_mistake_is_taken_back(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering, party=["Iryna", ""])).json()["id"]
    assert (await check_in(people, gathering, registration_id=id, people=2)).json()["people_here"] == 2
    assert await figures(people, gathering) | {"free": 32} == {
        "groups": 1,
        "people": 2,
        "expected": 3,
        "expected_groups": 1,
        "missing_groups": 0,
        "missing": 1,
        "free": 32,
        "waiting": 0,
        "closed": False,
    }
    assert (await check_in(people, gathering, registration_id=id, people=3)).json()["people_here"] == 3
    assert (await check_in(people, gathering, registration_id=id, people=4)).status_code == 409
    assert (await check_in(people, gathering, registration_id=id, people=0)).json()["status"] == "confirmed"
    told = await people.intake.post(f"{BASE}/registrations/{id}/arrival")
    assert told.json()["status"] == "arrived"
    assert (await figures(people, gathering))["people"] == 3


async def test_check_ins_sent_again_and_again_count_once_even_after_they_were_taken_back(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    answers = await asyncio.gather(*(check_in(people, gathering, key="n1", registration_id=id) for _ in range(10)))
    assert {answer.json()["people_here"] for answer in answers} == {1}
    await check_in(people, gathering, key="n2", registration_id=id, people=0)
    late = await check_in(people, gathering, key="n1", registration_id=id)
    assert late.headers["Idempotent-Replayed"] == "true"
    assert (await figures(people, gathering))["people"] == 0


async def test_what_is_no_code_of_this_gathering_is_refused(people: People) -> None:
    here, elsewhere = await people.gathering(), await people.gathering()
    id = (await people.register(elsewhere)).json()["id"]
    code = await code_of(people, id)
    assert (await check_in(people, here, code=code)).status_code == 404
    assert (await check_in(people, here, registration_id=id)).status_code == 404
    nonsense = await check_in(people, here, code="Olena Kovalenko")
    assert (nonsense.status_code, nonsense.json()["errors"][0]["pointer"]) == (422, "/code")
    assert (await check_in(people, here)).status_code == 422
    denied = await people.public.post(f"{BASE}/gatherings/{elsewhere}/arrivals", json={"code": code})
    assert denied.status_code == 401


async def test_who_waits_is_not_let_in_and_the_ledger_holds_no_name(people: People) -> None:
    gathering = await people.gathering(capacity=1, party_max=1)
    await people.register(gathering)
    late = (await people.register(gathering, name="Canary Waiting")).json()["id"]
    refused = await check_in(people, gathering, registration_id=late, key="k")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "no-seat")
    await people.intake.post(f"{BASE}/registrations/{late}/cancellation")
    stored = await people.service.context.database["gatherings"].find_one({"_id": gathering})
    assert "Canary" not in repr(stored)


WALK_IN = {"people": 2, "language": "ar", "consent": {"text_version": "desk-1"}}


async def test_who_comes_unannounced_is_let_in_while_there_are_seats(people: People) -> None:
    gathering = await people.gathering(capacity=4)
    path = f"{BASE}/gatherings/{gathering}/walk-ins"
    first = await people.intake.post(path, json=WALK_IN, headers={"Idempotency-Key": "w1"})
    again = await people.intake.post(path, json=WALK_IN, headers={"Idempotency-Key": "w1"})
    assert (first.status_code, first.json()["status"], first.json()["people_here"]) == (201, "arrived", 2)
    assert again.json() == first.json()
    assert (await people.intake.post(path, json=WALK_IN | {"people": 3})).status_code == 409
    assert await people.seats(gathering) == {"capacity": 4, "taken": 2, "waiting": 0, "free": 2}
    registrations = people.service.context.database["registrations"]
    assert await registrations.count_documents({"gathering": gathering}) == 1, "a refusal leaves nothing behind"
    stored = await registrations.find_one({"gathering": gathering})
    assert stored is not None
    assert stored["outbox"] == [], "nobody is written to"
    (told,) = await events(people, gathering, "participant.registered")
    assert '"walk_in":true' in str(told["d"])


async def test_after_the_end_it_is_told_who_did_not_come(people: People) -> None:
    gathering = await people.gathering()
    here = (await people.register(gathering, party=["Iryna"])).json()["id"]
    missing = (await people.register(gathering, party=["", ""])).json()["id"]
    await check_in(people, gathering, registration_id=here, people=1)
    early = await people.intake.post(f"{BASE}/gatherings/{gathering}/attendance")
    assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "not-over")

    people.move(timedelta(days=6, hours=3))
    closed = await people.intake.post(f"{BASE}/gatherings/{gathering}/attendance")
    assert closed.json() == {"groups": 1, "people": 1, "missed": 1, "missed_people": 4}
    (told,) = await events(people, gathering, "gathering.attended")
    assert missing in str(told["d"])


@pytest.mark.parametrize("at_the_door", [True, False])
async def test_an_hour_after_the_end_it_is_told_by_itself_where_there_was_a_door(
    people: People, at_the_door: bool
) -> None:
    gathering = await people.gathering()
    here = (await people.register(gathering)).json()["id"]
    await people.register(gathering)
    if at_the_door:
        await check_in(people, gathering, registration_id=here)
    stored = await people.service.context.database["gatherings"].find_one({"_id": gathering})
    assert stored is not None
    assert (stored.get("due_at") is not None) == at_the_door
    people.move(timedelta(days=6, hours=3.6))
    for _ in range(2):
        assert (await figures(people, gathering))["closed"] == at_the_door
    assert len(await events(people, gathering, "gathering.attended")) == at_the_door


async def test_nobody_walks_in_before_the_draw_and_the_requests_of_others_are_answered(people: People) -> None:
    gathering = await people.gathering(allocation="lottery", capacity=4)
    path = f"/registration/v1/wilhelmshaven/gatherings/{gathering}/walk-ins"
    walk_in = people.intake.post(path, json={"language": "uk", "consent": {"text_version": "1"}})
    refused, *others = await asyncio.gather(walk_in, *(people.register(gathering, name=f"N{i}") for i in range(5)))
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "not-drawn")
    assert [one.status_code for one in others] == [201] * 5
    stored = people.service.context.database["registrations"]
    assert await stored.count_documents({"gathering": gathering, "walk_in": True}) == 0
    assert (await people.seats(gathering))["waiting"] == 5
