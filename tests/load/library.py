"""Searching a library of 20,000 practices."""

from __future__ import annotations

import random
import time
from pathlib import Path

from chassis.settings import Settings
from chassis.storage.documents import to_stored
from chassis.storage.mongo import connect
from deploy.local.stack import LocalStack
from services.reporting.domain.practice import Content, PracticeState
from services.reporting.practices.documents import Practice
from services.reporting.practices.repository import PracticeIndex
from services.reporting.practices.search import Filters, PracticeSearch, entry
from tests.load.client import percentile
from tests.load.figure import Figure
from tests.load.registrations import bench_settings
from tests.service.reporting.practice_corpus import NOW, PRACTICES, SEARCHES

ALL, WRITTEN = 20_000, 1_000
"""Practices, and how many of them differ: mixed of the texts of a small judged library, so that common words are common."""
LIMIT_MS = 30.0


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    return [await measure(bench_settings(stack, folder))]


async def measure(settings: Settings) -> Figure:
    """Every judged search three times, the spread of terms known after the first."""
    database = connect(settings, "library")
    await database.drop()
    index = PracticeIndex(database)
    await index.ensure_indexes()
    await index.add_words({word.lower() for title, _ in PRACTICES.values() for word in title.split() if word.isalpha()})
    chance, texts = random.Random(7), list(PRACTICES.values())
    rows = []
    for number in range(WRITTEN):
        (title, first), (_, second), (_, third) = chance.sample(texts, 3)
        content = Content(title={"de": title}, fields=("f",), goal={"de": first}, steps={"de": f"{second} {third}"})
        state = PracticeState(edition=1, published=content, last_confirmed=NOW)
        one = Practice(id=f"p{number:05}", tenant="stadt", state=state, created_at=NOW, changed_at=NOW)
        rows.append(to_stored(entry(one, content, ("small", "medium", "large")[number % 3])))
    for copy in range(0, ALL, WRITTEN):
        made = [{**row, "_id": f"{row['_id']}-{copy}"} for row in rows]
        await database["practice_index"].insert_many(made)
    search, times = PracticeSearch(index), []
    for turn in range(3):
        for query, _ in SEARCHES:
            began = time.perf_counter()
            await search.find(query, "de", Filters(size="medium") if turn == 2 else Filters(), 20)
            if turn:
                times.append((time.perf_counter() - began) * 1000)
    await database.drop()
    await database.close()
    p95 = percentile(times, 95)
    note = f"median {sorted(times)[len(times) // 2]:.1f} ms, {len(times)} searches"
    return Figure(f"search in {ALL:,} practices, p95", p95, "ms", LIMIT_MS, "to stay below", "less", note)
