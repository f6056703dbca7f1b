"""A nation's benchmark wave: 10,800 municipalities frozen, audited against an earlier wave, and published; and its page."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson

from chassis.identity.tokens import LocalIssuer
from chassis.service import Service
from chassis.settings import Settings
from deploy.local.stack import LocalStack
from services.reporting.domain.wave_groups import SETS
from services.reporting.service import compose
from tests.load.client import percentile
from tests.load.figure import Figure
from tests.load.registrations import bench_settings

NATION = 10_800
FIELDS = tuple(f"field-{number}" for number in range(1, 8))
LIMIT_S, PAGE_MS = 300.0, 50.0
NOW = datetime(2026, 11, 1, tzinfo=UTC)


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    return await measure(bench_settings(stack, folder))


async def measure(settings: Settings, municipalities: int = NATION) -> list[Figure]:
    """A tenth shows its name; a year before, three quarters gave other figures, so that waves are linked by those who gave none anew."""
    service = Service("reporting", compose, settings)
    database = service.context.database
    await database.drop()
    await service.prepare()
    chance = random.Random(11)
    slugs = [f"town-{number}" for number in range(municipalities)]
    await _nation(database, slugs, chance)
    transport = httpx.ASGITransport(service.app(works=False), raise_app_exceptions=False)
    issuer, times = LocalIssuer(settings), []

    def client(tenant: str, role: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {issuer.issue(tenant, role)}"}
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, timeout=900)

    async with client("-", "programme_office") as office:
        for year, old in ((2025, True), (2026, False)):
            wave = await _joined(office, database, slugs, year, old, chance)
            began = time.perf_counter()
            frozen = await office.post(f"/reporting/v1/benchmark-waves/{wave}/freezing")
            assert frozen.status_code == 200, frozen.text
            middle = time.perf_counter()
            done = await office.post(f"/reporting/v1/benchmark-waves/{wave}/publication", json={"suppress": True})
            assert done.status_code == 200, done.text
            spent, freezing = time.perf_counter() - began, middle - began
            certificate = done.json()["certificate"]
    async with client(slugs[0], "coordinator") as town:
        groups = [group["id"] for group in frozen.json()["groups"]]
        for turn in range(200):
            began = time.perf_counter()
            page = await town.get(f"/reporting/{slugs[0]}/benchmark?group={groups[turn % len(groups)]}")
            assert page.status_code == 200
            if turn >= 20:
                times.append((time.perf_counter() - began) * 1000)
    await database.drop()
    await database.close()
    p95 = percentile(times, 95)
    note = (
        f"freezing {freezing:.1f} s, {certificate['groups']} groups × {certificate['fields']} fields, "
        f"{certificate['viewers_checked']:,} pairs, {certificate['programs_solved']} programs, "
        f"{len(certificate['suppressed'])} suppressed"
    )
    return [
        Figure(
            f"wave of {municipalities:,} frozen, audited, published", spent, "s", LIMIT_S, "to stay below", "less", note
        ),
        Figure("page of a benchmark, p95", p95, "ms", PAGE_MS, "to stay below", "less", f"{len(times)} pages"),
    ]


async def _nation(database: Any, slugs: list[str], chance: random.Random) -> None:
    states, kinds = (
        [group.rules[0].state for group in SETS["state"]],
        ("city", "municipality", "municipality", "district"),
    )
    for start in range(0, len(slugs), 2_000):
        some = slugs[start : start + 2_000]
        await database["tenants"].insert_many(
            [
                {
                    "_id": slug,
                    "tenant": slug,
                    "status": "admitted",
                    "name": {"de": slug},
                    "kind": chance.choice(kinds),
                    "state": chance.choice(states),
                    "inhabitants": int(10 ** chance.uniform(2.5, 5.8)),
                    "languages": ["de"],
                }
                for slug in some
            ]
        )
        await database["assessments"].insert_many(
            [_assessment(f"{slug}-{year}", slug, chance) for slug in some for year in (2025, 2026)]
        )
    await database["questionnaires"].insert_one(
        {
            "_id": "weltoffene-kommune:1",
            "tenant": "-",
            "title": {"de": "Selbstcheck"},
            "fields": [{"id": field, "title": {"de": f"Handlungsfeld {field}"}} for field in FIELDS],
            "questions": [],
            "at": NOW,
        }
    )


def _assessment(id: str, slug: str, chance: random.Random) -> dict[str, Any]:
    base = chance.gauss(55, 10)
    fields = {field: {"score": min(100, max(0, round(chance.gauss(base, 12))))} for field in FIELDS}
    return {
        "_id": id,
        "tenant": slug,
        "title": {"de": "Selbstcheck"},
        "questionnaire": "weltoffene-kommune:1",
        "status": "closed",
        "perspectives": [],
        "at": NOW,
        "across": orjson.dumps({"fields": fields}).decode(),
    }


async def _joined(
    office: httpx.AsyncClient, database: Any, slugs: list[str], year: int, old: bool, chance: random.Random
) -> str:
    """A wave in which all take part: consents are written as the use case writes them, without asking ten thousand times."""
    groups = [group for name in ("all", "size", "kind", "state") for group in SETS[name]]
    body = {
        "title": f"Welle {year}",
        "questionnaire": {"id": "weltoffene-kommune", "versions": ["1"]},
        "opens_at": f"{year}-01-01T00:00:00Z",
        "freezes_at": "2099-01-01T00:00:00Z",
        "groups": [_group(group) for group in groups],
    }
    made = await office.post("/reporting/v1/benchmark-waves", json=body)
    assert made.status_code == 201, made.text
    id = str(made.json()["id"])
    joined = {
        slug: {
            "assessment": f"{slug}-{2025 if old or chance.random() < 0.25 else 2026}",
            "named": chance.random() < 0.1,
            "at": NOW,
        }
        for slug in slugs
        if not old or chance.random() < 0.75
    }
    await database["waves"].update_one({"_id": id}, {"$set": {"joined": joined}, "$inc": {"version": 1}})
    return id


def _group(group: Any) -> dict[str, Any]:
    (rule,) = group.rules
    told: dict[str, Any] = {"kind": rule.kind, "state": rule.state}
    if rule.population is not None:
        told["population"] = {"from": rule.population.low, "to": rule.population.high}
    return {"id": group.id, "label": group.label, "rule": told}
