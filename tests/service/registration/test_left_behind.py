"""What a request leaves behind where it is refused, repeated or cut off: nothing, nothing more, and nothing lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.storage.mongo import Document
from services.registration.registrations.links import link_code
from services.registration.seats.repository import SeatLedgers
from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"


async def _gathering(people: People, id: str) -> Document:
    found = await people.service.context.database["gatherings"].find_one({"_id": id})
    assert found is not None
    return found


async def test_a_registration_that_is_refused_at_the_last_moment_leaves_no_contact(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Registration closes between the first look and the claim."""
    closes = datetime.now(UTC) + timedelta(hours=1)
    gathering = await people.gathering(closes_at=closes.isoformat())
    before = (await _gathering(people, gathering))["version"]
    people.move(timedelta(hours=2))
    monkeypatch.setattr("services.registration.registrations.admission.check_open", lambda *_: None)
    refused = await people.register(gathering, key="late")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "closed")
    assert await people.service.context.database["registrations"].find({}).to_list(None) == []
    assert (await _gathering(people, gathering))["version"] == before
    people.move(timedelta())
    assert (await people.register(gathering, key="late")).status_code == 201


async def test_contacts_are_told_of_once_the_claim_stands(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    registrations = people.service.context.database["registrations"]
    while "due_at" in (stored := await registrations.find_one({"_id": id}) or {}):  # told in the background
        await asyncio.sleep(0.02)
    assert (stored["pending"], len(stored["outbox"])) == (True, 1)


async def test_claims_that_ended_leave_the_document_and_are_known_all_the_same(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.registration.seats.repository.MOST_ENDED", 2)
    gathering = await people.gathering()
    made = [await people.register(gathering, key=f"k{number}", name=f"N{number}") for number in range(6)]
    ids = [one.json()["id"] for one in made]
    for id in ids[:5]:
        assert (await people.intake.post(f"{BASE}/registrations/{id}/cancellation")).status_code == 200
    stored = await _gathering(people, gathering)
    assert len(stored["gone"]) <= 3
    moved = await people.service.context.database["ended_claims"].find({}).to_list(None)
    assert {*stored["gone"], *(one["_id"] for one in moved)} == set(ids[:5])

    for id in ids[:5]:
        assert (await people.intake.get(f"{BASE}/registrations/{id}")).json()["status"] == "cancelled"
    listed = await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations", params={"status": "cancelled"})
    assert [one["id"] for one in listed.json()["items"]] == sorted(ids[:5])
    counts = (await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations/counts")).json()
    assert (counts["cancelled"]["groups"], counts["confirmed"]["groups"]) == (5, 1)
    again = await people.register(gathering, key="k0", name="N0")
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", made[0].json())
    assert (await people.seats(gathering))["taken"] == 1
    twice = await people.intake.post(f"{BASE}/registrations/{ids[0]}/cancellation")
    assert (twice.status_code, twice.json()["status"]) == (200, "cancelled")


async def test_repeats_without_effect_leave_nothing(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    path = f"{BASE}/registrations/{id}/cancellation"
    await people.intake.post(path)
    before = await _gathering(people, gathering)
    for number in range(5):
        answer = await people.intake.post(path, headers={"Idempotency-Key": f"fresh {number}"})
        assert answer.json()["status"] == "cancelled"
    assert await _gathering(people, gathering) == before


async def test_of_the_keys_of_requests_the_newest_are_kept(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.registration.seats.rounds.MOST_KEYS", 3)
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    path = f"{BASE}/gatherings/{gathering}/arrivals"
    for number in range(8):
        body = {"registration_id": id, "people": number % 2}
        await people.intake.post(path, json=body, headers={"Idempotency-Key": f"k{number}"})
    assert len((await _gathering(people, gathering))["requests"]) <= 3


async def test_a_change_under_way_survives_that_an_address_is_confirmed(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the ledger decided; meanwhile the new address is confirmed: three people here and there."""
    gathering = await people.gathering()
    id = (await people.register(gathering, contact={"email": "old@example.org"}, channel="email")).json()["id"]
    secrets = people.service.context.secrets
    holder = {"Authorization": f"Link {link_code(secrets, id)}"}
    path = f"{BASE}/registrations/{id}"
    asked = await people.public.patch(path, json={"contact": {"email": "new@example.org"}}, headers=holder)
    assert asked.json()["new_email"] == "new@example.org"
    execute = SeatLedgers.execute

    async def decides_and_dies(*arguments: Any, **named: Any) -> Any:
        await execute(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SeatLedgers, "execute", decides_and_dies)
        with pytest.raises(BaseException):  # noqa: B017, PT011
            await people.public.patch(path, json={"party": ["Taras", "Iryna"]}, headers=holder)
    code = secrets.code("address", f"{id}\0new@example.org")
    confirmed = await people.public.post(f"{path}/address", json={"code": code})
    assert confirmed.json()["email"] == "confirmed"
    left = await people.service.context.database["registrations"].find_one({"_id": id})
    assert left is not None
    assert left["wanted"]
    await people.work("reconcile", {"_id": id})
    shown = (await people.intake.get(path)).json()
    assert (shown["party"], shown["contact"]["email"]) == (["Taras", "Iryna"], "new@example.org")
    assert (await people.seats(gathering))["taken"] == 3


async def test_links_rise_where_somebody_else_may_hold_them(people: People) -> None:
    gathering = await people.gathering()
    made = (await people.register(gathering, key="k", contact={"email": "typo@example.org"}, channel="email")).json()
    id, path = made["id"], f"{BASE}/registrations/{made['id']}"
    secrets = people.service.context.secrets

    async def opens(generation: int) -> bool:
        link = {"Authorization": f"Link {link_code(secrets, id, generation)}"}
        return (await people.public.get(path, headers=link)).status_code == 200

    assert await opens(0)
    assert (await people.intake.patch(path, json={"name": "Olena K"})).is_success
    assert await opens(0), "a name is no address"
    corrected = await people.intake.patch(path, json={"contact": {"email": "right@example.org"}})
    assert corrected.json()["manage_url"].endswith(link_code(secrets, id, 1))
    assert not await opens(0), "a stranger has the former address"
    assert await opens(1)
    renewed = await people.intake.post(f"{path}/link", headers={"Idempotency-Key": "n"})
    assert (await opens(1), await opens(2)) == (False, True)
    once_more = await people.intake.post(f"{path}/link", headers={"Idempotency-Key": "n"})
    assert (once_more.json(), once_more.headers["Idempotent-Replayed"]) == (renewed.json(), "true")
    assert (
        await people.register(gathering, key="k", contact={"email": "typo@example.org"}, channel="email")
    ).json() == made
    assert (await people.public.post(f"{path}/link")).status_code == 401
    stored = await people.service.context.database["registrations"].find_one({"_id": id})
    assert renewed.json()["manage_url"].rpartition("/")[2] not in str({**(stored or {}), "outbox": None})


async def test_so_many_seats_are_held_for_one_number(people: People) -> None:
    gathering = await people.gathering()
    body = {"contact": {"phone": "04421 5551"}, "channel": "web", "party": ["", "", ""]}
    made = [await people.register(gathering, people.public, **body) for _ in range(4)]
    assert [one.status_code for one in made] == [201, 201, 201, 409]
    assert made[-1].json()["type"].rpartition(":")[2] == "too-many-unconfirmed"
    other = body | {"contact": {"phone": "04421 5552"}}
    assert (await people.register(gathering, people.public, **other)).status_code == 201
    assert (await people.register(gathering, **(body | {"channel": "phone"}))).status_code == 201, (
        "staff enter whom they know"
    )


@pytest.mark.parametrize("typed", ["Lukasz", "Yildiz", "علی کریم"])
async def test_found_by_how_people_type(people: People, typed: str) -> None:
    gathering = await people.gathering()
    names = {"Lukasz": "Łukasz Nowak", "Yildiz": "Ayşe Yıldız", "علی کریم": "علي كريم"}
    id = (await people.register(gathering, name=names[typed])).json()["id"]
    found = await people.intake.post(f"{BASE}/registrations/search", json={"gathering": gathering, "q": typed})
    assert [one["id"] for one in found.json()["items"]] == [id]
    alike = {"gathering": gathering, "name": typed, "phone": "", "email": ""}
    hinted = await people.intake.post(f"{BASE}/registrations/similar", json=alike)
    assert [one["id"] for one in hinted.json()["items"]] == [id]
