"""The workshop's board: who has answered, then the spread; live, for staff and for the room; moderators side by side."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import orjson

from tests.service.selfcheck.town import TENANT, Town
from tests.support.waiting import patience

ALIKE = {"a1": 4, "a2": 3, "b1": 2, "b2": 1}
APART = ALIKE | {"b2": 4}
PEOPLE = {"administration": [ALIKE] * 3, "civil_society": [APART] * 3}


"""Seconds; a machine may be busy, what is tested is what comes."""


class Reader:
    """A viewer of a stream; events arrive in `seen` as (name, id, data)."""

    def __init__(self, client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> None:
        self.seen: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
        self.task = asyncio.create_task(self._read(client, url, headers))

    async def _read(self, client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> None:
        async with client.stream("GET", url, headers=headers) as answer:
            assert answer.status_code == 200
            event: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if not line and event.get("event"):
                    self.seen.put_nowait((event["event"], event["id"], event["data"]))
                    event = {}
                elif ": " in line:
                    name, _, value = line.partition(": ")
                    event[name] = event.get(name, "") + value

    async def next(self) -> tuple[str, str, Any]:
        async with patience("news of the board"):
            name, id, data = await self.seen.get()
        return name, id, orjson.loads(data) if data.startswith("{") else data


def bearer(town: Town, role: str) -> dict[str, str]:
    return {"Authorization": town.client(role).headers["Authorization"]}


async def test_before_the_reveal_the_board_tells_who_has_answered_never_what(town: Town) -> None:
    id = await town.answered({"administration": [ALIKE] * 3, "civil_society": [{"a1": 4}]})
    board = (await town.client("moderator").get(f"{town.api(id)}/board")).json()
    assert board["questions"] == []
    assert board["participation"]["administration"] == {
        "invited": 3,
        "begun": 3,
        "submitted": 0,
        "open": 3,
        "answers": None,
        "asked": None,
    }
    assert board["participation"]["civil_society"]["begun"] == 1, (
        "who takes part is told, how much they answered is not"
    )
    page = await town.client("moderator").get(f"{town.page(id)}/board")
    assert "3 Personen haben begonnen" in page.text
    assert "eingeladen ist 1 Person; 1 Person hat begonnen" in page.text
    assert "Frage a1" not in page.text


async def test_after_the_reveal_the_largest_disagreement_comes_first(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    board = (await town.client("moderator").get(f"{town.api(id)}/board")).json()
    assert board["questions"][0]["id"] == "b2"
    page = (await town.client("moderator").get(f"{town.page(id)}/board")).text
    assert 'data-made-for="revealed"' in page, "so that the stylesheet hides an offer that is only for an older page"
    assert board["questions"][0]["spreads"] == {"administration": [0, 3, 0, 0, 0], "civil_society": [0, 0, 0, 0, 3]}


async def test_the_stream_begins_with_the_board_and_goes_on_with_changes(town: Town) -> None:
    id = await town.answered(PEOPLE)
    code = await town.invite(id, "administration")
    async with town.serving() as address, httpx.AsyncClient(base_url=address) as client:
        reader = Reader(client, f"{town.api(id)}/board/stream", bearer(town, "moderator"))
        name, _, board = await reader.next()
        assert (name, board["status"]) == ("board", "open")
        await town.answer(code, {"a1": 2})
        name, second, change = await reader.next()
        assert name == "change"
        assert change["participation"]["administration"]["begun"] == 4
        assert change.keys() == {"participation", "as_of"}, "only what changed"
        reader.task.cancel()

        back = Reader(client, f"{town.api(id)}/board/stream", bearer(town, "moderator") | {"Last-Event-ID": second})
        await town.moderate(id, "reveal")
        while (event := await back.next())[2].get("status") != "revealed":
            assert event[0] in ("change", "board")
        assert {one["id"] for one in event[2]["questions"]} == {"a1", "a2", "b1", "b2"}
        await town.moderate(id, "consensus", {"question": "b2", "level": 3, "reason": "Beide haben recht."})
        name, _, change = await back.next()
        assert [one["id"] for one in change["questions"]] == ["b2"], "of the questions only the one that changed"
        back.task.cancel()


async def test_the_page_is_kept_up_to_date_from_where_it_was_made(town: Town) -> None:
    id = await town.answered(PEOPLE)
    moderator = town.client("moderator")
    as_of = (await moderator.get(f"{town.api(id)}/board")).json()["as_of"]
    assert f"fragments?since={as_of}" in (await moderator.get(f"{town.page(id)}/board")).text
    async with town.serving() as address, httpx.AsyncClient(base_url=address) as client:
        reader = Reader(client, f"{town.page(id)}/board/fragments?since={as_of}", bearer(town, "moderator"))
        await town.moderate(id, "reveal")
        while "question-3" not in (event := await reader.next())[2]:
            assert "question-" not in event[2]
        # The frame holds an empty place for each question, and the questions that fill them follow.
        assert event[2].count('id="question-3"') == 2
        reader.task.cancel()


async def test_two_moderators_do_not_overwrite_each_other_silently(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    one, other = town.client("moderator"), town.client("moderator", "en")
    page = f"{town.page(id)}/questions/b2"
    stale = await other.get(page)
    done = await town.submit(one, page, "", level="2", reason="Erste Begründung", revision="0")
    assert done.status_code == 303
    token = stale.text.split('name="form_token" value="')[1].split('"')[0]
    mine = {"form_token": token, "level": "3", "reason": "Second reason", "revision": "0"}
    overtaken = await other.post(page, data=mine)
    assert overtaken.status_code == 409
    assert "Erste Begründung" in overtaken.text, "theirs"
    assert "level 2 (Level 2)" in overtaken.text
    assert "Second reason" in overtaken.text, "mine"
    assert 'name="revision" value="1"' in overtaken.text, "sent again it replaces knowingly"
    refused = await town.moderate(id, "consensus", {"question": "b2", "level": 3, "reason": "x", "revision": 0})
    assert refused.status_code == 409
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/revision", "/reason"]
    assert "Erste Begründung" in refused.json()["errors"][0]["detail"]


async def test_no_consensus_is_recorded_with_its_reason(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    await town.moderate(id, "consensus", {"question": "b2", "level": 3, "reason": "Zuerst einig."})
    body = {"question": "b2", "level": "no_consensus", "reason": "Die Sichtweisen bleiben verschieden.", "revision": 1}
    done = await town.moderate(id, "consensus", body)
    assert done.json()["consensus"][0] | {"at": ""} == {
        "question": "b2",
        "level": None,
        "reason": body["reason"],
        "revision": 2,
        "at": "",
    }
    assert [type for type, _ in await town.events(id)][-1] == "selfcheck.consensus.withheld.v1"
    shown = await town.client("moderator", "en").get(f"{town.page(id)}/board")
    assert "No consensus" in shown.text
    closed = await town.moderate(id, "closing")
    assert closed.status_code == 200
    result = (await town.client("moderator").get(f"{town.api(id)}/result")).json()
    assert result["questions"]["b2"]["consensus_score"] is None
    missing = await town.moderate(id, "consensus", {"question": "b2", "level": None, "reason": "x"})
    assert missing.status_code == 409


class TestRoom:
    async def open(self, town: Town, id: str) -> str:
        answer = await town.moderate(id, "room")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["room_url"]).rpartition("/")[2]

    async def test_shows_only_what_the_moderator_shows(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        code = await self.open(town, id)
        guest = town.client()
        room = (await guest.get(f"/selfcheck/v1/room/{code}")).json()
        assert room["picture"] == "participation"
        assert "question" not in room
        page = await guest.get(f"/selfcheck/room/{code}")
        assert f"/selfcheck/room/{code}</title>" in page.text, "as a picture, for phones that come later"
        assert "Frage" not in page.text
        await town.moderate(id, "stage", {"picture": "question", "question": "b2"})
        room = (await guest.get(f"/selfcheck/v1/room/{code}")).json()
        assert room["question"]["id"] == "b2"
        page = await guest.get(f"/selfcheck/room/{code}")
        assert "Frage b2" in page.text
        assert "<strong>4</strong> Stufe 4" in page.text, "what the numbers stand for"
        assert "Frage a1" not in page.text
        await town.moderate(id, "stage", {"picture": "pause"})
        assert "Frage" not in (await guest.get(f"/selfcheck/room/{code}")).text

    async def test_follows_the_moderator_and_ends_with_its_link(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        code = await self.open(town, id)
        async with town.serving() as address, httpx.AsyncClient(base_url=address) as client:
            reader = Reader(client, f"/selfcheck/v1/room/{code}/stream", {})
            assert (await reader.next())[2]["picture"] == "participation"
            await town.moderate(id, "stage", {"picture": "question", "question": "a1"})
            assert (await reader.next())[2]["question"]["id"] == "a1"
            closed = await town.client("moderator").delete(f"{town.api(id)}/room")
            assert closed.status_code == 204
            async with patience("news of the board"):
                await reader.task
        assert (await town.client().get(f"/selfcheck/room/{code}")).status_code == 404
        assert await self.open(town, id) != code

    async def test_no_question_before_the_reveal(self, town: Town) -> None:
        id = await town.answered(PEOPLE)
        refused = await town.moderate(id, "stage", {"picture": "question", "question": "a1"})
        assert refused.status_code == 409
        assert (await town.moderate(id, "stage", {"picture": "question"})).status_code == 422
        assert (await town.moderate(id, "stage", {"picture": "film"})).status_code == 422

    async def test_moderators_step_through_and_notice_each_other(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        moderator, page = town.client("moderator", "en"), f"{town.page(id)}/room"
        stage = f"{page}/stage"
        order = [one["id"] for one in (await moderator.get(f"{town.api(id)}/board")).json()["questions"]]
        done = await town.submit(moderator, page, stage, show=f"question:{order[0]}", revision="0")
        assert done.status_code == 303
        shown = await moderator.get(page)
        assert f'value="question:{order[1]}"' in shown.text, "the next one, for whichever moderator opens this page"
        overtaken = await town.submit(moderator, page, stage, show="pause", revision="0")
        assert overtaken.status_code == 409
        assert "Someone else has just changed" in overtaken.text
        assert (await town.client("coordinator").post(stage, data={})).status_code == 403

    async def test_codes_can_not_be_guessed_and_strangers_have_none(self, town: Town) -> None:
        for path in ("/selfcheck/room/guess", "/selfcheck/v1/room/guess", "/selfcheck/v1/room/guess/stream"):
            assert (await town.client().get(path)).status_code == 404
        id = await town.assessment()
        assert (await town.client("intake").post(f"/selfcheck/v1/{TENANT}/assessments/{id}/room")).status_code == 403
