"""Own questions on pages, without scripts: signing up, one's own page, the clerk's, what is wrong at its field, in the reader's language."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.text.languages import EVERYWHERE
from services.registration.registrations.links import link_code
from tests.service.registration.conftest import People
from tests.service.registration.pages import BROWSER, open_page, send
from tests.service.registration.test_questions import ALLERGY, BASE, CAR, CHILDREN, FOOD, PLATE

WHO = {"name": "Olena", "language": "uk", "email": "", "phone": "04421 1234", "consent": "yes"}


def _public(id: str) -> str:
    return f"/registration/wilhelmshaven/gatherings/{id}"


def _mine(people: People, id: str) -> str:
    return f"/registration/wilhelmshaven/my/{id}/{link_code(people.service.context.secrets, id, 0)}"


async def _sign_up(people: People, id: str, **entries: Any) -> httpx.Response:
    """As somebody who took some seconds to fill in the form."""
    page = await open_page(people.public, _public(id))
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    people.move(timedelta(seconds=30))
    return await people.public.post(_public(id), data={"form_token": token, "questions_shown": "yes", **WHO, **entries})


async def _only(people: People) -> dict[str, Any]:
    (stored,) = await people.service.context.database["registrations"].find({}).to_list(None)
    return {one["question"]: one["value"] for one in stored.get("answers", ())}


async def test_the_form_asks_and_what_was_entered_is_stored(people: People) -> None:
    id = await people.gathering(questions=[FOOD, CAR, PLATE, CHILDREN, ALLERGY])
    page = await open_page(people.public, _public(id))
    for name in ("answer.0.food.likes", "answer.3.food.likes", "answer.all.car", "answer.all.plate"):
        assert f'name="{name}"' in page, name
    assert "Was essen Sie?" in page
    assert "Nur wenn Sie „Kommen Sie mit dem Auto?“ mit „Ja“ beantwortet haben." in page
    assert 'data-asked-if="answer.all.car" data-equals="true"' in page
    answers = {
        "answer.0.food.likes": ["vegan"],
        "answer.1.food.likes": ["vegan", "vegetarian"],
        "answer.3.food.likes": ["vegan"],
        "answer.all.car": "true",
        "answer.all.plate": "WHV-X 1",
        "answer.all.children": "٣",
        "answer.all.allergy": "Nüsse",
    }
    done = await _sign_up(people, id, companions="1", **answers)
    assert done.status_code == 303, done.text
    assert await _only(people) == {
        "food.likes": [["vegan"], ["vegetarian", "vegan"]],
        "car": True,
        "plate": "WHV-X 1",
        "children": 3,
        "allergy": "Nüsse",
    }


async def test_what_is_missing_or_wrong_stands_at_its_field_with_what_was_entered(people: People) -> None:
    id = await people.gathering(questions=[FOOD | {"required": True}, CAR, PLATE, CHILDREN])
    entered = {"answer.all.car": "true", "answer.all.children": "viele", "answer.0.food.likes": "vegan"}
    refused = await _sign_up(people, id, companions="1", **entered)
    assert refused.status_code == 422
    for field in ("answer.all.plate", "answer.all.children", "answer.1.food.likes"):
        assert f'id="error-{field}"' in refused.text, field
        assert f'href="#field-{field}"' in refused.text
    assert 'id="error-answer.0.food.likes"' not in refused.text
    assert 'value="viele"' in refused.text
    assert await people.service.context.database["registrations"].find({}).to_list(None) == []


async def test_more_names_than_companions_is_said_at_the_names_and_what_is_missing_names_the_person(
    people: People,
) -> None:
    id = await people.gathering(questions=[FOOD | {"required": True}])
    first = {"answer.0.food.likes": "vegan", "answer.1.food.likes": "vegan"}
    refused = await _sign_up(people, id, companions="1", names="A\nB\nC", **first)
    assert refused.status_code == 422
    assert 'id="error-names"' in refused.text
    assert 'id="error-answer.' not in refused.text
    people.move(timedelta(0))
    refused = await _sign_up(people, id, companions="1", names="A", **{"answer.0.food.likes": "vegan"})
    assert "Fragen an Person 2: Was essen Sie? – " in refused.text
    people.move(timedelta(0))
    refused = await _sign_up(people, id, reach_first="letter", **{"answer.0.food.likes": "vegan"})
    assert 'id="error-reach_first"' in refused.text
    assert "Die Adresse oder Nummer für diesen Weg fehlt uns noch." in refused.text
    people.move(timedelta(0))
    done = await _sign_up(people, id, names="A", **first)
    assert done.status_code == 303, "as many as are named, where no number is chosen"


async def test_without_the_other_answer_it_is_not_asked(people: People) -> None:
    id = await people.gathering(questions=[CAR, PLATE])
    done = await _sign_up(people, id, **{"answer.all.car": "false", "answer.all.plate": "WHV-X 1"})
    assert done.status_code == 303
    assert await _only(people) == {"car": False}


async def test_on_ones_own_page_answers_are_seen_and_changed(people: People) -> None:
    id = await people.gathering(questions=[FOOD, CHILDREN, ALLERGY])
    answers = {"food.likes": [["vegan"], None], "children": 2, "allergy": "Nüsse"}
    one = (await people.register(id, party=["Iryna"], answers=answers)).json()["id"]
    page = await open_page(people.public, _mine(people, one))
    assert "<bdi>Olena</bdi>: " in page
    assert "Nüsse" in page
    changed = {"answer.1.food.likes": ["vegetarian"], "answer.all.children": ""}
    done = await send(people.public, _mine(people, one), changed, f"{_mine(people, one)}/change#change")
    assert done.status_code == 303, done.text
    assert await _only(people) == {"food.likes": [["vegan"], ["vegetarian"]], "allergy": "Nüsse"}


async def test_a_question_that_came_later_is_asked_and_what_was_taken_out_is_still_told(people: People) -> None:
    id = await people.gathering(questions=[FOOD, CAR])
    one = (await people.register(id, answers={"food.likes": [["vegan"]], "car": True})).json()["id"]
    later = [FOOD | {"options": FOOD["options"][:1]}, CHILDREN | {"required": True}]
    await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"questions": later})
    page = await open_page(people.public, _mine(people, one))
    assert "Es gibt Fragen an Sie, die noch nicht beantwortet sind." in page
    assert "vegan (wird nicht mehr angeboten)" in page
    assert "(wird nicht mehr gefragt)" in page
    missing = await send(people.public, _mine(people, one), {}, f"{_mine(people, one)}/change#change")
    assert 'id="error-answer.all.children"' in missing.text
    given = {"answer.all.children": "0"}
    done = await send(people.public, _mine(people, one), given, f"{_mine(people, one)}/change#change")
    assert done.status_code == 303
    assert await _only(people) == {"food.likes": [["vegan"]], "car": True, "children": 0}
    assert "die noch nicht beantwortet sind" not in await open_page(people.public, _mine(people, one))


async def test_the_clerk_asks_too_and_does_not_look_up_what_is_special(people: People) -> None:
    id = await people.gathering(questions=[CAR, ALLERGY, CHILDREN])
    desk = f"/registration/wilhelmshaven/desk/{id}"
    entered = {**WHO, "read_out": "yes", "answer.all.car": "false", "answer.all.allergy": "Nüsse"}
    done = await send(people.intake, desk, entered, desk)
    assert done.status_code == 303, done.text
    assert await _only(people) == {"car": False, "allergy": "Nüsse"}
    (stored,) = await people.service.context.database["registrations"].find({}).to_list(None)
    one = f"{desk}/registrations/{stored['_id']}"
    page = await open_page(people.intake, one)
    assert "Nüsse" not in page
    assert "Beantwortet. Nur die Koordination sieht es." in page
    assert "Nüsse" in await open_page(people.coordinator, one)
    changed = await send(people.intake, one, {"answer.all.children": "2"}, f"{one}/change")
    assert changed.status_code == 303, changed.text
    assert await _only(people) == {"car": False, "allergy": "Nüsse", "children": 2}
    await send(people.intake, one, {"answer.all.allergy": "Milch"}, f"{one}/change")
    assert (await _only(people))["allergy"] == "Milch"


async def test_what_two_changed_at_once_is_sent_back_with_both(people: People) -> None:
    id = await people.gathering(questions=[CHILDREN, FOOD])
    one = (await people.register(id, answers={"children": 1})).json()["id"]
    page = await open_page(people.public, _mine(people, one))
    await people.intake.patch(
        f"{BASE}/registrations/{one}", json={"answers": {"children": 5, "food.likes": [["vegan"]]}}
    )
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    was = page.partition('name="was" value="')[2].partition('"')[0].replace("&#34;", '"')
    sent = {"form_token": token, "was": was, "questions_shown": "yes", **WHO, "answer.all.children": "3"}
    answer = await people.public.post(f"{_mine(people, one)}/change", data=sent)
    assert answer.status_code == 409
    assert 'id="error-answer.all.children"' in answer.text
    sent["answer.all.children"] = "1"
    answer = await people.public.post(f"{_mine(people, one)}/change", data=sent)
    assert answer.status_code == 303, "what was not touched stays as it is by now"
    assert await _only(people) == {"children": 5, "food.likes": [["vegan"]]}


async def test_what_depends_on_what_a_clerk_does_not_see_stays(people: People) -> None:
    ill = {"id": "ill", "label": {"de": "Allergien?"}, "kind": "boolean", "special": True}
    helped = {"id": "helped", "label": {"de": "Was hilft?"}, "kind": "text", "required": True}
    helped["shown_if"] = {"question": "ill", "equals": True}
    id = await people.gathering(questions=[ill, helped])
    one = (await people.register(id, answers={"ill": True, "helped": "Wasser"})).json()["id"]
    page = f"/registration/wilhelmshaven/desk/{id}/registrations/{one}"
    saved = await send(people.intake, page, {"name": "Olena Ko"}, f"{page}/change")
    assert saved.status_code == 303, saved.text
    assert await _only(people) == {"ill": True, "helped": "Wasser"}
    saved = await send(people.intake, page, {"answer.all.helped": "Tee"}, f"{page}/change")
    assert saved.status_code == 303, saved.text
    assert await _only(people) == {"ill": True, "helped": "Tee"}


def _form(page: str) -> dict[str, str]:
    """What a form carries along."""
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    was = html.unescape(page.partition('name="was" value="')[2].partition('"')[0])
    return {"form_token": token, "was": was, "questions_shown": "yes"}


async def test_an_answer_of_a_companion_is_sent_back_where_others_come_along_by_now(people: People) -> None:
    id = await people.gathering(questions=[CHILDREN | {"per": "person"}])
    party = ["Iryna", "Taras"]
    one = (await people.register(id, party=party, answers={"children": [0, 1, 1]})).json()["id"]
    old = _form(await open_page(people.public, _mine(people, one)))
    await people.intake.patch(f"{BASE}/registrations/{one}", json={"party": ["Taras"]})
    entered = {**WHO, "companions": "2", "names": "Iryna\nTaras"}
    of_iryna = {"answer.0.children": "0", "answer.1.children": "4", "answer.2.children": "1"}
    answer = await people.public.post(f"{_mine(people, one)}/change", data=old | entered | of_iryna)
    assert answer.status_code == 409
    assert 'id="error-names"' in answer.text
    assert await _only(people) == {"children": [0, 1]}
    untouched = {"answer.0.children": "3", "answer.1.children": "1", "answer.2.children": "1"}
    answer = await people.public.post(f"{_mine(people, one)}/change", data=old | entered | untouched)
    assert answer.status_code == 303, "their own answer alone"
    assert await _only(people) == {"children": [3, 1]}


async def test_an_older_window_takes_no_answer_back_however_large_the_form_is(people: People) -> None:
    texts = [CHILDREN | {"id": f"wish-{number}", "kind": "long_text"} for number in range(20)]
    id = await people.gathering(questions=texts)
    answers = {one["id"]: "x" * 2000 for one in texts}
    one = (await people.register(id, answers=answers)).json()["id"]
    page = await open_page(people.public, _mine(people, one))
    old = _form(page)
    await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": {"wish-3": "neu"}})
    entered = {**WHO, "name": "Olena Ko", "companions": "0"} | {
        f"answer.all.{id}": said for id, said in answers.items()
    }
    answer = await people.public.post(f"{_mine(people, one)}/change", data=old | entered)
    assert answer.status_code == 303, answer.text
    assert await _only(people) == answers | {"wish-3": "neu"}


async def test_every_language_has_its_words_and_falls_back(people: People) -> None:
    standard = (await people.coordinator.get(f"{BASE}/question-set")).json()["questions"]
    id = await people.gathering(questions=[*standard, CAR])
    changed = await people.coordinator.patch(f"{BASE}/profile", json={"languages": list(EVERYWHERE)})
    assert changed.status_code == 200, changed.text
    for code in EVERYWHERE:
        page = await open_page(people.public, f"{_public(id)}?lang={code}")
        assert all(one["label"][code] in page for one in standard), code
        assert CAR["label"]["de"] in page


async def test_questions_show_what_people_wrote_as_text(people: People) -> None:
    nasty = '<script>alert("x")</script>'
    question = {
        **CHILDREN,
        "id": "q",
        "kind": "choice",
        "label": {"de": nasty},
        "options": [{"id": "a", "label": {"de": nasty}}],
    }
    id = await people.gathering(questions=[question, ALLERGY | {"special": False}])
    one = (await people.register(id, answers={"q": "a", "allergy": nasty})).json()["id"]
    for client, page in (
        (people.public, _public(id)),
        (people.public, _mine(people, one)),
        (people.coordinator, f"/registration/wilhelmshaven/desk/{id}/registrations/{one}"),
    ):
        assert "<script>alert" not in await open_page(client, page)


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
