"""Handing questions on is no machine for mail: it mails one mailbox three times, says nothing of the sender's, and ends."""

from __future__ import annotations

from typing import Any

import pytest

from services.selfcheck.answering import handing_on
from services.selfcheck.answering.handing_on import MOST_IN_ALL, MOST_TO_ONE
from tests.service.selfcheck.answering.conftest import Town
from tests.service.selfcheck.answering.test_one_voice import handed_on as hand_on
from tests.service.selfcheck.answering.test_one_voice import path_of
from tests.service.selfcheck.answering.test_reminding import deliver

LURE = "Sie haben gewonnen: http://evil.example"


async def test_a_respondent_mails_a_victim_three_times_and_nobody_without_end(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = await town.answered(await town.open())

    async def handed_on(email: str, question: str = "g.c.1") -> Any:
        body = {"questions": [question], "contact": {"name": LURE, "email": email, "language": "de"}}
        return await town.anybody.post(f"{sheet['path']}/delegation", json=body, headers=sheet["resume"])

    async def taken_back(made: Any) -> None:
        assert made.status_code == 201, made.text
        back = f"{sheet['path']}/delegation/{made.json()['id']}/withdrawal"
        assert (await town.anybody.post(back, headers=sheet["resume"])).status_code == 200

    mailed = 0
    for number in range(MOST_TO_ONE):
        made = await handed_on(f"Victim+{number}@x.example")
        more = await handed_on("VICTIM@x.example", "f.c.1")
        assert (more.status_code, more.json()["errors"][0]["pointer"]) == (422, "/contact/email"), "one at a time"
        mails, _ = await deliver(town, monkeypatch)
        assert "gewonnen" not in str(mails)
        mailed += sum(to.lower().startswith("victim") for to, _ in mails)
        await taken_back(made)
    assert mailed == MOST_TO_ONE
    refused = await handed_on("victim+new@x.example")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/contact/email")
    for number in range(MOST_TO_ONE, MOST_IN_ALL):
        await taken_back(await handed_on(f"somebody{number}@x.example"))
    refused = await handed_on("one.more@x.example")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "too-many-colleagues")
    known = await town.database("notifications")["contacts"].find({}).to_list(None)
    assert "gewonnen" not in str(known), "nor can a reminder say it"


async def test_a_chain_of_colleagues_mails_nobody_without_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question from hand to hand, each of whom takes it back and hands it on again: as often as each one may, to any depth."""
    monkeypatch.setattr(handing_on, "MOST_OF_AN_INVITATION", 5)
    assessment = await town.open()
    first = sheet = await town.answered(assessment)
    statuses = []
    for _ in range(4):
        made = await hand_on(town, sheet, "g.c.1")
        back = f"{sheet['path']}/delegation/{made.json().get('id')}/withdrawal"
        await town.anybody.post(back, headers=sheet["resume"])
        again = await hand_on(town, sheet, "g.c.1")
        statuses += [made.status_code, again.status_code]
        if again.status_code != 201:
            break
        theirs = path_of(town, again.json()["id"])
        saved = await town.anybody.put(theirs, json={"answers": {"g.c.1": 1}})
        sheet = {"path": theirs, "resume": {"X-Resume-Code": saved.json()["resume_code"]}}
    assert statuses == [201] * 5 + [409]
    other = await town.answered(assessment)
    assert (await hand_on(town, other, "g.c.1", to="andere@x.example")).status_code == 201, (
        "another invitation has its own"
    )
    assert (await hand_on(town, first, "f.c.1")).status_code == 409
