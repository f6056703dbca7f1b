"""Benchmark waves: from the opening to what a municipality is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.reporting.domain.wave import Facts, Group, Rule, Span, belongs
from services.reporting.waves.documents import Wave, WaveFigures
from services.reporting.waves.repository import WaveFiguresRepository
from tests.service.reporting.towns import Reporting
from tests.service.reporting.waves import BODY, TOWNS, WAVES, closed, consent, frozen, token

NOW = datetime(2026, 11, 1, tzinfo=UTC)


async def test_a_wave_from_the_opening_to_what_each_is_told(reporting: Reporting) -> None:
    wave = await frozen(reporting)
    async with reporting.client("-", "programme_office") as office, reporting.client(TOWNS[13]) as town:
        base = f"/reporting/v1/{TOWNS[13]}"
        assert (await town.get(f"{base}/benchmark")).status_code == 404, "nothing is published yet"
        done = await office.post(f"{WAVES}/{wave}/publication", headers={"Idempotency-Key": "k"})
        assert (done.status_code, done.json()["status"]) == (200, "published"), done.text
        again = await office.post(f"{WAVES}/{wave}/publication", headers={"Idempotency-Key": "k"})
        assert again.json() == done.json()
        assert (await office.post(f"{WAVES}/{wave}/publication")).json()["type"].endswith(":wave-published")
        told = (await town.get(f"{base}/benchmark?wave={wave}")).json()
    first, second = told["fields"]["f1"], told["fields"]["f2"]
    assert (first["median"], first["municipalities"]) == ({"from": 50, "to": 55}, 14)
    assert first["quartiles"] == [{"from": 35, "to": 40}, {"from": 70, "to": 75}]
    assert (first["own"], first["own_band"], second["municipalities"]) == (85, "upper", 12)
    assert told["group"] == {"id": "all", "label": {"de": "Alle"}, "own": True}
    assert told["named"] == [], "who is not named sees nobody by name"
    certificate = told["certificate"]
    assert (certificate["within_points"], certificate["municipalities"], certificate["suppressed"]) == (10, 14, [])
    for slug in TOWNS[1:]:
        assert slug not in str({**told, "named": None, "own": None}), "nobody is named in figures"
    async with reporting.client(TOWNS[0]) as one:
        told = (await one.get(f"/reporting/v1/{TOWNS[0]}/benchmark?group=cities")).json()
    assert [(other["municipality"]["slug"], other["fields"]) for other in told["named"]] == [(TOWNS[1], {"f1": 25.0})]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"minimum": 4}, "/minimum"),
        ({"freezes_at": "2019-01-01T00:00:00Z"}, "/freezes_at"),
        ({"groups": []}, "/groups"),
        ({"groups": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]}, "/groups"),
        ({"groups": [{"id": "a", "label": "A", "rule": {"state": "Nidersachsen"}}]}, "/groups/0/rule/state"),
        (
            {"groups": [{"id": "a", "label": "A", "rule": {"population": {"from": 9, "to": 3}}}]},
            "/groups/0/rule/population",
        ),
        ({"groups": [{"id": "a", "label": "A", "rule": {"mayor": "x"}}]}, "/groups/0/rule/mayor"),
        ({"questionnaire": {"id": "nothing", "versions": ["1"]}}, "/questionnaire"),
    ],
)
async def test_bad_input_is_named_at_its_place(reporting: Reporting, wrong: dict[str, Any], pointer: str) -> None:
    async with reporting.client("-", "programme_office") as office:
        answer = await office.post(WAVES, json=BODY | wrong)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"].startswith(pointer)
        assert (await office.get(WAVES)).json()["items"] == []


async def test_the_office_runs_a_wave_on_its_pages_and_a_municipality_sees_it_on_its_own(reporting: Reporting) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 40 + 3 * n) for n, slug in enumerate(TOWNS)})
    pages = "/reporting/benchmark-waves"
    async with reporting.client("-", "programme_office") as office, reporting.client(TOWNS[0]) as town:
        wrong = await office.post(f"{pages}/new", data={"form_token": token(await office.get(f"{pages}/new"))})
        assert wrong.status_code == 422
        assert "/reporting/benchmark-waves/" not in wrong.headers.get("location", "")
        entered = {
            "title": "Welle 2026",
            "questionnaire": "weltoffene-kommune:1",
            "opens_at": "2020-01-01T10:00",
            "freezes_at": "2099-01-01T10:00",
            "minimum": "5",
            "groups": ["all", "size"],
        }
        made = await office.post(f"{pages}/new", data=entered | {"form_token": token(wrong)})
        assert made.status_code == 303, made.text
        page = made.headers["location"]
        wave = page.rsplit("/", 1)[1]
        own = f"/reporting/{TOWNS[0]}/benchmark"
        first = await town.get(own)
        consented = {"wave": wave, "assessment": f"{TOWNS[0]}-1", "named": "yes", "button": "consent"}
        assert (await town.post(own, data=consented | {"form_token": token(first)})).status_code == 303
        for slug in TOWNS[1:]:
            await consent(reporting, wave, slug)
        assert "14 Kommunen nehmen teil" in (await office.get(page)).text
        for button in ("freeze", "publish"):
            shown = await office.get(page)
            done = await office.post(page, data={"button": button, "form_token": token(shown)})
            assert done.status_code == 303, done.text
        assert "Prüfbericht" in (await office.get(page)).text
        shown = await town.get(own)
    assert shown.status_code == 200
    assert shown.text.count("<rect") == 4, "two fields, each with median and middle half"
    assert "unteres Band" in shown.text
    assert "50 bis unter 55" in shown.text


async def test_names_are_looked_for_in_the_group_and_not_among_the_first_of_all(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fourteen show their names; the two of the group come after the ten that are read at most."""
    monkeypatch.setattr("services.reporting.waves.repository.MOST_NAMED", 10)
    given = WaveFiguresRepository(reporting.service.context.database)
    rules = (
        Rule(population=Span(50_000, None), kind="city", density=Span(100, 200)),
        Rule(state="Bayern", population=Span()),
        Rule(density=Span()),
    )
    facts = [Facts(1_000, "city", "Hessen")] * 12 + [
        Facts(50_000, "city", "Hessen", 100),
        Facts(10, "district", "Bayern"),
    ]
    wave = Wave(
        id="w",
        tenant="-",
        title={"de": "Welle"},
        questionnaire="q",
        versions=("1",),
        groups=(*(Group(f"g{at}", {}, (rule,)) for at, rule in enumerate(rules)), Group("all", {}, rules)),
        minimum=5,
        opens_at=NOW,
        freezes_at=NOW,
        created_at=NOW,
        changed_at=NOW,
        attempt=1,
    )
    rows = [
        WaveFigures(
            id=f"w:{n:02}",
            tenant=f"t{n:02}",
            wave="w",
            attempt=1,
            assessment=f"a{n}",
            named=True,
            facts=one,
            scores="{}",
        )
        for n, one in enumerate(facts)
    ]
    await given.upsert_many(rows)
    for group in wave.groups:
        found = sorted(one.tenant for one in await given.list_named(wave, group))
        assert found == [one.tenant for one in rows if belongs(group, one.facts)], group.id
        assert found, "each group holds somebody"
