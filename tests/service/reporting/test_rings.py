"""Rings of municipalities: seen by their members alone."""

from __future__ import annotations

from tests.service.reporting.exchange import OTHER, notifications
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, Reporting, admitted


async def test_a_ring_keeps_to_itself(reporting: Reporting) -> None:
    reporting.topics.tell("kaufbeuren", admitted("kaufbeuren"), "kaufbeuren")
    await reporting.handle(reporting.topics.records[-1:])
    async with (
        reporting.client("wilhelmshaven") as founder,
        reporting.client("wolfsburg") as invited,
        reporting.client("kaufbeuren") as stranger,
    ):
        made = await founder.post(f"{BASE}/rings", json={"title": "Ring Küste", "municipalities": ["wolfsburg"]})
        assert made.status_code == 201, made.text
        ring = made.json()["id"]
        assert await notifications(reporting) == [("ring-invited", ("wolfsburg",))]
        assert (await stranger.get(f"/reporting/v1/kaufbeuren/rings/{ring}")).status_code == 404
        assert (await stranger.put(f"/reporting/v1/kaufbeuren/rings/{ring}/membership")).status_code == 404
        question = (
            await founder.post(f"{BASE}/questions", json={"text": "Wann treffen wir uns?", "ring": ring})
        ).json()
        assert (await invited.get(f"{OTHER}/questions/{question['id']}")).status_code == 404, "invited is not a member"
        assert (await invited.put(f"{OTHER}/rings/{ring}/membership")).status_code == 200
        assert (await invited.get(f"{OTHER}/questions/{question['id']}")).status_code == 200
        assert (await stranger.get("/reporting/v1/kaufbeuren/questions")).json()["items"] == []
        assert (
            await stranger.post("/reporting/v1/kaufbeuren/questions", json={"text": "Darf ich?", "ring": ring})
        ).status_code == 404
        here = f"{OTHER}/rings/{ring}"
        day = "2027-03-01T10:00:00Z"
        await invited.post(f"{here}/meetings", json={"title": "Auftakt", "starts_at": day})
        await invited.post(f"{here}/measures", json={"title": "Gemeinsamer Wegweiser", "due": "2027-06-01"})
        shown = await invited.post(
            f"{here}/documents", json={"title": "Protokoll", "url": "https://stadt.example/protokoll.pdf"}
        )
        assert shown.status_code == 201, shown.text
        meeting, measure = shown.json()["meetings"][0], shown.json()["measures"][0]
        await founder.put(
            f"{BASE}/rings/{ring}/meetings/{meeting['id']}",
            json={"title": "Auftakt", "starts_at": day, "findings": "Wir machen es."},
        )
        after = await founder.put(
            f"{BASE}/rings/{ring}/measures/{measure['id']}", json={"title": "Wegweiser", "status": "done"}
        )
        assert (after.json()["meetings"][0]["findings"], after.json()["measures"][0]["status"]) == (
            "Wir machen es.",
            "done",
        )
        assert (await founder.put(f"{BASE}/rings/{ring}/measures/erfunden", json={"title": "Neu"})).status_code == 404
        assert (await invited.delete(f"{here}/membership")).status_code == 200
        assert (await invited.get(here)).status_code == 404


async def test_an_unknown_municipality_is_named_at_its_field(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town:
        town.headers.update({"Sec-Fetch-Site": "same-origin"})
        body = {"title": "Ring", "municipalities": ["wolfsburg", "Emden"]}
        answer = await town.post(f"{BASE}/rings", json=body)
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/municipalities/1"]
        here = "/reporting/wilhelmshaven/rings"
        page = (await town.get(here)).text
        assert 'value="wolfsburg"' in page, "those that take part are offered"
        entered = {"form_token": token(page), "title": "Ring am Meer", "municipalities": "Emden Kaufbeuren"}
        refused = await town.post(here, data=entered)
        assert (refused.status_code, "Ring am Meer" in refused.text) == (422, True), "what was entered is still there"
        assert 'id="error-municipalities"' in refused.text
        made = await town.post(here, data=entered | {"municipalities": ["wolfsburg"]})
        ring = made.headers["location"]
        invitation = {"form_token": token((await town.get(ring)).text), "button": "invite", "municipality": "Wolfsburg"}
        refused = await town.post(ring, data=invitation)
        assert (refused.status_code, 'id="error-municipality"' in refused.text) == (422, True)
