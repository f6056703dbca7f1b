"""Whom to ask: many at once, who is where, taking back, new links, handing on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.service.selfcheck.answering.conftest import BASE, HOST, Town, token_of


def person(number: int, **more: Any) -> dict[str, Any]:
    return {
        "perspective": "administration",
        "label": f"Amt {number}",
        "contact": {"email": f"p{number}@x.example"},
        **more,
    }


async def told(town: Town, id: str) -> list[str]:
    """Types of the events that stand in a sheet's outbox."""
    sheet = await town.database()["sheets"].find_one({"_id": id})
    return [entry["y"] for entry in sheet["outbox"]]


async def test_a_list_is_invited_whole_or_not_at_all(town: Town) -> None:
    assessment = await town.open()
    batch = f"{BASE}/{assessment}/invitations/batch"
    flawed = [person(1), person(2, perspective="nobody"), person(1), person(4, fields=["zz"])]
    refused = await town.coordinator.post(batch, json={"invitations": flawed})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/invitations/1/perspective",
        "/invitations/3/fields/0",
        "/invitations/1/contact/email",
    ]
    assert await town.database()["sheets"].count_documents({}) == 0


async def test_repeating_a_list_invites_nobody_twice(town: Town) -> None:
    assessment = await town.open()
    batch, key = f"{BASE}/{assessment}/invitations/batch", {"Idempotency-Key": "list"}
    body = {"invitations": [person(n) for n in range(40)] + [{"perspective": "civil_society", "label": "Verein"}]}
    first = await town.coordinator.post(batch, json=body, headers=key)
    assert first.status_code == 201, first.text
    assert "answer_url" in first.json()["items"][-1]
    again = await town.coordinator.post(batch, json=body, headers=key)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert await town.database()["sheets"].count_documents({}) == 41
    known = await town.coordinator.post(batch, json={"invitations": [person(50), person(7)]})
    assert [error["pointer"] for error in known.json()["errors"]] == ["/invitations/1/contact/email"]
    listed = (await town.coordinator.get(f"{BASE}/{assessment}/invitations")).json()
    assert listed["counts"] == {"administration": {"invited": 40}, "civil_society": {"invited": 1}}
    everything = str(await town.database()["sheets"].find({}, {"outbox": 0}).to_list(None))
    assert "x.example" not in everything, "addresses are not kept"


async def test_the_page_for_a_pasted_list(town: Town) -> None:
    assessment = await town.open()
    browser = town.browser("wilhelmshaven", "coordinator")
    address = f"{HOST}/selfcheck/wilhelmshaven/assessments/{assessment}/invitations/list"
    entered = {"perspective": "administration", "language": "de", "people": "a@x.example\nkeine adresse\n"}
    page = await browser.get(address)
    wrong = await browser.post(address, data=entered | {"form_token": token_of(page.text)})
    assert wrong.status_code == 422
    assert "Zeile 2" in wrong.text
    assert "keine adresse" in wrong.text, "what was typed stays"
    bare = entered | {"perspective": "", "people": "a@x.example\nb@x.example; Verwaltung\nc@x.example\n"}
    missing = await browser.post(address, data=bare | {"form_token": token_of(wrong.text)})
    assert "Zeile 1, 3" in missing.text, "all that are wrong alike at once"
    entered["people"] = "a@x.example\nb@x.example; Zivilgesellschaft; Sportverein; uk\n"
    sent = await browser.post(address, data=entered | {"form_token": token_of(wrong.text)})
    assert sent.status_code == 303, sent.text
    page = await browser.get(f"{HOST}{sent.headers['location']}")
    assert "Sportverein" in page.text
    again = await browser.post(address, data=entered | {"form_token": token_of((await browser.get(address)).text)})
    assert again.status_code == 422
    assert "Zeile 1" in again.text


async def test_an_invitation_is_taken_back_until_somebody_answers(town: Town) -> None:
    assessment = await town.open()
    mailed = await town.invite(assessment, contact={"email": "p@x.example"})
    linked, answered = await town.invite(assessment), await town.answered(assessment)

    def revocation(made: dict[str, Any]) -> str:
        return f"{BASE}/{assessment}/invitations/{made['id']}/revocation"

    for made in (mailed, linked, linked):
        assert (await town.coordinator.post(revocation(made))).json() == {"id": made["id"], "status": "revoked"}
    assert (await town.coordinator.post(revocation(answered))).status_code == 409
    assert (await town.anybody.get(linked["path"])).status_code == 404
    assert (await town.anybody.put(linked["path"], json={"answers": {"f.c.1": 1}})).status_code == 404
    assert (await told(town, mailed["id"]))[-2:] == ["contacts.contact.recorded.v1", "selfcheck.respondent.revoked.v1"]
    board = (await town.moderator.get(f"{BASE}/{assessment}/board")).json()
    assert board["participation"]["administration"]["invited"] == 1, "whoever is not asked any more does not count"
    await town.reveal(assessment)
    assert (await town.coordinator.post(revocation(answered))).status_code == 409


async def test_a_new_link_takes_the_place_of_the_lost_one(town: Town) -> None:
    assessment = await town.open()
    sheet = await town.answered(assessment, **{"f.c.1": 4})
    address, key = f"{BASE}/{assessment}/invitations/{sheet['id']}/link", {"Idempotency-Key": "k"}
    made = await town.coordinator.post(address, json={}, headers=key)
    assert made.status_code == 201
    again = await town.coordinator.post(address, json={}, headers=key)
    assert again.json() == made.json(), "a repeat gives the same link"
    assert (await town.anybody.get(sheet["path"], headers=sheet["resume"])).status_code == 404
    path = f"{HOST}/selfcheck/v1/answers/{made.json()['answer_url'].rsplit('/', 1)[1]}"
    assert (await town.anybody.get(path)).status_code == 403, "the new link alone opens nothing"
    assert (await town.anybody.get(path, headers=sheet["resume"])).json()["answers"] == {"f.c.1": 4}


async def test_a_new_link_by_mail_forgets_the_old_address(town: Town) -> None:
    assessment = await town.open()
    made = await town.invite(assessment, contact={"email": "falsch@x.example"})
    before = await town.database()["sheets"].find_one({"_id": made["id"]})
    answer = await town.coordinator.post(
        f"{BASE}/{assessment}/invitations/{made['id']}/link",
        json={"contact": {"email": "richtig@x.example", "language": "uk"}},
    )
    assert answer.json() == {"id": made["id"]}
    after = await town.database()["sheets"].find_one({"_id": made["id"]})
    assert after["contact"] not in (None, before["contact"])
    gone, recorded, reminder = after["outbox"][-3:]
    assert (gone["k"], gone["d"]) == (before["contact"], None)
    assert b"richtig@x.example" in recorded["d"]
    assert b'"stage":"new-link"' in reminder["d"]
    assert b"falsch@x.example" not in b"".join(entry["d"] or b"" for entry in after["outbox"])


@pytest.mark.parametrize("what", ["questions", "fields"])
async def test_handing_on_and_taking_back(town: Town, what: str) -> None:
    sheet = await town.answered(await town.open(), **{"f.c.1": 3})
    named = {"questions": ["g.c.1"]} if what == "questions" else {"fields": ["g"]}
    body = {**named, "contact": {"email": "kollegin@x.example"}}
    handed = await town.anybody.post(f"{sheet['path']}/delegation", json=body, headers=sheet["resume"])
    assert (handed.status_code, handed.json()["questions"]) == (201, ["g.c.1"])
    shown = (await town.anybody.get(sheet["path"], headers=sheet["resume"])).json()
    assert [(one["id"], one["status"], one["answered"]) for one in shown["handed_on"]] == [
        (handed.json()["id"], "invited", 0)
    ]
    assert shown["progress"]["asked"] == 2
    back = f"{sheet['path']}/delegation/{handed.json()['id']}/withdrawal"
    assert (await town.anybody.post(back)).status_code == 403
    taken = await town.anybody.post(back, headers=sheet["resume"])
    assert (taken.status_code, taken.json()["progress"]["asked"]) == (200, 3)
    assert (await town.anybody.post(back, headers=sheet["resume"])).status_code == 200, "repeating it changes nothing"
    assert (await told(town, handed.json()["id"]))[-1] == "selfcheck.respondent.revoked.v1"


async def test_what_a_colleague_has_begun_is_not_taken_back(town: Town) -> None:
    sheet = await town.answered(await town.open())
    body = {"questions": ["g.c.1"], "contact": {"email": "kollegin@x.example"}}
    handed = (await town.anybody.post(f"{sheet['path']}/delegation", json=body, headers=sheet["resume"])).json()
    code = town.everything.services["selfcheck"].context.secrets.code("answer", handed["id"])
    await town.anybody.put(f"{HOST}/selfcheck/v1/answers/{code}", json={"answers": {"g.c.1": 1}})
    back = f"{sheet['path']}/delegation/{handed['id']}/withdrawal"
    assert (await town.anybody.post(back, headers=sheet["resume"])).status_code == 409
    shown = (await town.anybody.get(sheet["path"], headers=sheet["resume"])).json()
    assert [(one["status"], one["answered"]) for one in shown["handed_on"]] == [("begun", 1)]
    assert "g.c.1" not in shown["answers"], "their answer is theirs"


async def test_the_pages_of_handing_on_and_of_an_invitation(town: Town) -> None:
    assessment = await town.open()
    made = await town.invite(assessment, label="Jugendamt")
    browser = town.browser()
    page = await browser.get(f"{made['page']}/hand-on?field=g")
    assert 'value="g" checked' in page.text
    assert '<option value="de" selected>' in page.text
    other = await browser.get(f"{made['page']}/hand-on", headers={"Accept-Language": "uk"})
    assert '<option value="uk" selected>' in other.text, "the sender's own language is chosen already"
    data = {
        "form_token": token_of(page.text),
        "name": "Kollegin",
        "email": "k@x.example",
        "language": "de",
        "fields": "g",
    }
    assert (await browser.post(f"{made['page']}/hand-on", data=data)).status_code == 303
    page = await browser.get(f"{made['page']}/hand-on")
    action = page.text.split('/withdrawal"')[0].rsplit('action="', 1)[1] + "/withdrawal"
    assert (await browser.post(f"{HOST}{action}", data={"form_token": token_of(page.text, action)})).status_code == 303
    assert "/withdrawal" not in (await browser.get(f"{made['page']}/hand-on")).text

    staff = town.browser("wilhelmshaven", "coordinator")
    address = f"{HOST}/selfcheck/wilhelmshaven/assessments/{assessment}/invitations/{made['id']}"
    page = await staff.get(address)
    assert "Jugendamt" in page.text
    action = address.removeprefix(HOST)
    link = await staff.post(f"{address}/link", data={"form_token": token_of(page.text, f"{action}/link")})
    assert link.status_code == 200
    assert "/selfcheck/answers/" in link.text
    assert (await browser.get(made["page"])).status_code == 404
    mailed = {"form_token": token_of(link.text, f"{action}/link"), "email": "neu@x.example"}
    link = await staff.post(f"{address}/link", data=mailed)
    assert link.status_code == 200, "by e-mail there is no link to show"
    assert "/selfcheck/answers/" not in link.text
    assert "Die Einladung ist unterwegs" in link.text
    revoked = await staff.post(
        f"{address}/revocation", data={"form_token": token_of(page.text, f"{action}/revocation")}
    )
    assert revoked.status_code == 303
    assert "/revocation" not in (await staff.get(address)).text


async def test_one_person_is_invited_on_the_page_by_link_or_by_e_mail(town: Town) -> None:
    address = f"{HOST}/selfcheck/wilhelmshaven/assessments/{await town.open()}"
    staff = town.browser("wilhelmshaven", "coordinator")
    for email, label, expected in (
        ("", "Bauamt", "Link für „Bauamt“"),
        ("", "", "Link für „Verwaltung“"),
        ("p@x.example", "", "Die Einladung ist unterwegs"),
    ):
        token = token_of((await staff.get(address)).text)
        sent = {"form_token": token, "perspective": "administration", "label": label, "email": email}
        done = await staff.post(address, data=sent)
        assert done.status_code == 200, done.text
        assert expected in done.text
        assert ("/selfcheck/answers/" in done.text) == (not email)
    assert len(await town.database()["sheets"].find({}).to_list(None)) == 3


async def test_invitations_stand_in_the_order_they_are_looked_for_in_and_reminding_shows(town: Town) -> None:
    assessment = await town.open()
    for perspective, label in (("civil_society", "verein"), ("administration", "Zoo"), ("administration", "amt")):
        await town.invite(assessment, perspective=perspective, label=label)
    mailed = await town.invite(assessment, label="", contact={"email": "p@x.example"})
    staff = town.browser("wilhelmshaven", "coordinator")
    address = f"{HOST}/selfcheck/wilhelmshaven/assessments/{assessment}"
    listed = re.findall(r"invitations/[0-9a-f]{32}\">([^<]+)<", (await staff.get(address)).text)
    assert [listed[0], listed[1], listed[3]] == ["amt", "Zoo", "verein"]
    one = f"{address}/invitations/{mailed['id']}"
    before = (await staff.get(one)).text
    assert "Erinnert am" not in before
    token = token_of(before, f"{one.removeprefix(HOST)}/reminder")
    assert (await staff.post(f"{one}/reminder", data={"form_token": token})).status_code == 303
    assert "Erinnert am" in (await staff.get(one)).text


async def test_a_moderator_corrects_a_contact(town: Town) -> None:
    """Name and language alone keep the link; another address gets a new one, and the former leads nowhere."""
    assessment = await town.open()
    made = await town.invite(assessment, contact={"email": "p@x.example"})
    address = f"{BASE}/{assessment}/invitations/{made['id']}/contact"
    before = await town.database()["sheets"].find_one({"_id": made["id"]})
    named = {"contact": {"email": "P@x.example", "name": "Frau Öztürk", "language": "tr"}}
    same = await town.moderator.put(address, json=named)
    assert same.json() == {"id": made["id"], "new_link": False}
    after = await town.database()["sheets"].find_one({"_id": made["id"]})
    assert (after["contact"], after["code_hash"]) == (before["contact"], before["code_hash"])
    (entry,) = after["outbox"][len(before["outbox"]) :]
    assert (entry["o"], entry["k"]) == ("contacts.v1", before["contact"])
    assert "Öztürk".encode() in entry["d"]
    assert "Öztürk" not in str({key: value for key, value in after.items() if key != "outbox"})

    other = await town.moderator.put(address, json={"contact": {"email": "richtig@x.example"}})
    assert other.json() == {"id": made["id"], "new_link": True}
    last = await town.database()["sheets"].find_one({"_id": made["id"]})
    assert last["code_hash"] != before["code_hash"]
    assert (await town.moderator.put(address, json={"contact": {"name": "Nur ein Name"}})).status_code == 422
    await town.coordinator.post(f"{BASE}/{assessment}/invitations/{made['id']}/revocation")
    assert (await town.moderator.put(address, json=named)).status_code == 409

    again = await town.invite(assessment, contact={"email": "q@x.example"})
    staff = town.browser("wilhelmshaven", "moderator")
    page = f"/selfcheck/wilhelmshaven/assessments/{assessment}/invitations/{again['id']}"
    shown = await staff.get(f"{HOST}{page}")
    assert "/revocation" not in shown.text, "taking back is the coordination's"
    sent = {
        "form_token": token_of(shown.text, f"{page}/contact"),
        "contact.email": "r@x.example",
        "contact.language": "uk",
    }
    done = await staff.post(f"{HOST}{page}/contact", data=sent)
    assert done.status_code == 200
    assert "Ein neuer Link" in done.text
