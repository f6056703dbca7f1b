"""The agenda of a workshop: by API, on its page, on the board, in the room's steps and in the protocol."""

from __future__ import annotations

import io

from pypdf import PdfReader

from tests.service.selfcheck.town import Town, questionnaire

PEOPLE = {
    "administration": [{"a1": 4, "a2": 3, "b1": 2, "b2": 4}] * 3,
    "civil_society": [{"a1": 0, "a2": 2, "b1": 2, "b2": 2}] * 3,
}


class TestApi:
    async def test_chosen_by_the_moderator_and_suggested_by_what_is_shown(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        reader = town.client("decision_maker")
        before = (await reader.get(f"{town.api(id)}/agenda")).json()
        assert before == {"questions": [], "revision": 0, "suggested": ["a1", "b2", "a2"], "earlier": None}
        chosen = await town.moderate(id, "agenda", {"questions": ["b2", "a1"], "revision": 0})
        assert chosen.json() == {"questions": ["b2", "a1"], "revision": 1}
        assert (await reader.get(f"{town.api(id)}/agenda")).json()["questions"] == ["b2", "a1"]
        board = (await town.client("moderator").get(f"{town.api(id)}/board")).json()
        assert board["agenda"] == chosen.json()
        overtaken = await town.moderate(id, "agenda", {"questions": [], "revision": 0})
        assert (overtaken.status_code, overtaken.json()["type"].rpartition(":")[2]) == (409, "agenda-changed-meanwhile")
        unknown = await town.moderate(id, "agenda", {"questions": ["a1", "z"]})
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/questions/1")
        twice = {"Idempotency-Key": "agenda"}
        client = town.client("moderator")
        first = await client.post(f"{town.api(id)}/agenda", json={"questions": ["a1"]}, headers=twice)
        again = await client.post(f"{town.api(id)}/agenda", json={"questions": ["a1"]}, headers=twice)
        assert first.json() == again.json() == {"questions": ["a1"], "revision": 2}

    async def test_between_the_reveal_and_the_closing(self, town: Town) -> None:
        id = await town.answered(PEOPLE)
        assert (await town.client("moderator").get(f"{town.api(id)}/agenda")).status_code == 409
        assert (await town.moderate(id, "agenda", {"questions": ["a1"]})).status_code == 409
        await town.moderate(id, "reveal")
        coordinator = town.client("coordinator")
        assert (await coordinator.post(f"{town.api(id)}/agenda", json={"questions": ["a1"]})).status_code == 403
        await town.moderate(id, "agenda", {"questions": ["a1"]})
        await town.moderate(id, "closing")
        assert (await town.moderate(id, "agenda", {"questions": []})).status_code == 409
        assert (await coordinator.get(f"{town.api(id)}/agenda")).json()["questions"] == ["a1"], "it stands"


async def test_on_the_page_questions_are_added_moved_and_taken_away(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    moderator, page = town.client("moderator", "en"), f"{town.page(id)}/agenda"
    shown = await moderator.get(page)
    assert "Suggested: where views differ most" in shown.text
    added = await town.submit(moderator, page, "", do="add", suggested="a1", revision="0", **{"in-2": "b1"})
    assert added.status_code == 303
    moved = await town.submit(moderator, page, "", do="up:b1", revision="1")
    assert moved.status_code == 303
    agenda = (await moderator.get(f"{town.api(id)}/agenda")).json()
    assert (agenda["questions"], agenda["revision"]) == (["b1", "a1"], 2)
    stale = await town.submit(moderator, page, "", do="remove:a1", revision="1")
    assert stale.status_code == 409
    assert "Someone else has just changed these questions" in stale.text
    await town.submit(moderator, page, "", do="remove:a1", revision="2")
    assert (await moderator.get(f"{town.api(id)}/agenda")).json()["questions"] == ["b1"]
    reader = await town.client("coordinator", "en").get(page)
    assert "Question b1" in reader.text
    assert 'value="remove:b1"' not in reader.text


class TestCarryingOver:
    async def again(self, town: Town) -> tuple[str, str]:
        """A self-check whose workshop chose and agreed, and the one that repeats it, both revealed."""
        first = await town.revealed(PEOPLE)
        await town.moderate(first, "agenda", {"questions": ["b2", "a1"]})
        await town.moderate(first, "consensus", {"question": "b2", "level": 3, "reason": "Beide haben recht."})
        return first, await town.revealed(PEOPLE, repeats=first)

    async def test_what_was_chosen_is_offered_and_nothing_is_chosen_by_itself(self, town: Town) -> None:
        first, id = await self.again(town)
        agenda = (await town.client("decision_maker").get(f"{town.api(id)}/agenda")).json()
        assert (agenda["questions"], agenda["earlier"]["assessment"]) == ([], first)
        b2, a1 = agenda["earlier"]["questions"]
        label = {"de": "Stufe 3", "en": "Level 3"}
        assert b2["consensus"] == {"level": 3, "label": label, "reason": "Beide haben recht."}
        assert (b2["question"], a1["question"], a1["consensus"]) == ("b2", "a1", None)

    async def test_on_the_page_one_or_all_are_carried_over_with_what_was_recorded(self, town: Town) -> None:
        _, id = await self.again(town)
        moderator, page = town.client("moderator", "en"), f"{town.page(id)}/agenda"
        shown = (await moderator.get(page)).text
        assert "From the earlier Selbstcheck:" in shown
        assert "Consensus: 3 (Level 3) – <span" in shown
        assert (await town.submit(moderator, page, "", do="add", earlier="a1", revision="0")).status_code == 303
        assert (await moderator.get(f"{town.api(id)}/agenda")).json()["questions"] == ["a1"]
        assert (await town.submit(moderator, page, "", do="earlier", revision="1")).status_code == 303
        assert (await moderator.get(f"{town.api(id)}/agenda")).json()["questions"] == ["a1", "b2"]
        after = (await moderator.get(page)).text
        assert "From the earlier Selbstcheck" not in after, "all of them are chosen"
        assert "Last time: Consensus: 3 (Level 3)" in " ".join(after.split())
        reader = (await town.client("coordinator", "en").get(page)).text
        assert 'value="earlier"' not in reader

    async def test_a_later_version_offers_what_goes_on_and_names_what_does_not(self, town: Town) -> None:
        first = await town.revealed(PEOPLE)
        await town.moderate(first, "agenda", {"questions": ["b2", "a1"]})
        later = questionnaire(version="2")
        for field in later["fields"]:
            for question in field["criteria"][0]["questions"]:
                old = question["id"]
                question["id"] = f"{old}x"
                if old == "a1":
                    question["continues"] = {"question": "a1", "relation": "same"}
        await town.publish(later)
        body = {"questionnaire": {"id": "small", "version": "2"}, "title": {"de": "Neu"}, "repeats": first}
        body["perspectives"] = [{"id": one, "title": {"de": one}} for one in PEOPLE]
        made = await town.client("coordinator").post(town.api("").rstrip("/"), json=body)
        assert made.status_code == 201, made.text
        id = made.json()["id"]
        await town.moderate(id, "reveal")
        earlier = (await town.client("moderator").get(f"{town.api(id)}/agenda")).json()["earlier"]
        assert [one["question"] for one in earlier["questions"]] == [None, "a1x"]
        page = await town.client("moderator", "en").get(f"{town.page(id)}/agenda")
        assert "Not asked any more this time:" in page.text
        assert "Question b2" in page.text

    async def test_a_deleted_one_offers_nothing(self, town: Town) -> None:
        first, id = await self.again(town)
        deleted = await town.client("coordinator").post(f"{town.api(first)}/deletion")
        assert deleted.status_code == 200
        agenda = (await town.client("moderator").get(f"{town.api(id)}/agenda")).json()
        assert agenda["earlier"] is None


async def test_before_the_reveal_pages_say_when_there_is_something_to_see(town: Town) -> None:
    id = await town.answered(PEOPLE)
    field = f"{town.page(id)}/perspectives/a"
    for page in (f"{town.page(id)}/agenda", f"{town.page(id)}/perspectives", field):
        for language, words in (("de", "Erst nach dem Aufdecken"), ("en", "Only after the reveal")):
            shown = await town.client("moderator", language).get(page)
            assert (shown.status_code, words in shown.text) == (409, True)
            assert f'<a href="{town.page(id)}">' in shown.text
        assert "Inzwischen hat sich" not in (await town.client("moderator").get(page)).text


async def test_the_room_steps_through_what_was_chosen(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    moderator, room = town.client("moderator", "en"), f"{town.page(id)}/room"
    await town.moderate(id, "agenda", {"questions": ["b1", "a2"]})
    assert 'value="question:b1">First question' in (await moderator.get(room)).text
    await town.moderate(id, "stage", {"picture": "question", "question": "b1"})
    assert 'value="question:a2">Next question' in (await moderator.get(room)).text
    await town.moderate(id, "stage", {"picture": "question", "question": "a1"})
    assert 'value="question:b1">Next question' in (await moderator.get(room)).text, "shown aside, not chosen"
    board = await moderator.get(f"{town.page(id)}/board")
    assert board.text.index("Questions for the workshop</h2>") < board.text.index("Where views differ most")


async def test_the_protocol_says_what_came_of_each(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    await town.moderate(id, "agenda", {"questions": ["b2", "a1"]})
    await town.moderate(id, "consensus", {"question": "b2", "level": 3, "reason": "Beide haben recht."})
    answer = await town.client("coordinator").get(f"{town.api(id)}/protocol.pdf?language=en")
    text = " ".join("\n".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages).split())
    assert "Questions chosen for the workshop" in text
    assert "1. Question b2 Consensus: level 3 (Level 3)" in text
    assert "2. Question a1 nothing recorded" in text
