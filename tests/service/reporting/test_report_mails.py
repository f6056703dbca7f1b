"""A link to the report by mail, as often as coordinators choose."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from chassis.text.languages import BERLIN
from services.reporting.domain.report_mail import Every, next_mail
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, Reporting


@pytest.mark.parametrize(
    ("every", "now", "then"),
    [
        ("month", "2026-11-30T12:00", "2026-12-01T06:00"),
        ("month", "2026-12-01T06:00", "2027-01-01T06:00"),
        ("month", "2026-12-01T05:59", "2026-12-01T06:00"),
        ("quarter", "2026-11-30T12:00", "2027-01-01T06:00"),
        ("quarter", "2027-02-01T12:00", "2027-04-01T05:00"),
        ("never", "2027-02-01T12:00", None),
    ],
)
def test_the_first_morning_in_germany(every: Every, now: str, then: str | None) -> None:
    expected = None if then is None else datetime.fromisoformat(then).replace(tzinfo=UTC)
    assert next_mail(every, datetime.fromisoformat(now).replace(tzinfo=UTC).astimezone(BERLIN)) == expected


async def test_a_report_mail_is_ordered_sent_once_and_ended(reporting: Reporting) -> None:
    database = reporting.service.context.database
    mails = reporting.service.definition.state["services"].report_mails
    async with reporting.client("wilhelmshaven") as town, reporting.client("wilhelmshaven", "intake") as clerk:
        assert (await town.get(f"{BASE}/report-mail")).json() == {"every": "never"}
        assert (await clerk.put(f"{BASE}/report-mail", json={"every": "month"})).status_code == 403
        assert (await town.put(f"{BASE}/report-mail", json={"every": "täglich"})).status_code == 422
        for every in ("month", "quarter", "month"):
            assert (await town.put(f"{BASE}/report-mail", json={"every": every})).status_code == 200
        [row] = await database["report_mails"].find({}).to_list(None)
        await database["report_mails"].update_one({}, {"$set": {"due_at": datetime(2020, 1, 1, tzinfo=UTC)}})
        await mails.publish_due(row)
        [told] = await database["report_mails"].find({}).to_list(None)
        assert [entry["y"] for entry in told["outbox"]] == ["reporting.report.due.v1"]
        assert told["due_at"] == row["due_at"], "the next one as before"
        await town.put(f"{BASE}/report-mail", json={"every": "never"})
        [over] = await database["report_mails"].find({}).to_list(None)
        assert "due_at" not in over


async def test_coordinators_choose_on_the_page_how_often_the_link_comes(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        here = "/reporting/wilhelmshaven/report-mail"
        page = (await town.get(here)).text
        saved = await town.post(here, data={"form_token": token(page), "every": "quarter"})
        assert saved.status_code == 303, saved.text
        assert re.search(r'value="quarter" checked', (await town.get(here)).text)
        wrong = await town.post(here, data={"form_token": token((await town.get(here)).text), "every": "oft"})
        assert wrong.status_code == 422
        assert "/report-mail" in (await town.get("/reporting/wilhelmshaven/")).text
