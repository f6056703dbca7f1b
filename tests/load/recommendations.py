"""The page of recommendations for 10,800 municipalities with 20,000 practices, of which a fifth carry a mark."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson

from chassis.identity.tokens import LocalIssuer
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.documents import to_stored
from deploy.local.stack import LocalStack
from services.reporting.domain.practice import Content, PracticeState
from services.reporting.practices.documents import Practice
from services.reporting.recommendations.documents import Mark
from services.reporting.recommendations.repository import id_of
from services.reporting.service import compose
from tests.load.client import percentile
from tests.load.figure import Figure
from tests.load.registrations import bench_settings

NATION, PRACTICES, MARKED = 10_800, 20_000, 5
FIELDS = tuple(f"field-{number}" for number in range(1, 8))
LIMIT_MS, PAGES, ASKING = 100.0, 150, 30
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TEXT = {"de": "Ein Pool von Sprachmittlern wurde aufgebaut und geschult; Ämter buchen ihn am Vortag. " * 4}


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    return [await measure(bench_settings(stack, folder))]


async def measure(settings: Settings) -> Figure:
    """Thirty municipalities ask in turn, each with three weak fields."""
    service = Service("reporting", compose, settings)
    database = service.context.database
    await database.drop()
    await service.prepare()
    chance = random.Random(3)
    slugs = [f"town-{number}" for number in range(NATION)]
    places, tenants, practices, marks = [], [], [], []
    for number, slug in enumerate(slugs):
        ags, people = f"{number:08}", int(10 ** chance.uniform(2.5, 5.8))
        facts = {"name": {"de": slug}, "kind": "city", "state": "Hessen", "inhabitants": people, "languages": ["de"]}
        tenants.append({"_id": slug, "tenant": slug, "status": "admitted", "ags": ags, **facts})
        listed = {"name": slug, "state": "Hessen", "as_of": "2026-01-01", "kind": "city", "inhabitants": people}
        area = people / chance.uniform(50, 2_000)
        more = {"area": area, "urbanisation": chance.randint(1, 3), "ended": False, "at": NOW}
        places.append({"_id": ags, "tenant": "-", **listed, **more})
    for number in range(PRACTICES):
        slug, field, id = chance.choice(slugs), chance.choice(FIELDS), f"practice-{number}"
        content = Content(title={"de": f"Praxis {number}"}, fields=(field,), goal=TEXT, steps=TEXT, named=True)
        state = PracticeState(edition=1, published=content, last_confirmed=NOW, published_at=NOW)
        practices.append(to_stored(Practice(id=id, tenant=slug, state=state, created_at=NOW, changed_at=NOW)))
        if number % MARKED == 0:
            mark = Mark(id=id_of(id, field), tenant=slug, practice=id, field=field, wave="w", group="all", given_at=NOW)
            marks.append(to_stored(mark))
    fields = {field: {"score": 30 + 4 * at, "perspectives": {}} for at, field in enumerate(FIELDS)}
    result = orjson.dumps({"overall": {"score": 40}, "fields": fields, "questions": {}}).decode()
    checks = [
        {
            "_id": f"check-{slug}",
            "tenant": slug,
            "title": {"de": "Selbstcheck"},
            "questionnaire": "weltoffene-kommune:1",
            "status": "closed",
            "perspectives": [],
            "at": NOW,
            "result": result,
        }
        for slug in slugs[:ASKING]
    ]
    rows = {"tenants": tenants, "gazetteer": places, "practices": practices, "marks": marks, "assessments": checks}
    for name, documents in rows.items():
        for start in range(0, len(documents), 2_000):
            await database[name].insert_many(documents[start : start + 2_000])
    transport = httpx.ASGITransport(service.app(works=False), raise_app_exceptions=False)
    issuer, times, shown = LocalIssuer(settings), list[float](), 0
    for turn in range(PAGES):
        slug = slugs[turn % ASKING]
        headers = {"Authorization": f"Bearer {issuer.issue(slug, 'coordinator')}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as town:
            began = time.perf_counter()
            page = await town.get(f"/reporting/{slug}/recommendations")
            assert page.status_code == 200, page.text
            shown += page.text.count("Praxis ")
            if turn >= ASKING:
                times.append((time.perf_counter() - began) * 1000)
    await database.drop()
    await database.close()
    p95 = percentile(times, 95)
    note = f"median {sorted(times)[len(times) // 2]:.0f} ms, {shown / PAGES:.1f} practices on a page"
    return Figure(
        f"recommendations among {PRACTICES:,} practices, p95", p95, "ms", LIMIT_MS, "to stay below", "less", note
    )
