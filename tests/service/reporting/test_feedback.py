"""What people said after gatherings: shown as it was told, the newest telling, with a dash for what is hidden."""

from __future__ import annotations

from contracts import notifications as n
from contracts import registration as r
from tests.service.reporting.towns import Reporting, gathering


async def test_the_newest_telling_is_shown(reporting: Reporting) -> None:
    client = reporting.client("wilhelmshaven")
    here = "/reporting/v1/wilhelmshaven/feedback"
    assert (await client.get(here)).json() == {"items": []}
    reporting.topics.tell("g1", r.GatheringPublished(gathering=gathering()))
    for count in (5, 11):
        cell = n.FeedbackCell(question="welcome", answer="yes", count=count)
        reporting.topics.tell("wilhelmshaven:g1", n.FeedbackTold(gathering_id="g1", cells=(cell,)))
    await reporting.handle(reporting.topics.records)
    (item,) = (await client.get(here)).json()["items"]
    assert item["gathering"] == "g1"
    assert item["questions"]["welcome"] == {"yes": 11, "partly": None, "no": None}
    assert item["questions"]["again"] == {"yes": None, "partly": None, "no": None}
    page = (await client.get("/reporting/wilhelmshaven/feedback")).text
    assert "Was die Menschen danach sagten" in page
    assert ">11<" in page
    assert (await reporting.client("wolfsburg").get(here)).status_code == 404
