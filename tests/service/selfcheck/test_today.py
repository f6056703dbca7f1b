"""Selfcheck's part of the day: invitations without an answer, measures that are due, and what was done."""

from __future__ import annotations

from datetime import date, timedelta

from tests.service.selfcheck.test_measures import PEOPLE, SOON, add
from tests.service.selfcheck.town import TENANT, Town

TODAY = f"/selfcheck/v1/{TENANT}/today"


async def test_today_shows_what_is_due_and_what_was_done(town: Town) -> None:
    coordinator = town.client("coordinator")
    assert (await coordinator.get(TODAY)).json() == {"due": [], "done": []}
    id = await town.revealed(PEOPLE)
    assert (await coordinator.get(TODAY)).json()["due"] == [], "nobody can answer any more"
    measure = await add(town, id, due=SOON)
    found = (await coordinator.get(TODAY)).json()
    assert [(one["what"], one["about"]) for one in found["due"]] == [("measure-soon", {"de": measure["title"]})]
    assert [one["what"] for one in found["done"]] == ["measure-planned", "revealed", "begun"]
    past = (date.today() - timedelta(days=3)).isoformat()
    changed = await coordinator.patch(f"{town.api(id)}/measures/{measure['id']}", json={"due": past})
    assert changed.status_code == 200, changed.text
    found = (await coordinator.get(TODAY)).json()
    assert [one["what"] for one in found["due"]] == ["measure-overdue"]
    page = await coordinator.get(f"/selfcheck/{TENANT}/today")
    assert "Maßnahme überfällig" in page.text
    assert found["due"][0]["address"] in page.text
    assert (await coordinator.get(found["due"][0]["address"])).status_code == 200
    assert (await town.client("decision_maker").get(TODAY)).status_code == 403


async def test_invitations_without_an_answer_are_counted(town: Town) -> None:
    id = await town.assessment()
    before = (await town.client("coordinator").get(TODAY)).json()["due"]
    await town.invite(id, "administration")
    found = (await town.client("coordinator").get(TODAY)).json()["due"]
    invitations = [one for one in found if one["what"] == "invitations"]
    assert invitations[0]["number"] == 1 + sum(one["number"] for one in before if one["what"] == "invitations")
    assert (await town.client("coordinator").get(invitations[0]["address"])).status_code == 200
