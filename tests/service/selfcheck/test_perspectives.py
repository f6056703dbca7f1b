"""Perspectives compared: by API, on pages for staff, and in the room."""

from __future__ import annotations

import re
from html import unescape

from tests.service.selfcheck.town import TENANT, Town

PEOPLE = {
    "administration": [{"a1": 4, "a2": 4, "b1": 2, "b2": 2}] * 3,
    "civil_society": [{"a1": 0, "a2": 3, "b1": 2, "b2": 2}] * 3,
    "economy": [{"a1": 1, "a2": 1, "b1": 1, "b2": 1}] * 2,
}


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class TestApi:
    async def test_of_fields_and_of_questions(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        reader = town.client("decision_maker")
        whole = (await reader.get(f"{town.api(id)}/perspectives")).json()
        assert whole["field"] is None
        assert [(one["id"], one["scores"], one["gap"]) for one in whole["rows"]] == [
            ("a", {"administration": 100, "civil_society": 38, "economy": None}, 62),
            ("b", {"administration": 50, "civil_society": 50, "economy": None}, 0),
        ]
        assert (whole["widest"], whole["closest"]) == ("a", "b")
        field = (await reader.get(f"{town.api(id)}/perspectives", params={"field": "a"})).json()
        assert field["field"]["id"] == "a"
        assert [(one["id"], one["gap"]) for one in field["rows"]] == [("a1", 100), ("a2", 25)]
        await town.moderate(id, "closing")
        assert (await reader.get(f"{town.api(id)}/perspectives")).json() == whole, "it stands"

    async def test_not_before_the_reveal_and_no_field_of_another_questionnaire(self, town: Town) -> None:
        id = await town.answered(PEOPLE)
        assert (await town.client("moderator").get(f"{town.api(id)}/perspectives")).status_code == 409
        await town.moderate(id, "reveal")
        unknown = await town.client("moderator").get(f"{town.api(id)}/perspectives", params={"field": "z"})
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/field")


class TestPages:
    async def test_a_picture_its_sense_in_words_and_a_table(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        reader = town.client("decision_maker", "en")
        assert f"{town.page(id)}/perspectives" in (await reader.get(f"{town.page(id)}/result")).text
        page = await reader.get(f"{town.page(id)}/perspectives")
        said = words(page.text)
        assert "furthest apart at: Field a" in said
        assert "They lie closest together at: Field b" in said
        assert re.search(r"Economy ?\(too few people to show\)", said), "in the legend"
        assert "Field a 100 38 – 62" in said, "the table"
        assert page.text.count('role="img"') == 2
        assert 'aria-label="Administration: 100; Civil_Society: 38; Economy: too few people to show"' in page.text
        assert 'class="large"' in (await reader.get(f"{town.page(id)}/perspectives?large")).text

    async def test_one_field_after_the_other(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        reader = town.client("moderator", "en")
        first = await reader.get(f"{town.page(id)}/perspectives/a?large")
        assert "Question a1" in first.text
        assert "Question b1" not in first.text
        assert f'{town.page(id)}/perspectives/b?large"' in first.text
        assert (await reader.get(f"{town.page(id)}/perspectives/z")).status_code == 404


class TestRoom:
    async def test_the_room_is_shown_all_fields_or_one(self, town: Town) -> None:
        id = await town.revealed(PEOPLE)
        code = str((await town.moderate(id, "room")).json()["room_url"]).rpartition("/")[2]
        guest = town.client()
        moderator, page = town.client("moderator", "en"), f"{town.page(id)}/room"
        done = await town.submit(moderator, page, f"{page}/stage", show="perspectives", revision="0")
        assert done.status_code == 303
        told = (await guest.get(f"/selfcheck/v1/room/{code}")).json()
        assert (told["picture"], told["comparison"]["widest"]) == ("perspectives", "a")
        shown = await guest.get(f"/selfcheck/room/{code}")
        assert "Sichtweisen im Vergleich" in shown.text
        done = await town.submit(moderator, page, f"{page}/stage", show="within", within="a", revision="1")
        assert done.status_code == 303
        assert (await guest.get(f"/selfcheck/v1/room/{code}")).json()["comparison"]["field"]["id"] == "a"
        assert "Frage a1" in (await guest.get(f"/selfcheck/room/{code}")).text
        await town.moderate(id, "stage", {"picture": "pause"})
        assert "comparison" not in (await guest.get(f"/selfcheck/v1/room/{code}")).json()

    async def test_read_from_right_to_left_the_scale_begins_at_the_right(self, town: Town) -> None:
        database = town.service.context.database
        await database["tenants"].update_one({"_id": TENANT}, {"$set": {"languages": ["de", "ar"]}})
        id = await town.revealed(PEOPLE)
        code = str((await town.moderate(id, "room")).json()["room_url"]).rpartition("/")[2]
        await town.moderate(id, "stage", {"picture": "perspectives"})
        shown = await town.client(language="ar").get(f"/selfcheck/room/{code}")
        assert 'dir="rtl"' in shown.text
        assert re.search(r'<svg class="sign circle" x="5.0%"', shown.text), "100 lies at the left"

    async def test_hidden_scores_are_marked_as_such(self, town: Town) -> None:
        id = await town.answered(PEOPLE)
        assert (await town.moderate(id, "stage", {"picture": "perspectives"})).status_code == 409
        await town.moderate(id, "reveal")
        for body in ({"picture": "perspectives", "field": "z"}, {"picture": "pause", "field": "a"}):
            refused = await town.moderate(id, "stage", body)
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/field")
