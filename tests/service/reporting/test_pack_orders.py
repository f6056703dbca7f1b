"""Council packs that are asked for: made in turn, kept for a day, never told of a self-check that was deleted."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

from contracts import selfcheck as s
from services.reporting.pack_orders.orders import PackOrders
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, Reporting, tell_assessment

PACKS = f"{BASE}/assessments/a1/packs"
PAGE = "/reporting/wilhelmshaven/assessments/a1/packs"


async def make(reporting: Reporting, language: str = "de") -> None:
    """What the job does once it is due."""
    orders: PackOrders = reporting.service.definition.state["services"].pack_orders
    document = await stored(reporting, language)
    assert document is not None
    await orders.carry_out(document)


async def stored(reporting: Reporting, language: str = "de") -> Any:
    return await reporting.service.context.database["pack_orders"].find_one({"_id": f"a1:{language}"})


async def test_asked_for_made_and_fetched_until_its_day_is_over(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "decision_maker") as town, reporting.client("wolfsburg") as other:
        assert (await town.get(f"{PACKS}/de")).status_code == 404
        asked = await town.post(PACKS, json={})
        assert (asked.status_code, asked.json()["status"], asked.json()["before"]) == (202, "asked", 0)
        english = (await town.post(PACKS, json={"language": "en"})).json()
        assert (english["language"], english["before"]) == ("en", 1)
        assert (await town.post(PACKS, json={})).json() == asked.json(), "one that waits is not asked for twice"
        early = await town.get(f"{PACKS}/de/pack.zip")
        assert (early.status_code, early.json()["type"].rpartition(":")[2]) == (409, "pack-not-ready")
        await make(reporting)
        ready = (await town.get(f"{PACKS}/de")).json()
        assert (ready["status"], ready["before"]) == ("ready", None)
        content = (await town.get(f"{PACKS}/de/pack.zip")).content
        assert len(content) == ready["size"]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert "report.pdf" in archive.namelist()
        assert (await other.get("/reporting/v1/wolfsburg/assessments/a1/packs/de/pack.zip")).status_code == 404
        assert (await other.post("/reporting/v1/wolfsburg/assessments/a1/packs", json={})).status_code == 404
        order = await stored(reporting)
        assert order["due_at"] - order["ready_at"] == timedelta(days=1)
        await make(reporting)
        assert (await town.get(f"{PACKS}/de")).status_code == 404
        assert await reporting.service.context.database["pack_files"].count_documents({}) == 0


async def test_of_a_self_check_deleted_while_it_waited_nothing_is_told(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven") as town:
        await town.post(PACKS, json={})
        await town.post(PACKS, json={"language": "en"})
        await make(reporting, "en")
        reporting.topics.tell("a1", s.AssessmentDeleted(assessment_id="a1"))
        await reporting.handle(reporting.topics.records[-1:])
        await make(reporting)
        assert await stored(reporting) is None
        assert (await town.get(f"{PACKS}/en/pack.zip")).status_code == 404


async def test_a_pack_is_asked_for_and_fetched_on_the_page(reporting: Reporting) -> None:
    tell_assessment(reporting.topics)
    await reporting.handle(reporting.topics.records)
    async with reporting.client("wilhelmshaven", "moderator") as town:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        page = (await town.get(f"{PAGE}?lang=de")).text
        assert "Noch nichts wurde angefordert." in page
        for language in ("de", "en"):
            entered = {"form_token": token(page), "language": language}
            assert (await town.post(PAGE, data=entered)).status_code == 303
        page = (await town.get(f"{PAGE}?lang=de")).text
        assert "Sie ist als nächste an der Reihe." in page
        assert "Eine andere ist vorher an der Reihe." in page
        assert "Noch einmal nachsehen" in page
        await make(reporting)
        page = (await town.get(f"{PAGE}?lang=de")).text
        assert f"{PACKS}/de/pack.zip" in page
        assert PAGE in (await town.get("/reporting/wilhelmshaven/assessments/a1")).text
