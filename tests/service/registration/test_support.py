"""Support one can book: limited, with deadlines, in line, and summed up for whoever orders it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"
DGS: dict[str, Any] = {"id": "dgs", "label": {"de": "Gebärdensprache"}, "capacity": 1}
CHILDREN: dict[str, Any] = {"id": "childcare", "label": {"de": "=Kinderbetreuung"}, "capacity": 4, "counts": "people"}


async def _support(people: People, id: str) -> dict[str, Any]:
    answer = await people.intake.get(f"{BASE}/registrations/{id}")
    found: dict[str, Any] = answer.json()["support_status"]
    return found


async def _offers(people: People, gathering: str) -> dict[str, dict[str, Any]]:
    shown = await people.public.get(f"{BASE}/gatherings/{gathering}")
    return {offer["id"]: offer for offer in shown.json()["support"]}


async def test_what_is_booked_up_costs_nobody_a_seat_and_moves_on_when_it_is_freed(people: People) -> None:
    gathering = await people.gathering(support=[DGS])
    first, second = [(await people.register(gathering, support=["dgs"])).json() for _ in range(2)]
    assert (first["status"], first["support_status"]) == ("confirmed", {"dgs": {"status": "granted"}})
    assert (second["status"], second["support_status"]) == ("confirmed", {"dgs": {"status": "waiting", "position": 1}})
    offers = await _offers(people, gathering)
    assert (offers["dgs"]["booked"], offers["dgs"]["waiting"]) == (1, 1)
    await people.intake.post(f"{BASE}/registrations/{first['id']}/cancellation")
    assert await _support(people, second["id"]) == {"dgs": {"status": "granted"}}


async def test_who_waits_for_a_seat_holds_no_interpreter_and_gets_one_with_the_seat(people: People) -> None:
    gathering = await people.gathering(capacity=1, party_max=1, support=[DGS])
    seated = (await people.register(gathering)).json()
    waiting = (await people.register(gathering, support=["dgs"])).json()
    assert waiting["support_status"] == {"dgs": {"status": "with_seat"}}
    assert (await _offers(people, gathering))["dgs"]["booked"] == 0
    await people.intake.post(f"{BASE}/registrations/{seated['id']}/cancellation")
    assert await _support(people, waiting["id"]) == {"dgs": {"status": "granted"}}


async def test_after_the_deadline_a_wish_is_refused_and_the_seat_is_not(people: People) -> None:
    late = DGS | {"request_until": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    gathering = await people.gathering(support=[late])
    answer = (await people.register(gathering, support=["dgs"])).json()
    assert (answer["status"], answer["support_status"]) == ("confirmed", {"dgs": {"status": "refused"}})
    later = DGS | {"request_until": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    changed = await people.coordinator.patch(f"{BASE}/gatherings/{gathering}", json={"support": [later]})
    assert changed.status_code == 200, changed.text
    assert await _support(people, answer["id"]) == {"dgs": {"status": "granted"}}


async def test_more_of_it_serves_the_line_and_less_takes_nothing_away(people: People) -> None:
    gathering = await people.gathering(support=[DGS])
    ids = [(await people.register(gathering, support=["dgs"])).json()["id"] for _ in range(3)]
    for capacity in (3, 1):
        await people.coordinator.patch(
            f"{BASE}/gatherings/{gathering}", json={"support": [DGS | {"capacity": capacity}]}
        )
        assert [await _support(people, id) for id in ids] == [{"dgs": {"status": "granted"}}] * 3


async def test_the_needs_for_whoever_orders(people: People) -> None:
    gathering = await people.gathering(support=[DGS, CHILDREN])
    await people.register(gathering, support=["childcare"], party=["", ""])
    await people.register(gathering, support=["childcare", "dgs"], language="ar", party=[""])
    needs = (await people.intake.get(f"{BASE}/gatherings/{gathering}/needs")).json()
    dgs, children = needs["support"]
    assert (dgs["granted"], dgs["languages"], dgs["order"]) == ({"groups": 1, "people": 2}, {"ar": 2}, 1)
    assert (children["granted"]["people"], children["waiting"], children["order"]) == (3, {"groups": 1, "people": 2}, 3)
    assert needs["languages"] == {"ar": {"groups": 1, "people": 2}, "uk": {"groups": 1, "people": 3}}
    table = (await people.intake.get(f"{BASE}/gatherings/{gathering}/needs.csv")).text
    assert "'=Kinderbetreuung" in table
    assert (await people.stranger.get(f"{BASE}/gatherings/{gathering}/needs")).status_code == 404


async def test_the_planning_page_shows_what_is_booked_of_each_support(people: People) -> None:
    offers = [
        {"id": "interpreter:uk", "label": {"de": "Dolmetschen"}, "capacity": 1},
        {"id": "childcare", "label": {"de": "Kinderbetreuung"}, "capacity": 5, "counts": "people"},
    ]
    id = await people.gathering(support=offers)
    await people.register(id, support=["interpreter:uk", "childcare"], party=["", ""])
    await people.register(id, support=["interpreter:uk"])
    page = (await people.coordinator.get(f"/registration/wilhelmshaven/desk/{id}/plan")).text
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Dolmetschen: 1 von 1 gebucht (Gruppen) · 1 Gruppe steht dafür an" in words
    assert "Kinderbetreuung: 3 von 5 gebucht (Personen)" in words
    assert f"/desk/{id}/needs" in page
    withdrawn = {"support": offers[1:]}
    preview = await people.coordinator.post(f"{BASE}/gatherings/{id}/preview", json=withdrawn)
    assert (preview.json()["informed"], preview.json()["supported"]) == (0, 2)
