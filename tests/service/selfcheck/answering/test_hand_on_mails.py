"""Handing questions on is no machine for mail: it mails one mailbox ten times an hour, says nothing of the sender's, and ends."""

from __future__ import annotations

from typing import Any

import pytest

from services.notifications.domain.throttle import IN_AN_HOUR
from services.selfcheck.answering.handing_on import MOST_IN_ALL
from tests.service.selfcheck.answering.conftest import Town
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
