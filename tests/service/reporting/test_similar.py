"""Similar municipalities: from the official list's events to the answer and the page."""

from __future__ import annotations

from datetime import date

from contracts import registration as r
from tests.service.reporting.test_reporting import BASE, Reporting, reporting

__all__ = ["reporting"]
LIST = [
    ("03405000", "Wilhelmshaven, Stadt", "Niedersachsen", "district-free city", 76_089, 107.07, 1),
    ("03103000", "Wolfsburg, Stadt", "Niedersachsen", "district-free city", 124_371, 204.61, 1),
    ("03401000", "Delmenhorst, Stadt", "Niedersachsen", "district-free city", 77_559, 107.0, 1),
    ("09162000", "München, Landeshauptstadt", "Bayern", "district-free city", 1_484_226, 310.7, 1),
    ("09174115", "Dachau, GKSt", "Bayern", "major district town", 47_721, 34.96, 2),
    ("09174111", "Bergkirchen", "Bayern", "municipality", 7_800, 60.4, 3),
    ("13000999", "Küstengewässer", "Mecklenburg-Vorpommern", "unincorporated, uninhabited", 0, 1.0, 3),
]


async def tell_list(reporting: Reporting) -> None:
    for ags, name, state, kind, people, area, degree in LIST:
        listed = r.MunicipalityListed(
            ags=ags,
            name=name,
            state=state,
            as_of=date(2019, 12, 31),
            kind=kind,
            district="Dachau" if ags.startswith("09174") else None,
            inhabitants=people,
            area=area,
            urbanisation=degree,
        )
        reporting.topics.tell(ags, listed, "-")
    await reporting.handle(reporting.topics.records)


async def test_the_nearest_come_first_with_a_reason_each(reporting: Reporting) -> None:
    await tell_list(reporting)
    async with reporting.client("wilhelmshaven", "decision_maker") as client:
        shown = (await client.get(f"{BASE}/similar?lang=de")).json()
        two = (await client.get(f"{BASE}/similar?limit=2")).json()
        partners = (await client.get(f"{BASE}/similar?taking_part=true")).json()
        page = (await client.get("/reporting/wilhelmshaven/similar?lang=de")).text
    assert shown["own"]["key"] == "03405000", "found by its name, without what the list adds to it"
    first = shown["items"][0]
    assert (first["municipality"]["name"], first["takes_part"]) == ("Delmenhorst, Stadt", False)
    assert "etwa so viele Menschen (77.559, hier 76.089)" in first["sentence"]
    assert [one["distance"] for one in shown["items"]] == sorted(one["distance"] for one in shown["items"])
    assert not any("Küste" in one["municipality"]["name"] for one in shown["items"])
    assert len(two["items"]) == 2
    assert [one["municipality"]["slug"] for one in partners["items"]] == ["wolfsburg"]
    assert "Delmenhorst, Stadt" in page
    assert "© Statistisches Bundesamt (Destatis)" in page


async def test_weights_are_shown_and_can_be_changed(reporting: Reporting) -> None:
    await tell_list(reporting)
    async with reporting.client("wilhelmshaven") as client:
        usual = (await client.get(f"{BASE}/similar")).json()
        by_state = (await client.get(f"{BASE}/similar?weights=state:10,population:0,density:0,urbanisation:0")).json()
        refused = [
            await client.get(f"{BASE}/similar?weights={wrong}")
            for wrong in (
                "state",
                "state:11",
                "state:nan",
                "size:1",
                "state:-1",
                "population:0,density:0,urbanisation:0,kind:0,state:0",
            )
        ]
    assert usual["weights"]["population"] == 4.0
    assert by_state["items"][0]["municipality"]["name"] == "Wolfsburg, Stadt"
    assert [one.status_code for one in refused] == [422] * 6


async def test_without_a_list_the_page_says_so(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as client:
        shown = (await client.get(f"{BASE}/similar")).json()
        page = (await client.get("/reporting/wilhelmshaven/similar?lang=de")).text
    assert (shown["own"], shown["items"], shown["as_of"]) == (None, [], None)
    assert "Das amtliche Gemeindeverzeichnis ist noch nicht da" in page
