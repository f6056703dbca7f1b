"""Similar municipalities: from the official list's events to the answer and the page."""

from __future__ import annotations

import asyncio
from datetime import date

from chassis.storage.tenancy import of_document
from contracts import registration as r
from services.reporting.similar.repository import GazetteerRows, TenantRow
from services.reporting.similar.similar import SimilarMunicipalities
from tests.service.reporting.towns import BASE, Reporting, admitted

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


class CountedRows(GazetteerRows):
    """Counts how often all municipalities that take part are read."""

    reads = 0

    async def tenants(self) -> dict[str, TenantRow]:
        self.reads += 1
        await asyncio.sleep(0)
        return await super().tenants()


async def test_a_municipality_that_the_list_does_not_have_costs_the_others_nothing(reporting: Reporting) -> None:
    await tell_list(reporting)
    rows = CountedRows(reporting.service.context.database)
    similar = SimilarMunicipalities(rows)
    first = await asyncio.gather(*(similar.of(of_document({"tenant": "wilhelmshaven"})) for _ in range(5)))
    unlisted = [await similar.of(of_document({"tenant": "somewhere-else"})) for _ in range(3)]
    again = await similar.of(of_document({"tenant": "wilhelmshaven"}))
    assert rows.reads == 1
    assert all(one.own is not None for one in (*first, again))
    assert all(one.own is None for one in unlisted)


async def test_a_municipality_that_joined_just_now_is_found_when_it_asks_for_itself(reporting: Reporting) -> None:
    await tell_list(reporting)
    rows = CountedRows(reporting.service.context.database)
    similar = SimilarMunicipalities(rows)
    await similar.of(of_document({"tenant": "wilhelmshaven"}))
    delmenhorst = {"name": {"de": "Delmenhorst"}, "kind": "city", "state": "Niedersachsen", "status": "admitted"}
    await reporting.service.context.database["tenants"].insert_one({"_id": "delmenhorst", **delmenhorst})
    found = await similar.of(of_document({"tenant": "delmenhorst"}))
    of_others = await similar.of(of_document({"tenant": "wilhelmshaven"}), taking_part=True)
    assert found.own is not None
    assert found.own.key == "03401000"
    assert [one.slug for one in of_others.neighbours] == ["delmenhorst", "wolfsburg"]
    assert rows.reads == 1


async def test_a_municipality_that_told_its_official_key_is_not_looked_for_by_name(reporting: Reporting) -> None:
    await tell_list(reporting)
    facts = admitted("moin-am-meer").model_dump(exclude={"ags"}) | {"state": "Niedersachsen"}
    start = len(reporting.topics.records)
    reporting.topics.tell("moin-am-meer", r.MunicipalityAdmitted(**facts, ags="03401000"), "moin-am-meer")
    await reporting.handle(reporting.topics.records[start:])
    async with reporting.client("moin-am-meer") as client:
        shown = (await client.get("/reporting/v1/moin-am-meer/similar")).json()
    assert shown["own"]["key"] == "03401000"
