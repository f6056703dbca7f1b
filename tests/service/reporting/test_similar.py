"""Similar municipalities: from the official list's events to the answer and the page."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from chassis.storage.aggregates import Aggregates
from chassis.storage.tenancy import of_document
from contracts import registration as r
from services.reporting.own_figures.documents import OwnFigure
from services.reporting.own_figures.repository import OwnFigureRepository
from services.reporting.similar.repository import GazetteerRows, TenantRow
from services.reporting.similar.similar import SimilarMunicipalities
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, START, Reporting, admitted

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
                "population:0,density:0,urbanisation:0,foreigners:0,fiscal_strength:0,kind:0,state:0",
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


def entered_in(reporting: Reporting) -> OwnFigureRepository:
    return OwnFigureRepository(Aggregates(reporting.service.context.database, "own_figures"))


class CountedRows(GazetteerRows):
    """Counts how often all municipalities that take part are read."""

    reads = 0

    async def get_tenants(self) -> dict[str, TenantRow]:
        self.reads += 1
        await asyncio.sleep(0)
        return await super().get_tenants()


async def test_a_municipality_that_the_list_does_not_have_costs_the_others_nothing(reporting: Reporting) -> None:
    await tell_list(reporting)
    rows = CountedRows(reporting.service.context.database)
    similar = SimilarMunicipalities(rows, entered_in(reporting))
    first = await asyncio.gather(*(similar.find(of_document({"tenant": "wilhelmshaven"})) for _ in range(5)))
    unlisted = [await similar.find(of_document({"tenant": "somewhere-else"})) for _ in range(3)]
    again = await similar.find(of_document({"tenant": "wilhelmshaven"}))
    assert rows.reads == 1
    assert all(one.own is not None for one in (*first, again))
    assert all(one.own is None for one in unlisted)


async def test_a_municipality_that_joined_just_now_is_found_when_it_asks_for_itself(reporting: Reporting) -> None:
    await tell_list(reporting)
    rows = CountedRows(reporting.service.context.database)
    similar = SimilarMunicipalities(rows, entered_in(reporting))
    await similar.find(of_document({"tenant": "wilhelmshaven"}))
    delmenhorst = {"name": {"de": "Delmenhorst"}, "kind": "city", "state": "Niedersachsen", "status": "admitted"}
    await reporting.service.context.database["tenants"].insert_one({"_id": "delmenhorst", **delmenhorst})
    found = await similar.find(of_document({"tenant": "delmenhorst"}))
    of_others = await similar.find(of_document({"tenant": "wilhelmshaven"}), taking_part=True)
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


FIGURE = {"value": 12.5, "year": 2023, "source": "Wegweiser Kommune"}


async def test_figures_that_municipalities_entered_take_part_where_enough_of_them_did(reporting: Reporting) -> None:
    await tell_list(reporting)
    entered = entered_in(reporting)
    shares = {"wolfsburg": 30.0, "delmenhorst": 12.0, "muenchen": 29.0, "dachau": 15.0, "wilhelmshaven": 12.5}
    keys = {"delmenhorst": "03401000", "muenchen": "09162000", "dachau": "09174115"}
    for slug, ags in keys.items():
        town = {"name": {"de": slug}, "kind": "city", "state": "-", "status": "admitted", "ags": ags}
        await reporting.service.context.database["tenants"].insert_one({"_id": slug, **town})
    for number, (slug, share) in enumerate(shares.items()):
        figure = OwnFigure(value=share, year=2023, source="Wegweiser Kommune")
        await entered.upsert(of_document({"tenant": slug}), figure, None, START + timedelta(minutes=number))
        similar = SimilarMunicipalities(GazetteerRows(reporting.service.context.database), entered)
        found = await similar.find(of_document({"tenant": "wilhelmshaven"}), taking_part=True)
        compared = {one.slug for one in found.neighbours if "foreigners" in one.alike.differences}
        assert compared == ({"wolfsburg", "delmenhorst", "muenchen", "dachau"} if number == 4 else set())
    alike = {one.slug: one.alike for one in found.neighbours}
    assert "foreigners" in alike["delmenhorst"].reasons()
    assert "foreigners" not in alike["wolfsburg"].reasons()
    assert all("fiscal_strength" not in one.differences for one in alike.values())
    async with reporting.client("wilhelmshaven") as town:
        shown = (await town.get(f"{BASE}/similar?taking_part=true&lang=de")).json()
    first = shown["items"][0]
    assert first["municipality"]["foreigners"] == 12.0
    assert "etwa derselbe Anteil ausländischer Staatsangehöriger (12 %, hier 12,5 %)" in first["sentence"]


async def test_own_figures_are_entered_with_year_and_source_and_taken_away(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town, reporting.client("wilhelmshaven", "intake") as clerk:
        path = f"{BASE}/own-figures"
        assert (await town.get(path)).json() == {"foreigners": None, "fiscal_strength": None, "as_of": None}
        assert (await clerk.put(path, json={"foreigners": FIGURE})).status_code == 403
        kept = await town.put(path, json={"foreigners": FIGURE})
        assert (kept.status_code, kept.json()["foreigners"]) == (200, FIGURE)
        for wrong in ({"value": 101}, {"year": 1800}, {"source": ""}, {"source": "frau@meier.example"}):
            refused = await town.put(path, json={"foreigners": FIGURE | wrong})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (
                422,
                f"/foreigners/{next(iter(wrong))}",
            )
        town.headers["Sec-Fetch-Site"] = "same-origin"
        page = (await town.get("/reporting/wilhelmshaven/own-figures?lang=de")).text
        assert "Wegweiser Kommune" in page
        entered = {"form_token": token(page), "foreigners.value": "zwölf", "foreigners.year": "2023"}
        refused = await town.post("/reporting/wilhelmshaven/own-figures?lang=de", data=entered)
        assert (refused.status_code, "zwölf" in refused.text) == (422, True)
        saved = await town.post(
            "/reporting/wilhelmshaven/own-figures",
            data={
                "form_token": token(page),
                "fiscal_strength.value": "1234,5",
                "fiscal_strength.year": "2024",
                "fiscal_strength.source": "Landesamt",
            },
        )
        assert saved.status_code == 303, saved.text
        shown = (await clerk.get(path)).json()
        assert (shown["foreigners"], shown["fiscal_strength"]["value"]) == (None, 1234.5)
