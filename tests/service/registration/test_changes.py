"""Changing a registration later, by its holder and by staff; what a crash leaves is completed."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"
CHILDREN: dict[str, Any] = {"id": "childcare", "label": {"de": "Kinderbetreuung"}, "capacity": 2, "counts": "people"}


async def _change(people: People, id: str, key: str | None = None, **body: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await people.intake.patch(f"{BASE}/registrations/{id}", json=body, headers=headers)


def _holder(people: People, id: str) -> dict[str, str]:
    return {"Authorization": f"Link {people.service.context.secrets.code('manage', id)}"}


async def _told(people: People, collection: str, type: str) -> list[dict[str, Any]]:
    documents = await people.service.context.database[collection].find({}).to_list(None)
    return [entry for document in documents for entry in document["outbox"] if entry["y"] == type]


async def test_two_of_us_cant_come(people: People) -> None:
    gathering = await people.gathering(capacity=3, party_max=3)
    family = (await people.register(gathering, party=["Iryna", "Taras"])).json()
    waiting = (await people.register(gathering)).json()
    answer = await _change(people, family["id"], party=[])
    assert (answer.status_code, answer.json()["party"], answer.json()["status"]) == (200, [], "confirmed")
    assert (await people.intake.get(f"{BASE}/registrations/{waiting['id']}")).json()["status"] == "offered"
    assert await people.seats(gathering) == {"capacity": 3, "taken": 2, "waiting": 0, "free": 1}


async def test_a_group_grows_only_where_it_fits_and_stays_whole_where_not(people: People) -> None:
    gathering = await people.gathering(capacity=3, party_max=3)
    one = (await people.register(gathering)).json()["id"]
    assert (await _change(people, one, party=["Iryna"])).json()["party"] == ["Iryna"]
    await people.register(gathering)
    refused = await _change(people, one, party=["Iryna", "Taras"])
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "no-room")
    assert (await people.intake.get(f"{BASE}/registrations/{one}")).json()["party"] == ["Iryna"]
    too_many = await _change(people, one, party=["", "", "", ""])
    assert too_many.json()["errors"][0]["pointer"] == "/party"
    assert (await people.seats(gathering))["taken"] == 3


async def test_a_group_may_not_outgrow_support_it_holds(people: People) -> None:
    gathering = await people.gathering(support=[CHILDREN])
    one = (await people.register(gathering, party=[""], support=["childcare"])).json()["id"]
    refused = await _change(people, one, party=["", ""])
    assert refused.status_code == 409
    without = await _change(people, one, party=["", ""], support=[])
    assert without.status_code == 200
    assert "support_status" not in without.json()


async def test_the_same_key_changes_once_and_answers_the_same(people: People) -> None:
    gathering = await people.gathering(capacity=4)
    one = (await people.register(gathering)).json()["id"]
    first = await _change(people, one, key="k", party=["Iryna"], language="en")
    assert (await _change(people, one, party=[])).status_code == 200
    again = await _change(people, one, key="k", party=["Iryna"], language="en")
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")
    assert (await people.seats(gathering))["taken"] == 1
    assert (await _change(people, one, key="k", party=[])).status_code == 422


async def test_others_hear_of_language_size_and_contact(people: People) -> None:
    gathering = await people.gathering()
    one = (await people.register(gathering)).json()["id"]
    await _change(people, one, language="en")
    assert len(await _told(people, "gatherings", "registration.participant.changed.v1")) == 1
    await _change(people, one, contact={"phone": "04421 123456"})
    contacts = await _told(people, "registrations", "contacts.contact.recorded.v1")
    assert len(contacts) == 3
    assert b"+494421123456" in bytes(contacts[-1]["d"])
    assert len(await _told(people, "gatherings", "registration.participant.changed.v1")) == 1


async def test_a_new_address_of_the_holder_has_to_be_confirmed_and_the_seat_stays(people: People) -> None:
    gathering = await people.gathering()
    one = (await people.register(gathering, contact={"email": "old@example.org"}, channel="email")).json()["id"]
    path, holder = f"{BASE}/registrations/{one}", _holder(people, one)
    answer = (await people.public.patch(path, json={"contact": {"email": "new@example.org"}}, headers=holder)).json()
    assert (answer["contact"]["email"], answer["new_email"]) == ("old@example.org", "new@example.org")
    assert answer["status"] == "confirmed"
    guessed = await people.public.post(f"{path}/address", json={"code": "guessed"})
    assert guessed.status_code == 404
    code = people.service.context.secrets.code("address", f"{one}\0new@example.org")
    for _ in range(2):
        assert (await people.public.post(f"{path}/address", json={"code": code})).json()["email"] == "confirmed"
    shown = (await people.intake.get(path)).json()
    assert (shown["contact"]["email"], "new_email" in shown) == ("new@example.org", False)
    by_staff = await _change(people, one, contact={"email": "third@example.org"})
    assert by_staff.json()["contact"]["email"] == "third@example.org"


@pytest.mark.parametrize("after_ledger", [False, True])
async def test_what_a_crash_left_is_completed(
    people: People, monkeypatch: pytest.MonkeyPatch, after_ledger: bool
) -> None:
    gathering = await people.gathering()
    one = (await people.register(gathering)).json()["id"]
    parts = people.service.definition.state["registration"]

    async def dies(*arguments: Any, **named: Any) -> Any:
        raise KeyboardInterrupt  # nothing after it runs, as when the process is gone

    with monkeypatch.context() as patched:
        patched.setattr(
            *((type(parts.changes), "_finish") if after_ledger else (type(parts.changes), "_carry_out")), dies
        )
        with pytest.raises(BaseException):  # noqa: B017, PT011
            await _change(people, one, key="k", party=["Iryna"])
    registrations = people.service.context.database["registrations"]
    left = await registrations.find_one({"_id": one})
    assert left is not None
    assert left["due_at"] is not None
    assert left.get("party", []) == []
    await people.work("reconcile", {"_id": one})
    found = await registrations.find_one({"_id": one})
    assert found is not None
    assert (found["party"], found.get("wanted"), found.get("due_at")) == (["Iryna"], None, None)
    assert (await people.seats(gathering))["taken"] == 2
    again = await _change(people, one, key="k", party=["Iryna"])
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_strangers_change_nothing(people: People) -> None:
    gathering = await people.gathering()
    one = (await people.register(gathering)).json()["id"]
    path = f"{BASE}/registrations/{one}"
    for client, headers, status in (
        (people.public, {}, 401),
        (people.public, {"Authorization": "Link guessed"}, 404),
        (people.stranger, {}, 404),
    ):
        assert (await client.patch(path, json={"party": ["x"]}, headers=headers)).status_code == status
    assert (await people.seats(gathering))["taken"] == 1


async def test_the_way_somebody_wishes_for_is_told_and_can_be_changed_and_taken_back(people: People) -> None:
    gathering = await people.gathering()
    contact = {"email": "olena@example.org", "phone": "0151 23456789"}
    one = (await people.register(gathering, contact=contact, channel="email", reach_first="sms")).json()["id"]

    async def told() -> list[str]:
        found = await _told(people, "registrations", "contacts.contact.recorded.v1")
        return [orjson.loads(entry["d"])["reach_first"] for entry in found]

    assert await told() == ["sms"]
    kept = await _change(people, one, contact=contact | {"post": "Weg 1"})
    assert (kept.json()["reach_first"], (await told())[-1]) == ("sms", "sms")
    changed = await _change(people, one, reach_first="letter")
    assert (changed.json()["reach_first"], (await told())[-1]) == ("letter", "letter")
    assert "manage_url" not in changed.json(), "it is reached where it was"
    assert (await _change(people, one, reach_first="any")).json()["reach_first"] == "any"
    for contact, wish in (({"email": "a@example.org"}, "sms"), ({"email": "a@example.org"}, "call")):
        body = {"contact": contact, "channel": "email", "reach_first": wish}
        refused = await people.register(gathering, **body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reach_first")
        assert "choose another way" in refused.json()["errors"][0]["detail"]
    assert (await people.register(gathering, contact={"phone": "04421 9"}, reach_first="email")).status_code == 422
    assert (await people.register(gathering, contact={"phone": "04421 9"}, reach_first="letter")).status_code == 422
    helper = {"name": "Jan", "contact": {"phone": "04421 9"}}
    helped = await people.register(gathering, contact={}, helper=helper, channel="helper", reach_first="call")
    assert helped.status_code == 201, helped.text
    assert (await _change(people, one, reach_first="letter")).status_code == 200
    gone = await _change(people, one, contact={"email": "olena@example.org"})
    assert (gone.status_code, gone.json()["errors"][0]["pointer"]) == (422, "/reach_first")
    assert (await _change(people, one, name="Olena K.")).status_code == 200
    both = await _change(people, one, contact={"email": "olena@example.org"}, reach_first="email")
    assert both.status_code == 200, both.text
    assert (await _change(people, one, reach_first="call")).status_code == 422
    wrong = await _change(people, one, reach_first="pigeon")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/reach_first")
