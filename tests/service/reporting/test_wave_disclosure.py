"""A benchmark wave that would give somebody away is not published, alone or beside an earlier one; groups are merged or dropped."""

from __future__ import annotations

import re

from tests.service.reporting.towns import Reporting, admitted
from tests.service.reporting.waves import BODY, TOWNS, WAVES, closed, consent, frozen, opened


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
        assert not re.search(r"\b97\b", refused.text)
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
