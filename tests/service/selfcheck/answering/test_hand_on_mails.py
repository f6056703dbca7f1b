"""Handing questions on is no machine for mail: it mails one mailbox ten times an hour, says nothing of the sender's, and ends."""

from __future__ import annotations

from typing import Any

import pytest

from services.notifications.domain.throttle import IN_AN_HOUR
from services.selfcheck.answering import handing_on
from services.selfcheck.answering.handing_on import MOST_IN_ALL
from tests.service.selfcheck.answering.conftest import Town
from tests.service.selfcheck.answering.test_one_voice import handed_on as hand_on
from tests.service.selfcheck.answering.test_one_voice import path_of
from tests.service.selfcheck.answering.test_reminding import deliver

LURE = "Sie haben gewonnen: http://evil.example"


async def test_a_respondent_mails_a_victim_ten_times_an_hour_and_nobody_without_end(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = await town.answered(await town.open())

    async def handed_on(number: int) -> Any:
        contact = {"name": LURE, "email": f"Victim+{number}@x.example", "language": "de"}
        body = {"questions": ["g.c.1"], "contact": contact}
        return await town.anybody.post(f"{sheet['path']}/delegation", json=body, headers=sheet["resume"])

    mailed = 0
    for number in range(MOST_IN_ALL):
        made = await handed_on(number)
        assert made.status_code == 201, made.text
        if number < IN_AN_HOUR + 3:
            mails, _ = await deliver(town, monkeypatch)
            assert "gewonnen" not in str(mails)
            mailed += sum(to.lower().startswith("victim") for to, _ in mails)
        back = f"{sheet['path']}/delegation/{made.json()['id']}/withdrawal"
        assert (await town.anybody.post(back, headers=sheet["resume"])).status_code == 200
    assert mailed == IN_AN_HOUR
    refused = await handed_on(MOST_IN_ALL)
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
    assert (await hand_on(town, other, "g.c.1")).status_code == 201, "another invitation has its own"
    assert (await hand_on(town, first, "f.c.1")).status_code == 409
