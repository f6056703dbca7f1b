"""Questions of one's own at a gathering: asked when signing up, answered later, kept when they change, seen by few where they have to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.text.languages import LANGUAGES
from services.registration.seats.repository import SeatLedgers
from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"
FOOD: dict[str, Any] = {
    "id": "food.likes",
    "label": {"de": "Was essen Sie?", "en": "What do you eat?"},
    "kind": "choices",
    "per": "person",
    "options": [{"id": "vegetarian", "label": {"de": "vegetarisch"}}, {"id": "vegan", "label": {"de": "vegan"}}],
}
CAR: dict[str, Any] = {"id": "car", "label": {"de": "Kommen Sie mit dem Auto?"}, "kind": "boolean", "required": True}
PLATE: dict[str, Any] = {
    "id": "plate",
    "label": {"de": "Welches Kennzeichen?"},
    "kind": "text",
    "required": True,
    "shown_if": {"question": "car", "equals": True},
}
ALLERGY: dict[str, Any] = {"id": "allergy", "label": {"de": "Allergien?"}, "kind": "text", "special": True}
CHILDREN: dict[str, Any] = {"id": "children", "label": {"de": "Wie viele Kinder?"}, "kind": "number"}


def _holder(people: People, id: str) -> dict[str, str]:
    return {"Authorization": f"Link {people.service.context.secrets.code('manage', id)}"}


async def _gathering(people: People, *questions: dict[str, Any], **more: Any) -> str:
    return await people.gathering(questions=list(questions), **more)


async def _shown(client: httpx.AsyncClient, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{BASE}/registrations/{id}")).json()
    return found


def _pointers(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [one["pointer"] for one in answer.json()["errors"]]


async def test_questions_are_asked_answered_and_told(people: People) -> None:
    gathering = await _gathering(people, FOOD, CAR, PLATE, CHILDREN)
    shown = (await people.public.get(f"{BASE}/gatherings/{gathering}")).json()["questions"]
    assert [one["id"] for one in shown] == ["food.likes", "car", "plate", "children"]
    assert shown[2]["shown_if"] == {"question": "car", "equals": True}
    answers = {"food.likes": [["vegan"], ["vegetarian", "vegan"]], "car": True, "plate": "WHV-X 1", "children": "٢"}
    made = await people.register(gathering, party=["Iryna"], answers=answers)
    assert made.status_code == 201, made.text
    assert (await _shown(people.intake, made.json()["id"]))["answers"] == {**answers, "children": 2}


async def test_what_is_required_and_what_is_no_answer_is_named_and_leaves_nothing(people: People) -> None:
    gathering = await _gathering(people, FOOD, CAR, PLATE, CHILDREN)
    assert _pointers(await people.register(gathering)) == ["/answers/car"]
    assert _pointers(await people.register(gathering, answers={"car": True})) == ["/answers/plate"]
    wrong = {"car": "yes", "children": "viele", "food.likes": [["fish"]], "unknown": 1}
    found = await people.register(gathering, answers=wrong)
    assert sorted(_pointers(found)) == ["/answers/car", "/answers/children", "/answers/food.likes", "/answers/unknown"]
    assert await people.service.context.database["registrations"].find({}).to_list(None) == []
    unasked = await people.register(gathering, answers={"car": False, "plate": "WHV-X 1"})
    assert (await _shown(people.intake, unasked.json()["id"]))["answers"] == {"car": False}


async def test_too_many_or_too_long_questions_are_refused_with_the_bound(people: People) -> None:
    many = [{"id": f"o{number}", "label": {"de": "x"}} for number in range(200)]
    start = datetime.now(UTC) + timedelta(days=6)
    draft = {
        "title": {"de": "x"},
        "description": {"de": "x"},
        "kind": "dialogue",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "mode": "online",
        "capacity": 5,
    }
    told = await people.coordinator.post(f"{BASE}/gatherings", json=draft | {"questions": [FOOD | {"options": many}]})
    assert _pointers(told) == ["/questions/0/options"]
    assert "50" in told.json()["errors"][0]["detail"]
    twenty_one = [CHILDREN | {"id": f"q{number}"} for number in range(21)]
    told = await people.coordinator.post(f"{BASE}/gatherings", json=draft | {"questions": twenty_one})
    assert _pointers(told) == ["/questions"]
    assert "20" in told.json()["errors"][0]["detail"]
    told = await people.coordinator.post(f"{BASE}/gatherings", json=draft | {"questions": [PLATE]})
    assert _pointers(told) == ["/questions/0/shown_if/question"]


async def test_answers_are_changed_by_holder_and_clerk(people: People) -> None:
    gathering = await _gathering(people, FOOD, CAR, PLATE, CHILDREN)
    one = (await people.register(gathering, party=["Iryna", "Taras"], answers={"car": True, "plate": "A"})).json()["id"]
    path = f"{BASE}/registrations/{one}"
    eaten = [["vegan"], ["vegetarian"], None]
    answer = await people.public.patch(path, json={"answers": {"food.likes": eaten}}, headers=_holder(people, one))
    assert answer.json()["answers"] == {"car": True, "plate": "A", "food.likes": eaten}
    answer = await people.intake.patch(path, json={"answers": {"car": False}})
    assert answer.json()["answers"] == {"car": False, "food.likes": eaten}, "the plate is asked no more"
    assert _pointers(await people.intake.patch(path, json={"answers": {"car": None}})) == ["/answers/car"]
    fewer = await people.intake.patch(path, json={"party": ["Taras"]})
    assert fewer.json()["answers"]["food.likes"] == [["vegan"], None], "Taras keeps his, Iryna's went with her"
    more = await people.intake.patch(
        path, json={"party": ["Taras", ""], "answers": {"food.likes": [None, ["vegan"], []]}}
    )
    assert more.json()["answers"]["food.likes"] == [None, ["vegan"], None]


async def test_two_who_change_different_answers_at_once_keep_both(people: People) -> None:
    gathering = await _gathering(people, CHILDREN, ALLERGY)
    one = (await people.register(gathering)).json()["id"]
    path = f"{BASE}/registrations/{one}"
    first = await people.coordinator.patch(path, json={"answers": {"children": 2}})
    second = await people.coordinator.patch(path, json={"answers": {"allergy": "Nüsse"}})
    assert (first.json()["answers"], second.json()["answers"]) == ({"children": 2}, {"children": 2, "allergy": "Nüsse"})


async def test_an_answer_stays_with_its_person_when_the_party_changes_meanwhile(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathering = await _gathering(people, FOOD)
    one = (await people.register(gathering, party=["Iryna", "Taras"])).json()["id"]
    path, view = f"{BASE}/registrations/{one}", SeatLedgers.view

    async def view_slowly(*given: Any) -> Any:
        answers = await view(*given)
        monkeypatch.undo()
        assert (await people.intake.patch(path, json={"party": ["Taras"]})).status_code == 200
        return answers

    monkeypatch.setattr(SeatLedgers, "view", view_slowly)
    eaten = [["vegan"], ["vegetarian"], ["vegan", "vegetarian"]]
    answer = await people.public.patch(path, json={"answers": {"food.likes": eaten}}, headers=_holder(people, one))
    assert answer.json()["answers"] == {"food.likes": [["vegan"], ["vegetarian", "vegan"]]}


async def test_who_does_not_see_what_is_special_takes_nobodys_away(people: People) -> None:
    gathering = await _gathering(people, ALLERGY | {"per": "person"})
    answers = {"allergy": ["Nüsse", None, "Milch"]}
    one = (await people.register(gathering, party=["Iryna", "Taras"], answers=answers)).json()["id"]
    path = f"{BASE}/registrations/{one}"
    changed = await people.intake.patch(path, json={"answers": {"allergy": [None, "Fisch", ""]}})
    assert changed.status_code == 200, changed.text
    assert (await _shown(people.coordinator, one))["answers"] == {"allergy": ["Nüsse", "Fisch", "Milch"]}
    await people.coordinator.patch(path, json={"answers": {"allergy": [None, "Fisch", None]}})
    assert (await _shown(people.coordinator, one))["answers"] == {"allergy": [None, "Fisch", None]}


async def test_the_same_request_answers_the_same(people: People) -> None:
    gathering = await _gathering(people, CHILDREN)
    first = await people.register(gathering, key="k", answers={"children": 2})
    again = await people.register(gathering, key="k", answers={"children": 2})
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")
    assert (await people.register(gathering, key="k", answers={"children": 3})).status_code == 422


async def test_what_is_special_is_seen_by_few(people: People) -> None:
    gathering = await _gathering(people, ALLERGY, CHILDREN)
    one = (await people.register(gathering, answers={"allergy": "Nüsse", "children": 1})).json()["id"]
    clerk = await _shown(people.intake, one)
    assert (clerk["answers"], clerk["withheld"]) == ({"children": 1}, ["allergy"])
    assert (await _shown(people.coordinator, one))["answers"]["allergy"] == "Nüsse"
    own = await people.public.get(f"{BASE}/registrations/{one}", headers=_holder(people, one))
    assert own.json()["answers"]["allergy"] == "Nüsse"
    for client, sees in ((people.intake, False), (people.coordinator, True)):
        for suffix in ("", ".csv", ".xlsx?status=confirmed"):
            found = await client.get(f"{BASE}/gatherings/{gathering}/registrations{suffix}")
            assert found.status_code == 200
            if "xlsx" not in suffix:
                assert ("Nüsse" in found.text) == sees
        searched = await client.post(f"{BASE}/registrations/search", json={"gathering": gathering, "q": "Olena"})
        assert "Nüsse" not in searched.text
    changed = await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": {"children": 2}})
    assert "Nüsse" not in changed.text
    assert (await _shown(people.coordinator, one))["answers"] == {"allergy": "Nüsse", "children": 2}


async def test_what_is_special_goes_first(people: People) -> None:
    gathering = await _gathering(people, ALLERGY, CHILDREN)
    answers = {"allergy": "Nüsse", "children": 1}
    stays = (await people.register(gathering, answers=answers)).json()["id"]
    leaves = (await people.register(gathering, answers=answers)).json()["id"]
    await people.intake.patch(f"{BASE}/registrations/{stays}", json={"answers": {"children": 3}})
    await people.intake.post(f"{BASE}/registrations/{leaves}/cancellation")
    await people.work("retention", {"_id": gathering})
    assert (await _shown(people.coordinator, leaves))["answers"] == {"children": 1}
    assert (await _shown(people.coordinator, stays))["answers"]["allergy"] == "Nüsse"
    due = await people.service.context.database["gatherings"].find_one({"_id": gathering})
    assert due is not None
    people.move(timedelta(days=7))
    assert due["forget_at"] < people.service.context.clock.now(), "it is looked at when the gathering is over"
    await people.work("retention", {"_id": gathering})
    assert (await _shown(people.coordinator, stays))["answers"] == {"children": 3}
    stored = await people.service.context.database["registrations"].find({}).to_list(None)
    assert "Nüsse" not in str(stored)


async def test_changing_questions_keeps_what_was_answered(people: People) -> None:
    gathering = await _gathering(people, FOOD, CAR)
    one = (await people.register(gathering, answers={"food.likes": [["vegan", "vegetarian"]], "car": True})).json()[
        "id"
    ]
    path = f"{BASE}/gatherings/{gathering}"
    less = FOOD | {"options": FOOD["options"][:1]}
    changed = await people.coordinator.patch(path, json={"questions": [less, CHILDREN | {"required": True}]})
    assert changed.status_code == 200, changed.text
    assert [one["id"] for one in changed.json()["questions"]] == ["food.likes", "children"]
    assert (await _shown(people.intake, one))["answers"] == {"food.likes": [["vegetarian", "vegan"]], "car": True}
    assert _pointers(await people.register(gathering, answers={"food.likes": [["vegan"]], "children": 0})) == [
        "/answers/food.likes"
    ]
    kept = await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": {"food.likes": [["vegan"]]}})
    assert kept.json()["answers"]["food.likes"] == [["vegan"]], "who chose it may keep it"
    assert _pointers(await people.coordinator.patch(path, json={"questions": [less | {"kind": "choice"}]})) == [
        "/questions/0/kind"
    ]
    back = await people.coordinator.patch(path, json={"questions": [FOOD, CAR]})
    assert back.status_code == 200
    assert (await people.register(gathering, answers={"food.likes": [["vegan"]], "car": False})).status_code == 201


async def test_nothing_is_answered_when_it_is_over(people: People) -> None:
    gathering = await _gathering(people, CHILDREN)
    one = (await people.register(gathering, answers={"children": 1})).json()["id"]
    gone = (await people.register(gathering)).json()["id"]
    await people.intake.post(f"{BASE}/registrations/{gone}/cancellation")
    refused = await people.intake.patch(f"{BASE}/registrations/{gone}", json={"answers": {"children": 1}})
    assert refused.json()["type"].rpartition(":")[2] == "not-registered"
    people.move(timedelta(days=7))
    refused = await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": {"children": 2}})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "over")


async def test_answers_are_exported_and_erased_with_the_person(people: People) -> None:
    gathering = await _gathering(people, FOOD, ALLERGY)
    answers = {"food.likes": [["vegan"], ["vegetarian"]], "allergy": "Nüsse"}
    one = (await people.register(gathering, party=["Iryna"], answers=answers)).json()["id"]
    exported = await people.public.get(f"{BASE}/people/{one}/export", headers=_holder(people, one))
    assert {each["question"]: each["value"] for each in exported.json()["registration"]["answers"]} == answers
    body = {"person_id": one, "who": "companion", "companion": 1}
    assert (await people.coordinator.post(f"{BASE}/erasures", json=body)).status_code in (200, 201, 202)
    await people.forget()
    assert (await _shown(people.coordinator, one))["answers"]["food.likes"] == [["vegan"], None]
    await people.coordinator.post(f"{BASE}/erasures", json={"person_id": one})
    await people.forget()
    stored = str(await people.service.context.database["registrations"].find({}).to_list(None))
    assert "Nüsse" not in stored
    assert "vegan" not in stored


async def test_no_answer_stands_in_events_or_in_the_seat_ledger(people: People) -> None:
    gathering = await _gathering(people, CAR, PLATE)
    one = (await people.register(gathering, answers={"car": True, "plate": "WHV-KANARIE"})).json()["id"]
    before = await people.service.context.database["gatherings"].find_one({"_id": gathering})
    await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": {"plate": "WHV-KANARIE 2"}})
    await people.coordinator.patch(f"{BASE}/gatherings/{gathering}", json={"questions": [CAR]})
    after = await people.service.context.database["gatherings"].find_one({"_id": gathering})
    registrations = await people.service.context.database["registrations"].find({}).to_list(None)
    assert before is not None
    assert after is not None
    assert before["claims"] == after["claims"]
    assert "KANARIE" not in str(after)
    assert "Kennzeichen" not in str(after["outbox"])
    assert all("KANARIE" not in str(one["outbox"]) for one in registrations)


async def test_copies_and_series_ask_the_same(people: People) -> None:
    gathering = await _gathering(people, FOOD, CAR, PLATE)
    asked = (await people.public.get(f"{BASE}/gatherings/{gathering}")).json()["questions"]
    start = (datetime.now(UTC) + timedelta(days=20)).isoformat()
    copied = await people.coordinator.post(f"{BASE}/gatherings/{gathering}/copy", json={"starts_at": start})
    assert copied.json()["questions"] == asked
    made = await people.coordinator.post(
        f"{BASE}/gatherings/{gathering}/series", json={"frequency": "weekly", "count": 3}
    )
    assert [one["questions"] for one in made.json()["items"]] == [asked, asked]


async def test_a_municipality_has_its_own_set_to_choose_from(people: People) -> None:
    standard = (await people.coordinator.get(f"{BASE}/question-set")).json()
    assert standard["standard"]
    assert {"food", "allergies", "access"} <= {one["id"] for one in standard["questions"]}
    assert all(set(one["label"]) == set(LANGUAGES) for one in standard["questions"])
    assert (await people.coordinator.put(f"{BASE}/question-set", json={"questions": [PLATE]})).status_code == 422
    put = await people.coordinator.put(f"{BASE}/question-set", json={"questions": [CAR, PLATE]})
    assert [one["id"] for one in put.json()["questions"]] == ["car", "plate"]
    assert not put.json()["standard"]
    assert (await people.intake.get(f"{BASE}/question-set")).status_code == 403
    assert (await people.stranger.get(f"{BASE}/question-set")).status_code == 404
    whole = await _gathering(people, *standard["questions"])
    assert len((await people.public.get(f"{BASE}/gatherings/{whole}")).json()["questions"]) == 6


async def test_others_neither_see_nor_give_answers(people: People) -> None:
    gathering = await _gathering(people, CHILDREN)
    one = (await people.register(gathering, answers={"children": 1})).json()["id"]
    for path in (f"{BASE}/registrations/{one}", f"/registration/v1/wolfsburg/registrations/{one}"):
        assert (await people.stranger.get(path)).status_code == 404
        assert (await people.stranger.patch(path, json={"answers": {"children": 9}})).status_code == 404
    assert (await _shown(people.intake, one))["answers"] == {"children": 1}
