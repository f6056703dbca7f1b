"""The room votes on priorities: one ballot a device, changeable until the end, nothing told before, no small group after."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from chassis.http.rate_limits import RateLimiter
from services.selfcheck.room import voting
from tests.service.selfcheck.town import Town

ALL = {"a1": 1, "a2": 3, "b1": 4, "b2": 4}
PEOPLE = {"administration": [ALL] * 3}


async def room(town: Town, id: str) -> str:
    return str((await town.moderate(id, "room")).json()["room_url"]).rpartition("/")[2]


async def cast(client: httpx.AsyncClient, code: str, vote: str, ranking: list[str], device: str = "") -> httpx.Response:
    headers = {"X-Device-Code": device} if device else {}
    return await client.put(f"/selfcheck/v1/room/{code}/votes/{vote}", json={"ranking": ranking}, headers=headers)


async def test_a_ballot_can_be_changed_and_is_counted_once(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    vote = (await town.moderate(id, "votes", {"kind": "fields", "most": 1})).json()["id"]
    first = await cast(guest, code, vote, ["b"])
    device = first.json()["device_code"]
    assert (await cast(guest, code, vote, ["a"], device)).json()["device_code"] == device
    for ranking in (["a"], ["a"]):
        assert (await cast(guest, code, vote, ranking)).status_code == 200
    shown = (await guest.get(f"/selfcheck/v1/room/{code}")).json()
    assert (shown["picture"], shown["vote"]["ballots"], shown["vote"]["result"]) == ("vote", 3, None)
    closed = await town.moderate(id, f"votes/{vote}/closing")
    again = await town.moderate(id, f"votes/{vote}/closing")
    assert closed.json() == again.json()
    result = closed.json()["result"]
    assert result["voters"] == 3
    assert result["places"] == [{"option": "a", "chosen": 3, "mean_rank": 1.0}]
    assert (result["rest"], result["agreement"]) == (["b"], None), "nobody chose b; one place is no ranking"
    assert (await cast(guest, code, vote, ["b"], device)).status_code == 409
    assert (await town.client("decision_maker").get(f"{town.api(id)}/votes")).json()["items"] == [closed.json()]


async def test_few_votes_stay_hidden(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    vote = (await town.moderate(id, "votes", {})).json()["id"]
    await cast(guest, code, vote, ["a"])
    assert (await guest.get(f"/selfcheck/v1/room/{code}")).json()["vote"]["ballots"] is None
    result = (await town.moderate(id, f"votes/{vote}/closing")).json()["result"]
    assert result == {"voters": None, "places": [], "rest": ["a", "b"], "agreement": None}


async def test_every_acknowledged_ballot_is_counted(town: Town) -> None:
    """Devices vote while the moderator closes: 200 means counted."""
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    vote = (await town.moderate(id, "votes", {"kind": "questions", "options": ["a1", "b2"], "most": 1})).json()["id"]

    async def later() -> httpx.Response:
        await asyncio.sleep(0.03)
        return await town.moderate(id, f"votes/{vote}/closing")

    *ballots, closed = await asyncio.gather(*(cast(guest, code, vote, ["a1"]) for _ in range(40)), later())
    acknowledged = sum(ballot.status_code == 200 for ballot in ballots)
    assert {ballot.status_code for ballot in ballots} <= {200, 409}
    assert acknowledged <= (closed.json()["result"]["voters"] or 0) <= 40


async def test_votes_are_refused_where_the_state_does_not_allow_them(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    for body, pointer in (
        ({"kind": "questions"}, "/options"),
        ({"options": ["a", "x"]}, "/options/1"),
        ({"options": ["a", "a"]}, "/options/1"),
        ({"most": 0}, "/most"),
    ):
        refused = await town.moderate(id, "votes", body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    vote = (await town.moderate(id, "votes", {})).json()["id"]
    assert (await town.moderate(id, "votes", {})).status_code == 409, "one at a time"
    assert (await cast(guest, code, vote, ["x"])).status_code == 422
    assert (await cast(guest, code, vote, [])).status_code == 422
    assert (await cast(guest, code, "none", ["a"])).status_code == 404
    assert (await cast(guest, "guess", vote, ["a"])).status_code == 404
    assert (await cast(guest, code, vote, ["a"], "no code")).status_code == 422
    assert (await town.client("coordinator").post(f"{town.api(id)}/votes", json={})).status_code == 403


async def test_on_pages_from_opening_to_the_result(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    code, moderator = await room(town, id), town.client("moderator", "en")
    page = f"{town.page(id)}/room"
    assert (await town.submit(moderator, page, f"{page}/vote", do="open")).status_code == 303
    ballot = f"/selfcheck/room/{code}/vote"
    phones = [town.client(language="uk") for _ in range(3)]
    for phone in phones:
        assert ballot in (await phone.get(f"/selfcheck/room/{code}")).text
        refused = await town.submit(phone, ballot, "", **{"place-1": "a", "place-2": "a"})
        assert refused.status_code == 422
        assert "Це вже вибрано" in refused.text
        done = await town.submit(phone, ballot, "", **{"place-1": "a", "place-2": "b"})
        assert done.status_code == 303
        assert "Ваш голос зараховано" in (await phone.get(done.headers["location"])).text
    changed = await town.submit(phones[0], ballot, "", **{"place-1": "b", "place-2": "a"})
    assert changed.status_code == 303
    assert await town.submit(moderator, page, f"{page}/vote", do="close")
    shown = (await phones[0].get(f"/selfcheck/room/{code}")).text
    assert "Голосів: 3." in shown
    assert "W = " in shown
    protocol = await moderator.get(f"{town.api(id)}/protocol.pdf?language=en")
    assert protocol.status_code == 200


async def test_with_the_workshop_its_vote_ends_and_takes_no_ballots(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    vote = (await town.moderate(id, "votes", {"most": 1})).json()["id"]
    devices = [(await cast(guest, code, vote, ["a"])).json()["device_code"] for _ in range(3)]
    assert (await town.moderate(id, "closing")).status_code == 200
    assert (await cast(guest, code, vote, ["b"], devices[0])).status_code == 409
    assert (await cast(guest, code, vote, ["b"])).status_code == 409
    ended = (await town.client("moderator").get(f"{town.api(id)}/votes")).json()["items"][0]
    assert (ended["status"], ended["result"]["places"][0]["chosen"]) == ("closed", 3)
    assert (await town.moderate(id, "votes", {})).status_code == 409


async def test_one_network_can_not_end_the_vote_of_a_room(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that makes up devices is stopped long before the vote is full; the moderator sees it and begins afresh."""
    monkeypatch.setattr(voting, "MOST_FROM_ONE", 4)
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    vote = (await town.moderate(id, "votes", {"most": 1})).json()["id"]
    made_up = [await cast(guest, code, vote, ["b"]) for _ in range(6)]
    assert [answer.status_code for answer in made_up] == [200] * 4 + [409] * 2
    known = made_up[0].json()["device_code"]
    assert (await cast(guest, code, vote, ["a"], known)).status_code == 200, "who has voted may change it"
    elsewhere = httpx.AsyncClient(
        transport=httpx.ASGITransport(town.app, client=("10.1.2.3", 1)), base_url="http://test"
    )
    assert (await cast(elsewhere, code, vote, ["a"])).status_code == 200
    page = (await town.client("moderator", "en").get(f"{town.page(id)}/room")).text
    assert "Most ballots from one network: 4." in page
    again = (await town.moderate(id, f"votes/{vote}/restart")).json()
    assert again["id"] != vote
    assert (await cast(guest, code, vote, ["a"])).status_code == 404, "the former vote is gone"
    for _ in range(3):
        await cast(elsewhere, code, again["id"], ["a"])
    result = (await town.moderate(id, f"votes/{again['id']}/closing")).json()["result"]
    assert result["voters"] == 3, "what was cast before counts nowhere"


async def test_ballots_come_at_the_pace_of_a_hall_and_no_faster(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    context = town.service.context
    slow = RateLimiter("3/minute", context.database, context.secrets, context.clock)
    monkeypatch.setitem(town.app.state.rate_limiters, "ballots", slow)
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    vote = (await town.moderate(id, "votes", {"most": 1})).json()["id"]
    assert 429 in [(await cast(guest, code, vote, ["a"])).status_code for _ in range(5)]


async def test_options_that_all_chose_are_not_said_to_be_chosen_by_few(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    code, guest = await room(town, id), town.client()
    asked = {"kind": "questions", "options": ["a1", "a2", "b1"], "most": 3}
    vote = (await town.moderate(id, "votes", asked)).json()["id"]
    for third in ("b1", "a2", "a2"):
        await cast(guest, code, vote, ["a1", third])
    await town.moderate(id, f"votes/{vote}/closing")
    page = (await town.client("", "en").get(f"/selfcheck/room/{code}")).text
    assert "too few chose it" not in page
    assert "Not shown, because" in page
