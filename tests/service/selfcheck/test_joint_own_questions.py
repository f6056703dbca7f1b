"""Questions of members' own in a joint self-check."""

from __future__ import annotations

from tests.service.selfcheck.district import DISTRICT, WELL, A, B, District, joint, people

OWN = {"title": {"de": "Hafen"}, "questions": [{"de": "Wie gut ist der Hafen?"}]}


async def test_questions_of_a_members_own_stay_with_it(district: District) -> None:
    id = await district.opened([A, B])
    accepted = await district.call("POST", A, f"/{id}/acceptance", {"own_section": OWN})
    assert accepted.status_code == 200, accepted.text
    first = next(one["assessment"] for one in accepted.json()["members"] if one["municipality"] == A)
    second = await district.accepted(id, B)
    own = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{first}")).json()["own_section"]
    assert own["questions"] == [{"id": "own-section.1", "text": {"de": "Wie gut ist der Hafen?"}}]
    assert (await district.client(B).get(f"/selfcheck/v1/{B}/assessments/{second}")).json()["own_section"] is None
    await district.finished(A, first, people(WELL | {"own-section.1": 0}), agreed={"a1": 3, "own-section.1": 1})
    await district.finished(B, second, people(WELL), agreed={"a1": 3})
    assert (await district.call("POST", DISTRICT, f"/{id}/closing")).status_code == 200
    result = (await district.call("GET", DISTRICT, f"/{id}/result")).json()
    figures = [{k: v for k, v in one.items() if k != "municipality"} for one in result["members"]]
    assert figures[0] == figures[1], "what it asked besides is in none of them"
    for told in (result, await district.events(id), (await district.call("GET", DISTRICT, f"/{id}")).json()):
        assert "own-section" not in str(told)
        assert "Hafen" not in str(told)
    there = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{first}/own-result")).json()
    assert there["whole"]["score"] == 0


async def test_own_questions_do_not_change_once_the_self_check_has_begun(district: District) -> None:
    id = await district.opened([A])
    for _ in range(2):
        assert (await district.call("POST", A, f"/{id}/acceptance", {"own_section": OWN})).status_code == 200
    await district.call("POST", A, f"/{id}/refusal")
    changed = {"own_section": OWN | {"title": {"de": "Anders"}}}
    refused = await district.call("POST", A, f"/{id}/acceptance", changed)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/own_section")
    assert (await district.call("POST", A, f"/{id}/acceptance")).status_code == 200, "and without any it goes on"


async def test_a_district_asks_its_own_people_besides_and_nobody_elses(district: District) -> None:
    apart = await district.call("POST", DISTRICT, "", joint([A], own_section=OWN))
    assert (apart.status_code, apart.json()["errors"][0]["pointer"]) == (422, "/own_section")
    assert (await district.call("GET", DISTRICT, "")).json()["items"] == [], "and nothing was begun"
    id = await district.opened([A], own_section=OWN, takes_part=True)
    asked = (await district.call("GET", DISTRICT, f"/{id}")).json()["members"]
    own = next(one["assessment"] for one in asked if one["municipality"] == DISTRICT)
    begun = (await district.client(DISTRICT).get(f"/selfcheck/v1/{DISTRICT}/assessments/{own}")).json()
    assert begun["own_section"]["title"] == {"de": "Hafen"}
    member = await district.accepted(id, A)
    assert (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{member}")).json()["own_section"] is None


async def test_on_its_page_a_member_agrees_with_questions_of_its_own(district: District) -> None:
    id = await district.opened([A])
    client, page = district.client(A), f"/selfcheck/{A}/joint-assessments/{id}"
    action = f"{page}/acceptance"
    nameless = {"own_title": "", "own_questions": "Wie gut ist der Hafen?"}
    untitled = await district.town.submit(client, page, action, agreed="yes", **nameless)
    assert untitled.status_code == 422
    assert 'id="error-own_title"' in untitled.text
    entered = {"own_title": "Hafen", "own_questions": "Wie gut ist der Hafen?"}
    done = await district.town.submit(client, page, action, agreed="yes", **entered)
    assert done.status_code == 303, done.text
    members = (await district.call("GET", A, f"/{id}")).json()["members"]
    own = (await client.get(f"/selfcheck/v1/{A}/assessments/{members[0]['assessment']}")).json()
    assert own["own_section"]["title"] == {"de": "Hafen"}
    await district.call("POST", A, f"/{id}/refusal")
    assert "own_questions" not in (await client.get(page)).text, "they stand since it began"


async def test_a_district_that_does_not_take_part_is_told_so_at_its_own_questions(district: District) -> None:
    client, page = district.client(DISTRICT), f"/selfcheck/{DISTRICT}/joint-assessments/"
    entered = {"title": "2026", "questionnaire": "small:1", "perspectives": "administration", "minimum_group": "5"}
    own = {"own_title": "Hafen", "own_questions": "Wie gut ist der Hafen?", "members": A}
    refused = await district.town.submit(client, page, "", **entered, **own)
    assert refused.status_code == 422
    assert "Eigene Fragen stellt nur, wer selbst teilnimmt." in refused.text
    assert 'id="error-own_questions"' in refused.text
    taking_part = await district.town.submit(client, page, "", **entered, **own, takes_part="yes")
    assert taking_part.status_code == 303
