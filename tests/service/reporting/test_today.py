"""Reporting's part of the day: practices to confirm, waves to decide on, questions without an answer, visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.service.reporting.practices import published
from tests.service.reporting.test_visits import BODY, past
from tests.service.reporting.towns import BASE, Reporting
from tests.service.reporting.waves import BODY as WAVE
from tests.service.reporting.waves import closed

TODAY = f"{BASE}/today"


async def test_what_is_due_and_what_was_done(reporting: Reporting) -> None:
    await closed(reporting, {"wilhelmshaven": (50.0, 60.0)})
    async with (
        reporting.client("wilhelmshaven") as town,
        reporting.client("wolfsburg") as other,
        reporting.client("-", "programme_office") as office,
        reporting.client("wilhelmshaven", "decision_maker") as reader,
    ):
        assert (await town.get(TODAY)).json() == {"due": [], "done": []}
        assert (await reader.get(TODAY)).status_code == 403
        practice = await published(reporting, named=True)
        year_ago = datetime.now(UTC) - timedelta(days=360)
        dates = {"state.last_confirmed": year_ago, "state.published_at": year_ago}
        await reporting.service.context.database["practices"].update_one({"_id": practice}, {"$set": dates})
        asked = await other.post(
            f"/reporting/v1/practices/{practice}/questions", json={"text": "Was kostet das?", "named": True}
        )
        assert asked.status_code == 201, asked.text
        wave = (await office.post("/reporting/v1/benchmark-waves", json=WAVE)).json()["id"]
        visit = (
            await other.post("/reporting/v1/wolfsburg/visits", json=BODY | {"municipalities": ["wilhelmshaven"]})
        ).json()["id"]
        found = (await town.get(TODAY)).json()
        assert {one["what"] for one in found["due"]} == {"practice-confirm", "question", "consent", "visit-answer"}
        assert [one["what"] for one in found["done"]] == ["practice-published"]
        for one in found["due"]:
            assert (await town.get(one["address"])).status_code == 200
        await town.post(f"{BASE}/visits/{visit}/acceptance")
        await past(reporting, visit)
        taken = await town.put(
            f"{BASE}/benchmark-consent", json={"wave": wave, "assessment": "wilhelmshaven-1", "named": False}
        )
        assert taken.status_code == 200, taken.text
        await town.post(f"{BASE}/practices/{practice}/confirmation")
        answered = await town.post(
            f"/reporting/v1/practices/{practice}/questions/{asked.json()['id']}/answers",
            json={"text": "Wenig.", "named": True},
        )
        assert answered.status_code == 201, answered.text
        found = (await town.get(TODAY)).json()
        assert [one["what"] for one in found["due"]] == ["visit-report"]
        assert {one["what"] for one in found["done"]} == {"practice-confirmed", "visit-accepted"}
        page = (await town.get("/reporting/wilhelmshaven/today?lang=de")).text
        assert "Bericht über einen Besuch" in page
        assert found["due"][0]["address"] in page
        assert {one["what"] for one in (await other.get("/reporting/v1/wolfsburg/today")).json()["due"]} == {
            "visit-report"
        }
