"""Trainings for decision-makers: materials and who took part by office, small numbers folded."""

from __future__ import annotations

from contracts import registration as r
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, Reporting, gathering

TRAININGS = f"{BASE}/trainings"
PAGE = "/reporting/wilhelmshaven/trainings"
OFFICES = [
    {"office": "Rat", "people": 9},
    {"office": "Jugendamt", "people": 6},
    {"office": "Bürgermeisteramt", "people": 1},
]
MATERIALS = [{"title": "Folien", "url": "https://stadt.example/folien.pdf"}]


async def training(reporting: Reporting) -> None:
    for id, kind in (("t1", "training"), ("g1", "dialogue")):
        told = gathering(id).model_copy(update={"kind": kind})
        reporting.topics.tell(id, r.GatheringPublished(gathering=told))
    reporting.topics.tell(
        "t1", r.GatheringAttended(gathering_id="t1", groups=16, people=16, missed=(), missed_people=0)
    )
    await reporting.handle(reporting.topics.records)


async def test_offices_are_told_and_small_numbers_folded(reporting: Reporting) -> None:
    await training(reporting)
    async with (
        reporting.client("wilhelmshaven") as town,
        reporting.client("wilhelmshaven", "decision_maker") as council,
    ):
        [before] = (await council.get(TRAININGS)).json()["items"]
        assert (before["id"], before["attended"], before["offices"], before["materials"]) == ("t1", 16, [], [])
        noted = await town.put(f"{TRAININGS}/t1", json={"materials": MATERIALS, "offices": OFFICES})
        assert (noted.status_code, noted.json()["offices"], noted.json()["others"]) == (200, OFFICES, None)
        [shown] = (await council.get(TRAININGS)).json()["items"]
        assert (shown["offices"], shown["others"]) == ([OFFICES[0]], 7), "who came alone is not told alone"
        assert shown["materials"] == MATERIALS
        assert (await council.put(f"{TRAININGS}/t1", json={})).status_code == 403
        assert (await town.put(f"{TRAININGS}/g1", json={})).status_code == 404, "a dialogue is no training"
        for wrong in (
            {"offices": [OFFICES[0], {"office": "RAT", "people": 1}]},
            {"offices": [{"office": "frau.meier@stadt.example", "people": 1}]},
            {"materials": [{"title": "Folien", "url": "javascript:alert(1)"}]},
        ):
            assert (await town.put(f"{TRAININGS}/t1", json=wrong)).status_code == 422
        twice = await town.put(f"{TRAININGS}/t1", json={"offices": [OFFICES[0], OFFICES[0]]})
        assert [one["pointer"] for one in twice.json()["errors"]] == ["/offices"]


async def test_materials_and_offices_are_noted_on_the_page_by_coordinators_alone(reporting: Reporting) -> None:
    await training(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client("wilhelmshaven", "moderator") as reader:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        page = (await town.get(f"{PAGE}/t1?lang=de")).text
        entered = {"form_token": token(page), "materials": "Folien: https://stadt.example/f.pdf", "offices": "Rat 9"}
        refused = await town.post(f"{PAGE}/t1?lang=de", data=entered)
        assert (refused.status_code, "Rat 9" in refused.text) == (422, True)
        assert "wie im Beispiel" in refused.text
        refused = await town.post(f"{PAGE}/t1?lang=de", data=entered | {"offices": "Rat: viele"})
        assert (refused.status_code, "Rat: viele" in refused.text) == (422, True)
        saved = await town.post(f"{PAGE}/t1", data=entered | {"offices": "Rat: 9\n<b>Amt</b>: 1\n"})
        assert saved.status_code == 303, saved.text
        own = (await town.get(f"{PAGE}?lang=de")).text
        assert "&lt;b&gt;Amt&lt;/b&gt;: 1" in own
        assert "https://stadt.example/f.pdf" in own
        others = (await reader.get(f"{PAGE}?lang=de")).text
        assert "Amt" not in others
        assert f"{PAGE}/t1" not in others
