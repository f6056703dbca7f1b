"""A dialogue event from its publication to its last seat."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.service.registration.conftest import People

WEB: dict[str, Any] = {"channel": "web", "contact": {"email": "olena@example.org"}}


async def test_a_caller_is_registered_at_once(people: People) -> None:
    gathering = await people.gathering()
    answer = await people.register(gathering, party=["Iryna"])
    assert answer.status_code == 201
    assert answer.json()["status"] == "confirmed"
    assert (await people.seats(gathering))["taken"] == 2


async def test_a_web_address_is_confirmed_by_its_link_alone(people: People) -> None:
    gathering = await people.gathering()
    answer = (await people.register(gathering, people.public, **WEB)).json()
    assert answer["status"] == "unconfirmed"
    assert "manage_url" not in answer
    path = f"/registration/v1/wilhelmshaven/registrations/{answer['id']}/confirmation"
    assert (await people.public.post(path)).status_code == 401
    assert (await people.public.post(path, headers={"Authorization": "Link guessed"})).status_code == 404
    code = people.service.context.secrets.code("manage", answer["id"])
    confirmed = await people.public.post(path, headers={"Authorization": f"Link {code}"})
    assert confirmed.json() == {"id": answer["id"], "status": "confirmed"}


async def test_the_36th_waits_is_offered_a_seat_and_accepts(people: People) -> None:
    gathering = await people.gathering()
    ids = [(await people.register(gathering)).json()["id"] for _ in range(35)]
    late = (await people.register(gathering)).json()
    assert (late["status"], late["position"]) == ("waiting", 1)
    base = "/registration/v1/wilhelmshaven/registrations"
    assert (await people.intake.post(f"{base}/{ids[3]}/cancellation")).json()["status"] == "cancelled"
    assert (await people.intake.get(f"{base}/{late['id']}")).json()["status"] == "offered"
    assert (await people.intake.post(f"{base}/{late['id']}/acceptance")).json()["status"] == "confirmed"
    assert (await people.intake.get(f"{base}/{ids[3]}")).json()["status"] == "cancelled"
    assert await people.seats(gathering) == {"capacity": 35, "taken": 35, "waiting": 0, "free": 0}


async def test_hundreds_at_once_fill_the_seats_exactly(people: People) -> None:
    gathering = await people.gathering(capacity=100)
    answers = await asyncio.gather(*(people.register(gathering) for _ in range(300)))
    assert {answer.status_code for answer in answers} == {201}
    assert sum(answer.json()["status"] == "confirmed" for answer in answers) == 100
    assert sorted(a.json()["position"] for a in answers if a.json()["status"] == "waiting") == list(range(1, 201))
    assert await people.seats(gathering) == {"capacity": 100, "taken": 100, "waiting": 200, "free": 0}


async def test_the_same_key_gets_the_same_answer_and_one_registration(people: People) -> None:
    gathering = await people.gathering()
    answers = await asyncio.gather(*(people.register(gathering, key="k1") for _ in range(20)))
    assert len({answer.text for answer in answers}) == 1
    assert (await people.seats(gathering))["taken"] == 1
    assert (await people.register(gathering, key="k1")).headers["Idempotent-Replayed"] == "true"
    assert (await people.register(gathering, key="k1", name="Someone else")).status_code == 422


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"language": "xx"}, "/language"),
        ({"name": "a\r\nBcc: everyone@example.org"}, "/name"),
        ({"name": "x" * 1000}, "/name"),
        ({"party": ["a", "b", "c", "d"]}, "/party"),
        ({"support": ["massage"]}, "/support/0"),
        ({"contact": {}}, "/"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_bad_input_names_the_field_and_leaves_nothing(
    people: People, changes: dict[str, Any], pointer: str
) -> None:
    gathering = await people.gathering()
    answer = await people.register(gathering, **changes)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["detail"]
    assert await people.service.context.database["registrations"].count_documents({}) == 0
    assert (await people.seats(gathering))["taken"] == 0


async def test_tenants_do_not_see_each_other(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    for path in (f"gatherings/{gathering}/registrations", f"registrations/{id}"):
        assert (await people.stranger.get(f"/registration/v1/wilhelmshaven/{path}")).status_code == 404
        assert (await people.public.get(f"/registration/v1/wilhelmshaven/{path}")).status_code == 401
    assert (await people.public.get("/registration/v1/nowhere/gatherings")).status_code == 404
    assert (await people.intake.post("/registration/v1/wilhelmshaven/gatherings", json={})).status_code == 403


async def test_the_join_address_is_never_shown(people: People) -> None:
    gathering = await people.gathering()
    shown = await people.public.get(f"/registration/v1/wilhelmshaven/gatherings/{gathering}")
    stored = await people.service.context.database["gatherings"].find_one({"_id": gathering})
    assert stored is not None
    assert "secret" not in shown.text
    assert "secret" not in str(stored["outbox"])


async def test_a_registration_without_its_claim_is_completed(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    database = people.service.context.database
    await database["gatherings"].update_one(
        {"_id": gathering}, {"$unset": {f"claims.{id}": ""}, "$inc": {"version": 1}}
    )
    await people.work("reconcile", {"_id": id})
    assert (await people.seats(gathering))["taken"] == 1


async def test_no_personal_data_outside_contacts(people: People) -> None:
    gathering = await people.gathering()
    await people.register(gathering, name="Canary Person", contact={"phone": "+49 999 canary"})
    for collection in ("municipalities", "gatherings", "registrations"):
        for document in await people.service.context.database[collection].find({}).to_list(None):
            for entry in document["outbox"]:
                if entry["o"] != "contacts.v1":
                    assert b"anary" not in (entry["d"] or b"")


async def test_events_say_which_request_they_follow_from_also_when_many_are_decided_together(people: People) -> None:
    gathering = await people.gathering()
    asked = {f"00-{number:032x}-00f067aa0ba902b7-01" for number in range(1, 21)}
    path = f"/registration/v1/wilhelmshaven/gatherings/{gathering}/registrations"
    body = {
        "name": "Olena",
        "contact": {"phone": "+49 4421 1234"},
        "language": "uk",
        "channel": "phone",
        "consent": {"text_version": "1"},
    }
    answers = await asyncio.gather(
        *(people.intake.post(path, json=body, headers={"traceparent": one}) for one in asked)
    )
    ids = {answer.json()["id"] for answer in answers}
    database = people.service.context.database
    recorded = {
        document["_id"]: document["outbox"][0]["p"]
        for document in await database["registrations"].find({"_id": {"$in": list(ids)}}).to_list(None)
    }
    assert set(recorded.values()) == asked
    stored = await database["gatherings"].find_one({"_id": gathering})
    assert stored is not None
    registered = [entry for entry in stored["outbox"] if entry["y"] == "registration.participant.registered.v1"]
    assert {json.loads(entry["d"])["registration_id"]: entry["p"] for entry in registered} == recorded
