"""Own questions on pages, without scripts: signing up, one's own page, the clerk's, what is wrong at its field, in the reader's language."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

from chassis.text.languages import EVERYWHERE
from tests.service.registration.conftest import People
from tests.service.registration.pages import open_page, send
from tests.service.registration.signing_up import PERSON_ENTRIES, own_page, public_page, sign_up
from tests.service.registration.test_questions import ALLERGY, BASE, CAR, CHILDREN, FOOD, PLATE


async def _only(people: People) -> dict[str, Any]:
    (stored,) = await people.service.context.database["registrations"].find({}).to_list(None)
    return {one["question"]: one["value"] for one in stored.get("answers", ())}


async def test_the_form_asks_and_what_was_entered_is_stored(people: People) -> None:
    id = await people.gathering(questions=[FOOD, CAR, PLATE, CHILDREN, ALLERGY])
    page = await open_page(people.public, public_page(id))
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
    done = await sign_up(people, id, companions="1", **answers)
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
    refused = await sign_up(people, id, companions="1", **entered)
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
    refused = await sign_up(people, id, companions="1", names="A\nB\nC", **first)
    assert refused.status_code == 422
    assert 'id="error-names"' in refused.text
    assert 'id="error-answer.' not in refused.text
    people.move(timedelta(0))
    refused = await sign_up(people, id, companions="1", names="A", **{"answer.0.food.likes": "vegan"})
    assert "Fragen an Person 2: Was essen Sie? – " in refused.text
    people.move(timedelta(0))
    refused = await sign_up(people, id, reach_first="letter", **{"answer.0.food.likes": "vegan"})
    assert 'id="error-reach_first"' in refused.text
    assert "Die Adresse oder Nummer für diesen Weg fehlt uns noch." in refused.text
    people.move(timedelta(0))
    done = await sign_up(people, id, names="A", **first)
    assert done.status_code == 303, "as many as are named, where no number is chosen"


async def test_without_the_other_answer_it_is_not_asked(people: People) -> None:
    id = await people.gathering(questions=[CAR, PLATE])
    done = await sign_up(people, id, **{"answer.all.car": "false", "answer.all.plate": "WHV-X 1"})
    assert done.status_code == 303
    assert await _only(people) == {"car": False}


async def test_on_ones_own_page_answers_are_seen_and_changed(people: People) -> None:
    id = await people.gathering(questions=[FOOD, CHILDREN, ALLERGY])
    answers = {"food.likes": [["vegan"], None], "children": 2, "allergy": "Nüsse"}
    one = (await people.register(id, party=["Iryna"], answers=answers)).json()["id"]
    page = await open_page(people.public, own_page(people, one))
    assert "<bdi>Olena</bdi>: " in page
    assert "Nüsse" in page
    changed = {"answer.1.food.likes": ["vegetarian"], "answer.all.children": ""}
    done = await send(people.public, own_page(people, one), changed, f"{own_page(people, one)}/change#change")
    assert done.status_code == 303, done.text
    assert await _only(people) == {"food.likes": [["vegan"], ["vegetarian"]], "allergy": "Nüsse"}


async def test_a_question_that_came_later_is_asked_and_what_was_taken_out_is_still_told(people: People) -> None:
    id = await people.gathering(questions=[FOOD, CAR])
    one = (await people.register(id, answers={"food.likes": [["vegan"]], "car": True})).json()["id"]
    later = [FOOD | {"options": FOOD["options"][:1]}, CHILDREN | {"required": True}]
    await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"questions": later})
    page = await open_page(people.public, own_page(people, one))
    assert "Es gibt Fragen an Sie, die noch nicht beantwortet sind." in page
    assert "vegan (wird nicht mehr angeboten)" in page
    assert "(wird nicht mehr gefragt)" in page
    missing = await send(people.public, own_page(people, one), {}, f"{own_page(people, one)}/change#change")
    assert 'id="error-answer.all.children"' in missing.text
    given = {"answer.all.children": "0"}
    done = await send(people.public, own_page(people, one), given, f"{own_page(people, one)}/change#change")
    assert done.status_code == 303
    assert await _only(people) == {"food.likes": [["vegan"]], "car": True, "children": 0}
    assert "die noch nicht beantwortet sind" not in await open_page(people.public, own_page(people, one))


async def test_the_clerk_asks_too_and_does_not_look_up_what_is_special(people: People) -> None:
    id = await people.gathering(questions=[CAR, ALLERGY, CHILDREN])
    desk = f"/registration/wilhelmshaven/desk/{id}"
    entered = {**PERSON_ENTRIES, "read_out": "yes", "answer.all.car": "false", "answer.all.allergy": "Nüsse"}
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
    page = await open_page(people.public, own_page(people, one))
    await people.intake.patch(
        f"{BASE}/registrations/{one}", json={"answers": {"children": 5, "food.likes": [["vegan"]]}}
    )
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    was = page.partition('name="was" value="')[2].partition('"')[0].replace("&#34;", '"')
    sent = {"form_token": token, "was": was, "questions_shown": "yes", **PERSON_ENTRIES, "answer.all.children": "3"}
    answer = await people.public.post(f"{own_page(people, one)}/change", data=sent)
    assert answer.status_code == 409
    assert 'id="error-answer.all.children"' in answer.text
    sent["answer.all.children"] = "1"
    answer = await people.public.post(f"{own_page(people, one)}/change", data=sent)
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
    old = _form(await open_page(people.public, own_page(people, one)))
    await people.intake.patch(f"{BASE}/registrations/{one}", json={"party": ["Taras"]})
    entered = {**PERSON_ENTRIES, "companions": "2", "names": "Iryna\nTaras"}
    of_iryna = {"answer.0.children": "0", "answer.1.children": "4", "answer.2.children": "1"}
    answer = await people.public.post(f"{own_page(people, one)}/change", data=old | entered | of_iryna)
    assert answer.status_code == 409
    assert 'id="error-names"' in answer.text
    assert await _only(people) == {"children": [0, 1]}
    untouched = {"answer.0.children": "3", "answer.1.children": "1", "answer.2.children": "1"}
    answer = await people.public.post(f"{own_page(people, one)}/change", data=old | entered | untouched)
    assert answer.status_code == 303, "their own answer alone"
    assert await _only(people) == {"children": [3, 1]}


async def test_an_older_window_takes_no_answer_back_however_large_the_form_is(people: People) -> None:
    texts = [
        CHILDREN | {"id": f"wish-{number}", "kind": "long_text", "label": {"de": f"Wunsch {number}?"}}
        for number in range(20)
    ]
    id = await people.gathering(questions=texts)
    answers = {one["id"]: "x" * 2000 for one in texts}
    one = (await people.register(id, answers=answers)).json()["id"]
    page = await open_page(people.public, own_page(people, one))
    old = _form(page)
    await people.intake.patch(f"{BASE}/registrations/{one}", json={"answers": {"wish-3": "neu"}})
    entered = {**PERSON_ENTRIES, "name": "Olena Ko", "companions": "0"} | {
        f"answer.all.{id}": said for id, said in answers.items()
    }
    answer = await people.public.post(f"{own_page(people, one)}/change", data=old | entered)
    assert answer.status_code == 303, answer.text
    assert await _only(people) == answers | {"wish-3": "neu"}


async def test_every_language_has_its_words_and_falls_back(people: People) -> None:
    standard = (await people.coordinator.get(f"{BASE}/question-set")).json()["questions"]
    id = await people.gathering(questions=[*standard, CAR])
    changed = await people.coordinator.patch(f"{BASE}/profile", json={"languages": list(EVERYWHERE)})
    assert changed.status_code == 200, changed.text
    for code in EVERYWHERE:
        page = await open_page(people.public, f"{public_page(id)}?lang={code}")
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
        (people.public, public_page(id)),
        (people.public, own_page(people, one)),
        (people.coordinator, f"/registration/wilhelmshaven/desk/{id}/registrations/{one}"),
    ):
        assert "<script>alert" not in await open_page(client, page)
