"""One invitation is one voice: for the smallest group and for the weight, however often it is handed on, and after it is forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

from services.selfcheck.answering.handing_on import MOST_COLLEAGUES
from tests.service.selfcheck.answering.conftest import BASE, HOST, Town, small, token_of

ALL = {"f.c.1": 4, "f.c.2": 4, "g.c.1": 4}


async def handed_on(town: Town, sheet: dict[str, Any], *questions: str, key: str = "", to: str = "") -> Any:
    """To a colleague for each first question, if to nobody in particular: a mailbox holds one hand-on of a sheet at a time."""
    body = {"questions": list(questions), "contact": {"email": to or f"kollegin.{questions[0]}@x.example"}}
    headers = {**sheet["resume"], **({"Idempotency-Key": key} if key else {})}
    return await town.anybody.post(f"{sheet['path']}/delegation", json=body, headers=headers)


def path_of(town: Town, id: str) -> str:
    code = town.everything.services["selfcheck"].context.secrets.code("answer", id)
    return f"{HOST}/selfcheck/v1/answers/{code}"


async def result_of(town: Town, assessment: str) -> Any:
    await town.reveal(assessment)
    return (await town.moderator.get(f"{BASE}/{assessment}/result")).json()


async def test_who_hands_on_to_themself_makes_no_group(town: Town) -> None:
    """Two people; one of them answers as three, from mailboxes of their own. Before, this showed the other's answers by subtraction."""
    assessment = await town.open()
    mine = await town.answered(assessment, **ALL)
    await town.answered(assessment, **dict.fromkeys(ALL, 1))
    for question in ("f.c.1", "f.c.2"):
        made = (await handed_on(town, mine, question)).json()
        saved = await town.anybody.put(path_of(town, made["id"]), json={"answers": {question: 0}})
        assert saved.status_code == 200
    result = await result_of(town, assessment)
    assert result["overall"]["answered"] is None
    assert all(node["score"] is None for node in result["questions"].values())


async def test_a_voice_weighs_once_and_the_colleague_holds_what_was_handed_on(town: Town) -> None:
    assessment = await town.open()
    mine = await town.answered(assessment, **ALL)
    for _ in range(2):
        await town.answered(assessment, **dict.fromkeys(ALL, 1))
    made = (await handed_on(town, mine, "f.c.1")).json()
    await town.anybody.put(path_of(town, made["id"]), json={"answers": {"f.c.1": 0}})
    result = await result_of(town, assessment)
    assert result["questions"]["f.c.1"]["spread"] == [1, 2, 0, 0, 0]
    assert result["questions"]["f.c.2"]["spread"] == [0, 2, 0, 0, 1]


async def test_a_question_has_one_holder_and_hand_ons_have_an_end(town: Town) -> None:
    sheet = await town.answered(await town.open(), **ALL)
    first = await handed_on(town, sheet, "f.c.1", key="once")
    assert first.status_code == 201
    assert (await handed_on(town, sheet, "f.c.1", key="once")).json() == first.json(), (
        "the same request, the same answer"
    )
    again = await handed_on(town, sheet, "f.c.2", "f.c.1")
    assert (again.status_code, [one["pointer"] for one in again.json()["errors"]]) == (422, ["/questions/1"])


async def test_one_person_hands_on_to_ten_colleagues_at_a_time(town: Town) -> None:
    office = town.everything.client(role="programme_office")
    large = small() | {"id": "large"}
    criterion = large["fields"][0]["criteria"][0]
    criterion["questions"] = [{"id": f"f.{n}", "text": {"de": f"Frage {n}"}, "weight": 1} for n in range(12)]
    assert (await office.post(f"{HOST}/selfcheck/v1/questionnaires", json=large)).status_code == 201
    assessment = await town.open(questionnaire={"id": "large", "version": "1"})
    sheet = await town.answered(assessment, **{"f.11": 1})
    made = [await handed_on(town, sheet, f"f.{n}") for n in range(MOST_COLLEAGUES)]
    assert {one.status_code for one in made} == {201}
    more = await handed_on(town, sheet, "f.10")
    assert (more.status_code, more.json()["type"].rpartition(":")[2]) == (409, "too-many-colleagues")
    sheets = await town.database()["sheets"].count_documents({"assessment": assessment})
    assert sheets == 1 + MOST_COLLEAGUES, "nobody was mailed"
    back = f"{sheet['path']}/delegation/{made[0].json()['id']}/withdrawal"
    assert (await town.anybody.post(back, headers=sheet["resume"])).status_code == 200
    assert (await handed_on(town, sheet, "f.10")).status_code == 201, "what was taken back makes room"


async def test_the_root_holds_after_it_was_forgotten(town: Town) -> None:
    assessment = await town.open()
    mine = await town.answered(assessment, **ALL)
    for question in ("f.c.1", "f.c.2", "g.c.1"):
        made = (await handed_on(town, mine, question)).json()
        await town.anybody.put(path_of(town, made["id"]), json={"answers": {question: 2}})
    assert (await town.anybody.post(f"{mine['path']}/erasure", headers=mine["resume"])).status_code == 200
    for _ in range(2):
        await town.answered(assessment, **ALL)
    result = await result_of(town, assessment)
    assert result["questions"]["f.c.1"]["spread"] == [0, 0, 1, 0, 2], "three voices, one of them by colleagues alone"
    sheets = await town.database()["sheets"].find({"assessment": assessment}).to_list(None)
    assert sum(one["root"] == mine["id"] for one in sheets) == 4


SOLO = "solo@example.org"
TAKEN = "This colleague is asked already in this self-check; please choose somebody else."


def refused_at(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, [one["pointer"] for one in answer.json().get("errors", ())]


async def test_one_mailbox_does_not_answer_for_several_voices(town: Town) -> None:
    """Two sheets hand the same questions on to somebody who is invited, or to one and the same colleague."""
    assessment = await town.open()
    await town.invite(assessment, contact={"email": SOLO})
    first, second = await town.answered(assessment), await town.answered(assessment)
    for sheet, spelling in ((first, "solo@example.org"), (second, "Solo+x@EXAMPLE.org")):
        refused = await handed_on(town, sheet, *ALL, to=spelling)
        assert refused_at(refused) == (422, ["/contact/email"])
        assert refused.json()["errors"][0]["detail"] == TAKEN
    assert (await handed_on(town, first, "f.c.1", to="duo@example.org", key="k")).status_code == 201
    assert (await handed_on(town, first, "f.c.1", to="duo@example.org", key="k")).status_code == 201, "the same request"
    assert refused_at(await handed_on(town, second, "f.c.1", to="Duo@Example.org")) == (422, ["/contact/email"])
    assert (await handed_on(town, second, "f.c.2", to="duo@example.org")).status_code == 201, "another question"
    browser, page = town.browser(), f"{(await town.invite(assessment))['page']}/hand-on"
    sent = {"form_token": token_of((await browser.get(page)).text), "email": SOLO, "language": "de", "fields": "g"}
    refused = await browser.post(page, data=sent)
    assert (refused.status_code, "wird in diesem Selbstcheck schon gefragt" in refused.text) == (422, True)


async def test_a_mailbox_is_invited_once_in_a_perspective(town: Town) -> None:
    assessment = await town.open()
    address = f"{BASE}/{assessment}/invitations"

    async def invite(email: str, perspective: str = "administration", key: str = "") -> Any:
        body = {"perspective": perspective, "label": "", "contact": {"email": email}}
        return await town.coordinator.post(address, json=body, headers={"Idempotency-Key": key} if key else {})

    first = await invite(SOLO, key="once")
    assert first.status_code == 201
    assert (await invite(SOLO, key="once")).json() == first.json(), "the same request, the same answer"
    for spelling in (SOLO, "Solo+2@Example.org"):
        assert refused_at(await invite(spelling)) == (422, ["/contact/email"])
    assert (await invite(SOLO, "civil_society")).status_code == 201, "in another perspective they speak for others"
    sheet = await town.answered(assessment)
    assert (await handed_on(town, sheet, "f.c.1", to="duo@example.org")).status_code == 201
    assert refused_at(await invite("duo+1@example.org")) == (422, ["/contact/email"]), "else they would answer twice"
    people = ["new@example.org", "NEW+a@example.org", "solo+3@example.org"]
    entries = [{"perspective": "administration", "label": "", "contact": {"email": one}} for one in people]
    refused = await town.coordinator.post(f"{address}/batch", json={"invitations": entries})
    assert refused_at(refused) == (422, [f"/invitations/{index}/contact/email" for index in (1, 2)])
    other = (await invite("other@example.org")).json()
    moved = {"contact": {"email": "solo+4@example.org"}}
    assert refused_at(await town.moderator.put(f"{address}/{other['id']}/contact", json=moved))[0] == 422
    assert refused_at(await town.coordinator.post(f"{address}/{other['id']}/link", json=moved))[0] == 422
    again = {"contact": {"email": "other+new@example.org"}}
    assert (await town.moderator.put(f"{address}/{other['id']}/contact", json=again)).json()["new_link"] is True


async def test_of_two_requests_at_once_at_most_one_asks_a_mailbox(town: Town) -> None:
    assessment = await town.open()
    sheets = [await town.answered(assessment) for _ in range(4)]
    made = await asyncio.gather(*(handed_on(town, sheet, "f.c.1", to=SOLO) for sheet in sheets))
    assert {one.status_code for one in made} <= {201, 409, 422}
    left = await town.database()["sheets"].count_documents({"assessment": assessment, "handed_on_by": {"$ne": None}})
    assert left == sum(one.status_code == 201 for one in made) <= 1


async def test_what_a_forgotten_colleague_had_is_asked_again(town: Town) -> None:
    sheet = await town.answered(await town.open())
    made = (await handed_on(town, sheet, "g.c.1")).json()
    assert (await town.anybody.post(f"{path_of(town, made['id'])}/erasure")).status_code == 200
    shown = (await town.anybody.get(sheet["path"], headers=sheet["resume"])).json()
    assert (shown["handed_on"], shown["progress"]["asked"]) == ([], 3)
    back = f"{sheet['path']}/delegation/{made['id']}/withdrawal"
    assert (await town.anybody.post(back, headers=sheet["resume"])).status_code == 200
    assert (await handed_on(town, sheet, "g.c.1", to="andere@x.example")).status_code == 201


async def test_hand_ons_and_links_are_counted_openly(town: Town) -> None:
    assessment = await town.open(minimum_group=5)
    sheet = await town.answered(assessment, **ALL)
    await town.invite(assessment, contact={"email": "a@x.example"})
    await handed_on(town, sheet, "f.c.1")
    people = (await town.coordinator.get(f"{BASE}/{assessment}/invitations")).json()
    assert people["voices"] == {"administration": {"voices": 2, "by_link": 1, "handed_on": 1}}
    look = (await town.anybody.get(sheet["path"], headers=sheet["resume"])).json()
    assert (look["perspective"]["by_link"], look["perspective"]["voices"]) == (1, 2)
    invited = await town.invite(assessment)
    page = (await town.browser().get(f"{invited['page']}/fields/f")).text
    assert "als Link weitergegeben wurden: 2 von 3" in page
    assert "ab 5 Personen" in page
    assert "Kreuzen alle dieselbe Stufe an, verraten die Zahlen" in page


async def test_an_institution_is_told_at_every_answer_and_on_the_result(town: Town) -> None:
    perspectives = [{"id": "administration", "title": {"de": "Verwaltung"}, "speaks": "institution"}]
    assessment = await town.open(perspectives=perspectives)
    invited = await town.invite(assessment)
    browser = town.browser()
    assert "Was Sie ankreuzen, ist ihre offizielle Antwort" in (await browser.get(invited["page"])).text
    assert (await browser.get(f"{invited['page']}/fields/f")).text.count("Offizielle Antwort: Sie wird gezeigt.") == 2
    await town.anybody.put(invited["path"], json={"answers": ALL})
    result = await result_of(town, assessment)
    assert (result["overall"]["score"], result["overall"]["answered"]) == (100, 1)
    reader = town.browser("wilhelmshaven", "decision_maker")
    page = (await reader.get(f"{HOST}/selfcheck/wilhelmshaven/assessments/{assessment}/result")).text
    assert "ist die offizielle Antwort einer Einrichtung" in page


async def test_evidence_does_not_tell_when_it_was_put_in(town: Town) -> None:
    sheet = await town.answered(await town.open())
    link = {"question": "f.c.1", "url": "https://x.example"}
    made = [await town.anybody.post(f"{sheet['path']}/evidence", json=link, headers=sheet["resume"]) for _ in range(3)]
    ids = [answer.json()["id"] for answer in made]
    assert {id.replace("-", "")[12] for id in ids} == {"4"}, "random, not by time"
