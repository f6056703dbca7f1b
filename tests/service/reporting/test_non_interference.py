"""What a municipality sees of itself and does not give is seen by nobody else, byte for byte, on no route, page or file of reporting.

Reporting learns of answers by events alone, and those are alike where shown cells are alike
(`tests/service/selfcheck/test_non_interference.py`). Here two programmes get the same figures given across, while two
municipalities' own results differ: theirs may show cells of three or four voices, which count nowhere beyond them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from chassis import service as chassis_service
from chassis.settings import Settings
from contracts import selfcheck as s
from tests.service.reporting.test_joint import node
from tests.service.reporting.test_recommendations import STRONG, WEAK, practice, published
from tests.service.reporting.towns import Reporting, reporting_on
from tests.service.reporting.waves import FIELDS, TOWNS, consent, figure, opened
from tests.support.namespaces import namespace
from tests.support.twins import StandingClock, as_text, got_paths

THEIR_OWN = STRONG, TOWNS[5]
"""Municipalities whose own results differ in the two programmes."""
NEIGHBOUR, DISTRICT = TOWNS[2], "kreis"
OTHERS = ((WEAK, "coordinator"), (NEIGHBOUR, "decision_maker"), (DISTRICT, "coordinator"), ("-", "programme_office"))
HOME: tuple[dict[str, Any], ...] = (
    {},
    {slug: {field: {**figure(3), "answered": 4} for field in FIELDS} for slug in THEIR_OWN},
)


@pytest.fixture
async def programmes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Reporting]]:
    monkeypatch.setattr(chassis_service, "SystemClock", StandingClock)
    async with AsyncExitStack() as both:
        made = []
        for _ in HOME:
            own = both.enter_context(namespace(settings.mongodb_uri))
            made.append(await both.enter_async_context(reporting_on(settings.model_copy(update={"namespace": own}))))
        yield made


async def tell_joint(reporting: Reporting) -> None:
    """A closed joint self-check of three, one of them with results of its own."""
    topics, start = reporting.topics, len(reporting.topics.records)
    members = (WEAK, NEIGHBOUR, STRONG)
    view = s.Titled(id="administration", title={"de": "Verwaltung"})
    topics.tell(
        "j1",
        s.JointOpened(
            joint_id="j1",
            district=DISTRICT,
            title={"de": "Gemeinsam"},
            questionnaire_id="weltoffene-kommune",
            version="1",
            perspectives=(view,),
            members=members,
        ),
        DISTRICT,
    )
    given = tuple(
        s.JointMember(member=name, overall=node(50), fields={field: node(20 * n) for field in FIELDS})
        for n, name in enumerate(members, 1)
    )
    together = {"overall": node(50), "fields": {field: node(40, 15) for field in FIELDS}}
    topics.tell("j1", s.JointClosed(joint_id="j1", members=given, together=together), DISTRICT)
    await reporting.handle(topics.records[start:])


async def told(reporting: Reporting, home: dict[str, Any]) -> dict[str, str]:
    """By reader and address, what everybody else is told once a wave stands and a mark is given; ids by what they are of."""
    wave = await published(reporting, at_home=home)
    later = await opened(reporting, title={"de": "Welle 2027"})
    assert await consent(reporting, later, STRONG) == 200
    id = await practice(reporting, STRONG)
    async with reporting.client(STRONG) as town:
        marks = f"/reporting/v1/{STRONG}/practices/{id}/marks"
        assert (await town.put(marks, json={"field": FIELDS[0]})).status_code == 200
    await tell_joint(reporting)
    named = {wave: "WAVE", later: "LATER", id: "PRACTICE"}
    found = {}
    for tenant, role in (*OTHERS, (None, "")):
        async with reporting.client(tenant, role) as client:
            for address in addresses(reporting, tenant, [wave, later, id, "j1", *(f"{slug}-1" for slug in THEIR_OWN)]):
                answer = await client.get(address)
                assert answer.status_code < 500, (address, answer.text)
                text = f"{answer.status_code} {as_text(answer.content)}"
                for real, name in named.items():
                    text, address = text.replace(real, name), address.replace(real, name)
                found[f"{tenant} {role} {address}"] = text
    return found


def addresses(reporting: Reporting, tenant: str | None, ids: list[str]) -> list[str]:
    """Every GET route of reporting, filled in: of one's own municipality, and of one that says nothing of itself; a new one is in
    by itself."""
    found = []
    slugs = [STRONG, *([tenant] if tenant not in (None, "-") else [])]
    for path in got_paths(reporting.service):
        options = {"tenant": slugs, "id": ids, "number": ["1"], "language": ["de"], "field": FIELDS[:1]}
        names = re.findall(r"\{(\w+)\}", path)
        combined = itertools.product(*(options[name] for name in names))
        found += [path.format(**dict(zip(names, chosen, strict=True))) for chosen in combined]
    found += [f"/reporting/v1/{slug}/benchmark?group=cities" for slug in slugs]
    return found


async def test_what_is_not_given_across_is_seen_by_nobody_else(programmes: list[Reporting]) -> None:
    here, there = [await told(one, home) for one, home in zip(programmes, HOME, strict=True)]
    assert here.keys() == there.keys()
    for place, one in here.items():
        assert one == there[place], place
    good = {place for place, one in here.items() if one.startswith("200")}
    for part in (
        "/benchmark",
        "/recommendations",
        "/series",
        "j1/report.pdf",
        "j1/data.xlsx",
        "/programme.xlsx",
        "WAVE",
    ):
        assert any(part in place for place in good), f"nobody saw {part}"
    assert any("Stark in" in here[place] for place in good), "the mark is seen"


async def test_whose_results_differ_sees_them(programmes: list[Reporting]) -> None:
    """The walk above would find something: at home it differs."""
    shown = []
    for one, home in zip(programmes, HOME, strict=True):
        await published(one, at_home=home)
        async with one.client(STRONG) as town:
            shown.append((await town.get(f"/reporting/v1/{STRONG}/assessments/{STRONG}-1")).json()["fields"])
    assert shown[0] != shown[1]
