"""Benchmark waves: from the opening by consent, freezing and audit to what a municipality is told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import selfcheck as s
from services.reporting.domain.wave import Facts, Group, Rule, Span, belongs
from services.reporting.waves.documents import GivenFigures, Wave
from services.reporting.waves.freezing import FreezeWaves
from services.reporting.waves.repository import GivenRepository
from tests.service.reporting.towns import Reporting, admitted

WAVES = "/reporting/v1/benchmark-waves"
TOWNS = [f"town-{number:02}" for number in range(14)]
FIELDS = ("f1", "f2")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BODY: dict[str, Any] = {
    "title": {"de": "Welle 2026"},
    "questionnaire": {"id": "weltoffene-kommune", "versions": ["1"]},
    "opens_at": "2020-01-01T00:00:00Z",
    "freezes_at": "2099-01-01T00:00:00Z",
    "groups": [
        {"id": "all", "label": {"de": "Alle"}},
        {
            "id": "cities",
            "label": {"de": "Städte"},
            "rule": {"kind": "city", "population": {"from": 50_000, "to": None}},
        },
    ],
}


def figure(score: float | None) -> dict[str, Any]:
    return {"score": score, "coverage": 1.0, "answered": 8, "perspectives": {}, "consensus_score": None}


async def closed(
    reporting: Reporting,
    scores: dict[str, tuple[float | None, float | None]],
    version: str = "1",
    at_home: Mapping[str, Any] | None = None,
) -> None:
    """Municipalities with a closed self-check each, of which these scores of two fields count beyond them.

    `at_home`: fields as some of them see their own, where that is not the same."""
    topics, start = reporting.topics, len(reporting.topics.records)
    topics.tell(
        f"weltoffene-kommune:{version}",
        s.QuestionnairePublished(
            questionnaire_id="weltoffene-kommune",
            version=version,
            title={"de": "Selbstcheck"},
            content_hash="0",
            fields=tuple(s.Titled(id=field, title={"de": f"Feld {field}"}) for field in FIELDS),
            questions=(),
        ),
        "-",
    )
    for slug, told in scores.items():
        topics.tell(slug, admitted(slug), slug)
        id = f"{slug}-{version}"
        topics.tell(
            id,
            s.AssessmentCreated(
                assessment_id=id,
                title={"de": "Selbstcheck"},
                questionnaire_id="weltoffene-kommune",
                version=version,
                perspectives=(s.Titled(id="administration", title={"de": "Verwaltung"}),),
                minimum_group=3,
            ),
            slug,
        )
        fields = {field: figure(score) for field, score in zip(FIELDS, told, strict=True)}
        result = {"disclosure_rule": 2, "overall": figure(50), "fields": fields, "questions": {}}
        own = {**result, "fields": (at_home or {}).get(slug, fields)}
        topics.tell(id, s.AssessmentClosed(assessment_id=id, result=own, across=result), slug)
    await reporting.handle(topics.records[start:])


async def opened(reporting: Reporting, **changes: Any) -> str:
    async with reporting.client("-", "programme_office") as office:
        made = await office.post(WAVES, json=BODY | changes)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def consent(reporting: Reporting, wave: str, slug: str, *, version: str = "1", named: bool = False) -> int:
    async with reporting.client(slug) as town:
        body = {"wave": wave, "assessment": f"{slug}-{version}", "named": named}
        return (await town.put(f"/reporting/v1/{slug}/benchmark-consent", json=body)).status_code


async def frozen(reporting: Reporting, at_home: Mapping[str, Any] | None = None, **changes: Any) -> str:
    """A wave of fourteen with figures from 20 to 85 in the first field and none from two of them in the second."""
    scores = {slug: (20 + 5 * n, 40 + 3 * n if n > 1 else None) for n, slug in enumerate(TOWNS)}
    await closed(reporting, scores, at_home=at_home)
    wave = await opened(reporting, **changes)
    for slug in TOWNS:
        assert await consent(reporting, wave, slug, named=slug in TOWNS[:2]) == 200
    async with reporting.client("-", "programme_office") as office:
        done = await office.post(f"{WAVES}/{wave}/freezing")
    assert (done.status_code, done.json()["taking_part"]) == (200, 14), done.text
    return wave


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


async def test_consent_is_each_municipalitys_own_and_ends_with_the_freezing(reporting: Reporting) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    wave = await opened(reporting)
    assert [await consent(reporting, wave, slug) for slug in TOWNS[:8]] == [200] * 8
    async with reporting.client(TOWNS[0]) as town, reporting.client("-", "programme_office") as office:
        base = f"/reporting/v1/{TOWNS[0]}/benchmark-consent"
        foreign = await town.put(base, json={"wave": wave, "assessment": f"{TOWNS[1]}-1"})
        assert (foreign.status_code, foreign.json()["errors"][0]["pointer"]) == (422, "/assessment")
        assert [one["wave"] for one in (await town.get(base)).json()["items"]] == [wave]
        gone = await town.request("DELETE", base, json={"wave": wave})
        assert (gone.status_code, (await town.get(base)).json()["items"]) == (204, [])
        assert (await town.delete(f"{base}?wave={wave}")).status_code == 204, "again changes nothing"
        assert (await office.get(f"{WAVES}/{wave}")).json()["taking_part"] == 7
        assert (await office.post(f"{WAVES}/{wave}/freezing")).json()["taking_part"] == 7
        late = await town.put(base, json={"wave": wave, "assessment": f"{TOWNS[0]}-1"})
        assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "wave-frozen")
        assert (await town.delete(f"{base}?wave={wave}")).status_code == 409
        assert (await office.post(f"{WAVES}/{wave}/freezing")).status_code == 409
    document = await reporting.service.context.database["waves"].find_one({"_id": wave})
    assert document is not None
    told = [entry["y"].removeprefix("reporting.wave.") for entry in document["outbox"]]
    assert told == ["opened.v1", *["consented.v1"] * 8, "withdrawn.v1", "frozen.v1"]


async def test_a_consent_taken_back_at_the_moment_of_freezing_is_out_or_refused(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    wave = await opened(reporting)
    for slug in TOWNS:
        await consent(reporting, wave, slug)
    put = GivenRepository.put
    withdrawn: list[int] = []

    async def slowly(self: GivenRepository, given: Any) -> None:
        """Between reading the consents and writing the wave."""
        await put(self, given)
        if len(withdrawn) < 2:
            slug = TOWNS[len(withdrawn)]
            async with reporting.client(slug) as town:
                answer = await town.delete(f"/reporting/v1/{slug}/benchmark-consent?wave={wave}")
                withdrawn.append(answer.status_code)

    monkeypatch.setattr(GivenRepository, "put", slowly)
    async with reporting.client("-", "programme_office") as office:
        done = (await office.post(f"{WAVES}/{wave}/freezing")).json()
    rows = await reporting.service.context.database["wave_figures"].find({"wave": wave}).to_list(None)
    assert (withdrawn, done["taking_part"]) == ([204, 204], 12)
    assert sorted(row["tenant"] for row in rows) == TOWNS[2:], "what came to nothing is forgotten"


async def test_who_was_cut_off_while_freezing_has_frozen_nothing(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    wave = await opened(reporting)
    for slug in TOWNS:
        await consent(reporting, wave, slug)
    freezing: FreezeWaves = reporting.service.definition.state["services"].freeze_waves

    def dies(name: str) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as context:
        context.setattr("services.reporting.waves.freezing.failpoint", dies)
        with pytest.raises(asyncio.CancelledError):
            await freezing.freeze(wave)
    async with reporting.client(TOWNS[0]) as town, reporting.client("-", "programme_office") as office:
        assert (await office.get(f"{WAVES}/{wave}")).json()["status"] == "open"
        assert (await town.delete(f"/reporting/v1/{TOWNS[0]}/benchmark-consent?wave={wave}")).status_code == 204
        assert (await office.post(f"{WAVES}/{wave}/freezing")).json()["taking_part"] == 13
    rows = await reporting.service.context.database["wave_figures"].find({"wave": wave}).to_list(None)
    assert len(rows) == 13


async def test_a_disclosure_is_refused_with_groups_and_never_values(reporting: Reporting) -> None:
    """Eleven of twelve are in the smaller group, half of them low: who is in the larger one alone has to be high."""
    towns = TOWNS[:13]
    await closed(reporting, {slug: (30 + n if n < 6 else 91 + n / 2, 50 + n) for n, slug in enumerate(towns)})
    extra = reporting.topics
    start = len(extra.records)
    big = admitted(towns[12]).model_copy(update={"inhabitants": 900_000})
    extra.tell(towns[12], big, towns[12])
    await reporting.handle(extra.records[start:])
    groups = [
        {"id": "all", "label": {"de": "Alle"}},
        {"id": "small", "label": {"de": "Kleinere"}, "rule": {"population": {"to": 500_000}}},
    ]
    wave = await opened(reporting, groups=groups)
    for slug in towns:
        await consent(reporting, wave, slug)
    async with reporting.client("-", "programme_office") as office, reporting.client(towns[0]) as town:
        await office.post(f"{WAVES}/{wave}/freezing")
        refused = await office.post(f"{WAVES}/{wave}/publication")
        problem = refused.json()
        assert (refused.status_code, problem["type"].rpartition(":")[2]) == (409, "disclosure")
        assert problem["counterexample"] == [{"field": "f1", "groups": ["all", "small"], "earlier_waves": []}]
        assert "97" not in refused.text
        assert (await office.get(f"{WAVES}/{wave}")).json()["status"] == "frozen"
        wrong = await office.post(f"{WAVES}/{wave}/regrouping", json={"drop": ["nobody"]})
        assert wrong.json()["type"].rpartition(":")[2] == "unknown-group"
        done = await office.post(f"{WAVES}/{wave}/publication", json={"suppress": True})
        assert done.status_code == 200
        assert {(one["group"], one["field"]) for one in done.json()["certificate"]["suppressed"]} == {("small", "f1")}
        told = (await town.get(f"/reporting/v1/{towns[0]}/benchmark?group=small")).json()
        assert told["fields"]["f2"]["median"] is not None
        late = await office.post(f"{WAVES}/{wave}/regrouping", json={"drop": ["small"]})
        assert late.json()["type"].rpartition(":")[2] == "wave-published", "it never changes again"


async def test_groups_are_merged_and_dropped_before_the_publication(reporting: Reporting) -> None:
    wave = await frozen(reporting)
    async with reporting.client("-", "programme_office") as office:
        merge = {"id": "together", "label": "Zusammen", "groups": ["all", "cities"]}
        after = (await office.post(f"{WAVES}/{wave}/regrouping", json={"merge": [merge]})).json()
        assert [(group["id"], len(group["rules"])) for group in after["groups"]] == [("together", 2)]
        none = await office.post(f"{WAVES}/{wave}/regrouping", json={"drop": ["together"]})
        assert none.json()["type"].rpartition(":")[2] == "no-group-left"


async def test_a_later_wave_is_audited_against_what_was_published_before(reporting: Reporting) -> None:
    """Twelve published; a thirteenth joins with the same self-checks of the others: the median tells on which side it is."""
    towns = TOWNS[:13]
    await closed(reporting, {slug: (30 + n if n < 6 else 91 + n / 2, None) for n, slug in enumerate(towns)})
    one_group = BODY["groups"][:1]
    first = await opened(reporting, groups=one_group)
    for slug in towns[:12]:
        await consent(reporting, first, slug)
    second = await opened(reporting, groups=one_group)
    for slug in towns:
        await consent(reporting, second, slug)
    async with reporting.client("-", "programme_office") as office:
        for wave in (first, second):
            await office.post(f"{WAVES}/{wave}/freezing")
        done = await office.post(f"{WAVES}/{first}/publication")
        assert done.status_code == 200, done.text
        refused = (await office.post(f"{WAVES}/{second}/publication")).json()
    (found,) = refused["counterexample"]
    assert (found["groups"], found["earlier_waves"]) == (["all"], [{"wave": first, "group": "all"}])


async def test_a_wave_of_one_is_not_frozen(reporting: Reporting) -> None:
    await closed(reporting, {TOWNS[0]: (50, 50)})
    wave = await opened(reporting)
    await consent(reporting, wave, TOWNS[0])
    async with reporting.client("-", "programme_office") as office:
        answer = await office.post(f"{WAVES}/{wave}/freezing")
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "wave-too-small")
        assert (await office.post(f"{WAVES}/{wave}/publication")).json()["type"].endswith(":wave-not-frozen")


async def test_a_wave_freezes_by_itself_or_waits_for_more(reporting: Reporting) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    full, empty = await opened(reporting), await opened(reporting)
    for slug in TOWNS:
        await consent(reporting, full, slug)
    waves = reporting.service.context.database["waves"]
    freezing: FreezeWaves = reporting.service.definition.state["services"].freeze_waves
    for id in (full, empty):
        row = await waves.find_one({"_id": id})
        assert row is not None
        assert row["due_at"] == row["freezes_at"]
        await freezing.when_due(row)
    rows = {row["_id"]: row for row in await waves.find({}).to_list(None)}
    assert rows[full]["status"] == "frozen"
    assert "status" not in rows[empty]
    assert all("due_at" not in row for row in rows.values())


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"minimum": 4}, "/minimum"),
        ({"freezes_at": "2019-01-01T00:00:00Z"}, ""),
        ({"groups": []}, "/groups"),
        ({"groups": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]}, ""),
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


def token(page: Any) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def test_names_are_looked_for_in_the_group_and_not_among_the_first_of_all(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fourteen show their names; the two of the group come after the ten that are read at most."""
    monkeypatch.setattr("services.reporting.waves.repository.MOST_NAMED", 10)
    given = GivenRepository(reporting.service.context.database)
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
        GivenFigures(
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
    await given.put(rows)
    for group in wave.groups:
        found = sorted(one.tenant for one in await given.named(wave, group))
        assert found == [one.tenant for one in rows if belongs(group, one.facts)], group.id
        assert found, "each group holds somebody"
