"""The official list: imported, published once, searched by whoever applies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import orjson
import pytest

from services.registration.gazetteer.gazetteer import Gazetteer, Imported, OlderList
from services.registration.gazetteer.official_list import Entry
from tests.service.registration.conftest import People

CITY = Entry(
    "03405000",
    "Wilhelmshaven, Stadt",
    "district-free city",
    "Niedersachsen",
    "Wilhelmshaven, Stadt",
    76_089,
    107.07,
    "26382",
    53.53,
    8.11,
    1,
)
SMALL = Entry("01051001", "Albersdorf", "municipality", "Schleswig-Holstein", "Dithmarschen", 3_500, *[None] * 5)
LARGE = replace(SMALL, ags="01051002", name="Albertshof", inhabitants=9_000)
BEFORE, AFTER = date(2019, 12, 31), date(2024, 12, 31)


def _gazetteer(people: People) -> Gazetteer:
    found: Gazetteer = people.service.definition.state["registration"].gazetteer
    return found


async def _told(people: People) -> list[dict[str, object]]:
    rows = await people.service.context.database["gazetteer"].find({}).sort("_id", 1).to_list(None)
    return [orjson.loads(entry["d"]) for row in rows for entry in row["outbox"]]


async def test_a_list_is_stored_and_published_once(people: People) -> None:
    gazetteer = _gazetteer(people)
    assert await gazetteer.take([CITY, SMALL], BEFORE) == Imported(2, 0, 0, 0)
    assert await gazetteer.take([CITY, SMALL], BEFORE) == Imported(0, 0, 0, 2)
    told = await _told(people)
    assert [(one["ags"], one["inhabitants"], one["as_of"]) for one in told] == [
        ("01051001", 3_500, "2019-12-31"),
        ("03405000", 76_089, "2019-12-31"),
    ]


async def test_a_list_of_another_year_changes_adds_and_ends(people: People) -> None:
    gazetteer = _gazetteer(people)
    await gazetteer.take([CITY, SMALL], BEFORE)
    assert await gazetteer.take([replace(CITY, inhabitants=75_000), LARGE], AFTER) == Imported(1, 1, 1, 0)
    last = {one["ags"]: one for one in await _told(people)}
    assert (last["03405000"]["inhabitants"], last["01051001"]["ended"]) == (75_000, True)
    assert [one.id for one in await gazetteer.search("albers", 5)] == []
    with pytest.raises(OlderList):
        await gazetteer.take([CITY], BEFORE)
    back = await gazetteer.take([CITY, LARGE, SMALL], AFTER)
    assert (back.added, back.changed) == (0, 2)
    assert [one.id for one in await gazetteer.search("albers", 5)] == [SMALL.ags]


async def test_whoever_applies_finds_their_municipality_the_largest_first(people: People) -> None:
    await _gazetteer(people).take([CITY, SMALL, LARGE], BEFORE)
    found = (await people.public.get("/registration/v1/gazetteer", params={"q": "alber"})).json()["items"]
    assert [one["name"] for one in found] == ["Albertshof", "Albersdorf"]
    assert found[0]["inhabitants"] == 9_000
    assert (await people.public.get("/registration/v1/gazetteer", params={"q": ""})).json()["items"] == []
    assert (await people.public.get("/registration/v1/gazetteer", params={"q": "x" * 101})).status_code == 422


async def test_the_form_of_an_application_is_filled_from_the_list_without_scripts(people: People) -> None:
    await _gazetteer(people).take([CITY, SMALL], BEFORE)
    found = (await people.public.get("/registration/apply?q=wilhelms")).text
    assert 'href="/registration/apply?q=wilhelms&amp;ags=03405000"' in found
    filled = (await people.public.get("/registration/apply?q=wilhelms&ags=03405000")).text
    none = (await people.public.get("/registration/apply?q=nirgendwo")).text
    for value in ("Wilhelmshaven", "wilhelmshaven", "76089"):
        assert f'value="{value}"' in filled
    assert "Die amtliche Liste hat diesen Namen nicht" in none
