"""Own questions on pages of staff: written, chosen and taken out; what was answered is counted and printed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service.registration.conftest import People
from tests.service.registration.pages import BROWSER, open_page, send
from tests.service.registration.test_questions import ALLERGY, BASE, CAR, CHILDREN, FOOD


async def test_the_coordinator_writes_chooses_and_takes_out_questions(people: People) -> None:
    start = datetime.now(UTC) + timedelta(days=9)
    draft = {
        "title": {"de": "Dialog"},
        "description": {"de": "Reden"},
        "kind": "dialogue",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "mode": "online",
        "capacity": 9,
        "party_max": 3,
    }
    id = (await people.coordinator.post(f"{BASE}/gatherings", json=draft)).json()["id"]
    desk = f"/registration/wilhelmshaven/desk/{id}"

    async def asked() -> list[dict[str, Any]]:
        page = await people.coordinator.post(f"{BASE}/gatherings/{id}/publication")
        found: list[dict[str, Any]] = page.json()["questions"]
        return found

    async def press(action: str, **entries: Any) -> None:
        done = await send(people.coordinator, f"{desk}/questions", {"act": action, **entries}, f"{desk}/questions")
        assert done.status_code == 303, done.text

    await press("add", chosen=["food", "children"])
    written = {
        "label.de": "Woher kommen Sie?",
        "label.uk": "Звідки ви?",
        "kind": "choice",
        "required": "yes",
        "more.de": "aus der Stadt\naus dem Umland",
        "more.uk": "з міста",
    }
    done = await send(people.coordinator, f"{desk}/question", written, f"{desk}/question")
    assert done.status_code == 303, done.text
    only_if = {"label.de": "Aus welchem Ort?", "kind": "text", "shown_if": "woher-kommen-sie=aus-dem-umland"}
    done = await send(people.coordinator, f"{desk}/question", only_if, f"{desk}/question")
    assert done.status_code == 303, done.text
    await press("up woher-kommen-sie")
    await press("keep woher-kommen-sie")
    found = await asked()
    assert [one["id"] for one in found] == ["food", "woher-kommen-sie", "children", "aus-welchem-ort"]
    assert found[1]["options"] == [
        {"id": "aus-der-stadt", "label": {"de": "aus der Stadt", "uk": "з міста"}},
        {"id": "aus-dem-umland", "label": {"de": "aus dem Umland"}},
    ]
    assert found[3]["shown_if"] == {"question": "woher-kommen-sie", "equals": "aus-dem-umland"}
    kept = (await people.coordinator.get(f"{BASE}/question-set")).json()
    assert "woher-kommen-sie" in [one["id"] for one in kept["questions"]]

    await press("up aus-welchem-ort")
    for act in ("out woher-kommen-sie", "up aus-welchem-ort"):
        refused = await send(people.coordinator, f"{desk}/questions", {"act": act}, f"{desk}/questions")
        assert refused.status_code == 422
        assert "Ändern Sie bitte zuerst „Aus welchem Ort?“" in refused.text
    page = f"{desk}/question?q=woher-kommen-sie"
    for entries, said in (
        ({"out.aus-dem-umland": "yes"}, "Ändern Sie bitte zuerst jene Frage."),
        ({"more.de": "aus der Stadt"}, "„aus der Stadt“ gibt es schon unter den Antworten."),
    ):
        refused = await send(people.coordinator, page, {"label.de": "Woher kommen Sie?", **entries}, page)
        assert refused.status_code == 422
        assert said in refused.text
    changed = {"label.de": "Woher?", "out.aus-der-stadt": "yes", "more.de": "von weiter weg"}
    done = await send(people.coordinator, page, changed, page)
    assert done.status_code == 303, done.text
    await press("out children")
    await press("drop woher-kommen-sie")
    found = await asked()
    assert [one["id"] for one in found] == ["food", "woher-kommen-sie", "aus-welchem-ort"]
    assert [option["id"] for option in found[1]["options"]] == ["aus-dem-umland", "von-weiter-weg"]
    empty = await send(people.coordinator, f"{desk}/question", {}, f"{desk}/question")
    assert empty.status_code == 422
    assert 'id="error-label.de"' in empty.text
    many = {"label.de": "x", "kind": "choice", "more.de": "\n".join(map(str, range(200)))}
    refused = await send(people.coordinator, f"{desk}/question", many, f"{desk}/question")
    assert refused.status_code == 422
    assert "höchstens 50 Antworten" in refused.text
    first = f"{desk}/question?q=aus-welchem-ort"
    assert (await send(people.coordinator, first, {"label.de": "Ort?"}, first)).status_code == 303
    assert (await people.intake.get(f"{desk}/questions", headers=BROWSER)).status_code == 403


@pytest.mark.parametrize(("kind", "equals"), [("choice", "true"), ("boolean", True)])
async def test_a_condition_is_yes_or_an_option_that_is_called_so(people: People, kind: str, equals: bool | str) -> None:
    id = await people.gathering()
    form = f"/registration/wilhelmshaven/desk/{id}/question"
    first = {"label.de": "Stimmt das?", "kind": kind, "more.de": "true\nfalse" if kind == "choice" else ""}
    second = {"label.de": "Warum?", "kind": "text", "shown_if": "stimmt-das=true"}
    for entered in (first, second):
        done = await send(people.coordinator, form, entered, form)
        assert done.status_code == 303, done.text
    asked = (await people.public.get(f"{BASE}/gatherings/{id}")).json()["questions"]
    assert asked[1]["shown_if"] == {"question": "stimmt-das", "equals": equals}
    again = f"{form}?q=warum"
    assert (await send(people.coordinator, again, {}, again)).status_code == 303
    asked = (await people.public.get(f"{BASE}/gatherings/{id}")).json()["questions"]
    assert asked[1]["shown_if"] == {"question": "stimmt-das", "equals": equals}


async def test_what_was_answered_is_counted_and_printed(people: People) -> None:
    id = await people.gathering(questions=[FOOD, CAR, CHILDREN, ALLERGY])
    first = {"food.likes": [["vegetarian"], ["vegetarian", "vegan"]], "car": True, "children": 2, "allergy": "Nüsse"}
    await people.register(id, party=["Iryna"], answers=first)
    await people.register(id, answers={"food.likes": [["vegetarian"]], "car": False, "children": 1})
    gone = (await people.register(id, answers={"food.likes": [["vegan"]], "car": False})).json()["id"]
    await people.intake.post(f"{BASE}/registrations/{gone}/cancellation")
    needs = (await people.coordinator.get(f"{BASE}/gatherings/{id}/needs")).json()["questions"]
    told = {
        one["id"]: ({option["id"]: option["count"] for option in one["chosen"]}, one["answered"], one["total"])
        for one in needs
    }
    assert told == {
        "food.likes": ({"vegetarian": 3, "vegan": 1}, 3, None),
        "car": ({"true": 1, "false": 1}, 2, None),
        "children": ({}, 2, 3),
        "allergy": ({}, 1, None),
    }
    clerks = (await people.intake.get(f"{BASE}/gatherings/{id}/needs")).json()["questions"]
    assert [one["id"] for one in clerks] == ["food.likes", "car", "children"]
    table = (await people.coordinator.get(f"{BASE}/gatherings/{id}/needs.csv")).text
    assert "food.likes.vegetarian;Was essen Sie?: vegetarisch;;answers;;3" in table
    for language, said in (("de", "Ja"), ("en", "Yes"), ("nonsense", "Ja")):
        table = (await people.coordinator.get(f"{BASE}/gatherings/{id}/needs.csv?language={language}")).text
        assert f"car.true;Kommen Sie mit dem Auto?: {said};;answers;1;" in table, language
    desk = f"/registration/wilhelmshaven/desk/{id}"
    assert "3 × vegetarisch" in await open_page(people.intake, f"{desk}/needs")
    paper = await open_page(people.coordinator, f"{desk}/print/needs")
    assert "<bdi>Iryna</bdi>: <bdi>vegetarisch, vegan</bdi>" in paper
    assert "Nüsse" in paper
    assert "Nüsse" not in await open_page(people.intake, f"{desk}/print/needs")
    listed = (await people.coordinator.get(f"{BASE}/gatherings/{id}/registrations.csv")).text.splitlines()
    assert listed[0].endswith("answers.food.likes,answers.car,answers.children,answers.allergy")
    assert any('"Olena: vegetarisch; Iryna: vegetarisch, vegan",Ja,2,Nüsse' in line for line in listed)
