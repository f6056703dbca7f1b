"""Recommendations: from a weak field to a similar municipality that says publicly that it is strong there."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from contracts import registration as r
from tests.service.reporting.practices import BODY as PRACTICE
from tests.service.reporting.towns import Reporting
from tests.service.reporting.waves import TOWNS, WAVES, frozen, token

STRONG, WEAK = TOWNS[13], TOWNS[0]


async def tell_list(reporting: Reporting) -> None:
    """All towns stand in the official list, alike but for a few people."""
    topics, start = reporting.topics, len(reporting.topics.records)
    for number, slug in enumerate(TOWNS):
        listed = r.MunicipalityListed(
            ags=f"0340{number:04}",
            name=slug.capitalize(),
            state="Niedersachsen",
            as_of=date(2019, 12, 31),
            kind="town",
            inhabitants=70_000 + number,
            area=100.0,
            urbanisation=1,
        )
        topics.tell(listed.ags, listed, "-")
    await reporting.handle(topics.records[start:])


async def practice(reporting: Reporting, slug: str, **changes: Any) -> str:
    async with reporting.client(slug) as town, reporting.client("-", "programme_office") as office:
        base = f"/reporting/v1/{slug}/practices"
        made = await town.post(base, json=PRACTICE | {"named": True} | changes)
        assert made.status_code == 201, made.text
        id = str(made.json()["id"])
        await town.post(f"{base}/{id}/submission")
        await office.post(f"/reporting/v1/practices/{id}/publication")
    return id


async def published(reporting: Reporting, **options: Any) -> str:
    await tell_list(reporting)
    wave = await frozen(reporting, **options)
    async with reporting.client("-", "programme_office") as office:
        assert (await office.post(f"{WAVES}/{wave}/publication")).status_code == 200
    return wave


async def test_a_weak_field_leads_to_a_strong_and_similar_municipality_that_says_so(reporting: Reporting) -> None:
    await published(reporting)
    strong, weak = f"/reporting/v1/{STRONG}", f"/reporting/v1/{WEAK}"
    id = await practice(reporting, STRONG)
    async with reporting.client(STRONG) as town, reporting.client(WEAK) as other:
        before = (await other.get(f"{weak}/recommendations")).json()
        assert [line["field"] for line in before["weak"]] == ["f1", "f2"][: len(before["weak"])]
        assert before["items"] == [], "nothing where nobody says so"
        offered = (await town.get(f"{strong}/practices/{id}/marks")).json()
        assert [one["field"] for one in offered["offered"]] == ["f1"]
        given = await town.put(f"{strong}/practices/{id}/marks", json={"field": "f1"})
        assert given.status_code == 200, given.text
        assert (await town.put(f"{strong}/practices/{id}/marks", json={"field": "f1"})).status_code == 200
        (found,) = (await other.get(f"{weak}/recommendations?lang=de")).json()["items"]
        assert (found["field"], found["practice"]["id"], found["municipality"]["slug"]) == ("f1", id, STRONG)
        assert found["reasons"][0] == "Ihr Selbstcheck hat in diesem Feld 20 von 100 Punkten."
        assert "etwa so viele Menschen" in found["reasons"][1]
        assert found["reasons"][2] == "Sie steht in diesem Feld im oberen Band (Welle 2026) und sagt das öffentlich."
        assert not re.search(r"\b85\b", str(found)), "the mark tells a band, not the figure"
        page = (await other.get(f"/reporting/{WEAK}/recommendations")).text
        assert "Dolmetschende auf Abruf" in page
        assert "Stark in" in (await other.get(f"/reporting/{WEAK}/practices/{id}")).text
        assert (await town.get(f"{strong}/recommendations")).json()["items"] == [], "not to oneself"
        assert (await town.delete(f"{strong}/practices/{id}/marks/f1")).status_code == 204
        assert (await other.get(f"{weak}/recommendations")).json()["items"] == []
    row = await reporting.service.context.database["marks"].find_one({"practice": id})
    assert row is not None
    told = [entry["y"].removeprefix("reporting.practice.") for entry in row["outbox"]]
    assert told == ["marked.v1", "unmarked.v1"]


async def test_a_mark_is_offered_in_the_upper_band_with_a_name_alone(reporting: Reporting) -> None:
    await published(reporting)
    unnamed = await practice(reporting, STRONG, named=False)
    weak = await practice(reporting, WEAK)
    for slug, id, status in ((STRONG, unnamed, 409), (WEAK, weak, 422)):
        async with reporting.client(slug) as town:
            marks = f"/reporting/v1/{slug}/practices/{id}/marks"
            assert (await town.get(marks)).json() == {"items": [], "offered": []}
            assert (await town.put(marks, json={"field": "f1"})).status_code == status
    async with reporting.client(WEAK) as foreign:
        path = f"/reporting/v1/{WEAK}/practices/{unnamed}/marks"
        assert (await foreign.put(path, json={"field": "f1"})).status_code == 404


async def test_marks_are_given_and_taken_back_on_a_page(reporting: Reporting) -> None:
    await published(reporting)
    id = await practice(reporting, STRONG)
    page = f"/reporting/{STRONG}/practices/{id}/marks"
    async with reporting.client(STRONG) as town:
        for button, stays in (("give f1", "take f1"), ("take f1", "give f1")):
            done = await town.post(page, data={"button": button, "form_token": token(await town.get(page))})
            assert done.status_code == 303, done.text
            assert f'value="{stays}"' in (await town.get(page)).text
