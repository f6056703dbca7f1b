"""Over the years: waves, archive, deletion with its certificate."""

from __future__ import annotations

from typing import Any

from tests.service.selfcheck.answering.conftest import BASE, HOST, Town, token_of

CANARY = "Kanarienvogel"


async def test_a_new_wave_names_the_earlier_one(town: Town) -> None:
    first = await town.open()
    second = await town.open(repeats=first)
    assert (await town.coordinator.get(f"{BASE}/{second}")).json()["repeats"] == first
    stored = await town.database()["assessments"].find_one({"_id": second})
    assert f'"repeats":"{first}"' in stored["outbox"][0]["d"].decode()
    body = {
        "questionnaire": {"id": "small", "version": "1"},
        "title": {"de": "x"},
        "perspectives": [{"id": "a", "title": "A"}],
    }
    for wrong in ("nowhere", "x" * 81):
        refused = await town.coordinator.post(BASE, json=body | {"repeats": wrong})
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/repeats"]


async def test_groups_smaller_than_three_are_never_shown(town: Town) -> None:
    body = {
        "questionnaire": {"id": "small", "version": "1"},
        "title": {"de": "x"},
        "perspectives": [{"id": "a", "title": "A"}],
    }
    for number in (0, 1, 2):
        refused = await town.coordinator.post(BASE, json=body | {"minimum_group": number})
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/minimum_group"]


async def test_an_archived_assessment_is_read_only_and_not_listed(town: Town) -> None:
    assessment = await town.open()
    for _ in range(3):
        await town.answered(assessment)
    archival = f"{BASE}/{assessment}/archival"
    assert (await town.coordinator.post(archival)).status_code == 409
    await town.close(assessment)
    archived = await town.coordinator.post(archival)
    assert archived.status_code == 200
    assert (await town.coordinator.post(archival)).json() == archived.json()
    assert (await town.coordinator.get(BASE)).json()["items"] == []
    assert [one["id"] for one in (await town.coordinator.get(f"{BASE}?archived=true")).json()["items"]] == [assessment]
    assert (await town.coordinator.get(f"{BASE}/{assessment}/result")).status_code == 200
    assert (await town.moderator.post(f"{BASE}/{assessment}/closing")).status_code == 409
    assert (await town.coordinator.put(f"{BASE}/{assessment}/deadline", json={"deadline": None})).status_code == 409


async def test_deleting_leaves_nothing_but_the_certificate(town: Town) -> None:
    assessment = await town.open(title={"de": f"Check {CANARY}"})
    sheets = [await town.answered(assessment, **{"f.c.1": n}) for n in (1, 2, 3)]
    await town.anybody.put(sheets[0]["path"], json={"notes": {"f.c.1": CANARY}}, headers=sheets[0]["resume"])
    await town.anybody.post(
        f"{sheets[0]['path']}/evidence/files",
        params={"question": "f.c.1", "name": CANARY},
        content=b"\xff\xd8\xff" + CANARY.encode(),
        headers=sheets[0]["resume"],
    )
    mailed = await town.invite(assessment, label=CANARY, contact={"email": f"{CANARY}@x.example"})
    goes_on = {"field": "f", "title": "Geht weiter"}
    carried = (await town.coordinator.post(f"{BASE}/{assessment}/measures", json=goes_on)).json()
    over = f"{BASE}/{await town.open()}/measures/carry-over"
    assert (await town.coordinator.post(over, json={"assessment": assessment})).json()["carried"] == [carried["id"]]
    agreed = {"field": "f", "title": CANARY, "owner": CANARY}
    measure = (await town.coordinator.post(f"{BASE}/{assessment}/measures", json=agreed)).json()
    await town.close(assessment)
    await town.everything.spread("assessments", "selfcheck")
    reporting = town.everything.client("wilhelmshaven", "coordinator")
    report = f"http://reporting.test/reporting/v1/wilhelmshaven/assessments/{assessment}"
    assert (await reporting.get(report)).status_code == 200

    deletion = f"{BASE}/{assessment}/deletion"
    assert (await town.coordinator.get(deletion)).status_code == 404
    assert (await town.moderator.post(deletion)).status_code == 403
    running = await town.coordinator.post(deletion)
    assert (running.status_code, running.json()["status"]) == (200, "running")
    for path in ("", "/result", "/invitations", "/evidence", "/board"):
        assert (await town.moderator.get(f"{BASE}/{assessment}{path}")).status_code in (403, 404), path
    assert (
        await town.coordinator.post(f"{BASE}/{assessment}/invitations", json={"perspective": "administration"})
    ).status_code == 404

    await carry_out(town)
    await carry_out(town)
    certificate = (await town.coordinator.post(deletion)).json()
    assert certificate["status"] == "complete"
    assert certificate["removed"] == {
        "answer sheets": 4,
        "answers": 3,
        "notes": 1,
        "evidence": 1,
        "contacts": 1,
        "measures": 1,
    }
    assert (await town.coordinator.get(f"{BASE}/{assessment}/measures/{measure['id']}")).status_code == 404
    listed = (await town.coordinator.get(BASE.replace("/assessments", "/measures"))).json()["items"]
    assert [one["id"] for one in listed] == [carried["id"]], "it belongs to the later one"
    assert (await town.anybody.get(sheets[0]["path"], headers=sheets[0]["resume"])).status_code == 404
    assert await town.database()["evidence"].count_documents({}) == 0
    emptied = await town.database()["sheets"].find_one({"_id": mailed["id"]})
    assert emptied["outbox"][-1]["d"] is None, "the contact is forgotten by a tombstone"
    for collection in ("sheets", "assessments", "measures"):
        for document in await town.database()[collection].find({}).to_list(None):
            left = {key: value for key, value in document.items() if key != "outbox"}
            assert CANARY not in str(left), collection
            if collection == "sheets":
                assert (left["answers"], left["answered"]) == ({}, 0)

    await town.everything.spread("assessments", "selfcheck")
    assert (await reporting.get(report)).status_code == 404
    listed = await reporting.get("http://reporting.test/reporting/v1/wilhelmshaven/overview")
    assert assessment not in listed.text


async def carry_out(town: Town) -> None:
    due = next(one for one in town.everything.services["selfcheck"].definition.jobs if one.name == "assessments")
    for found in await town.database()["assessments"].find({"due_at": {"$exists": True}}).to_list(None):
        await due.handle(found)


async def test_the_pages_of_archiving_and_deleting(town: Town) -> None:
    assessment = await town.open()
    await town.close(assessment)
    staff = town.browser("wilhelmshaven", "coordinator")
    address = f"{HOST}/selfcheck/wilhelmshaven/assessments/{assessment}"

    async def press(what: str, **data: Any) -> int:
        page = await staff.get(f"{address}/keeping")
        token = token_of(page.text, f"{address.removeprefix(HOST)}/{what}")
        return (await staff.post(f"{address}/{what}", data={"form_token": token, **data})).status_code

    assert await press("archival") == 303
    listed = await staff.get(f"{HOST}/selfcheck/wilhelmshaven/")
    assert assessment in listed.text.split("<details>")[1]
    assert await press("deletion") == 422, "nobody deletes by accident"
    assert await press("deletion", sure="yes") == 303
    assert (await staff.get(address)).status_code == 404
    page = await staff.get(f"{address}/deletion")
    assert (page.status_code, "wird gelöscht" in page.text) == (200, True)
