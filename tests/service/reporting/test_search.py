"""How well the library's search answers, beside MongoDB's own text index on the same practices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from math import log2
from typing import Any

import pytest

from chassis.settings import Settings
from chassis.storage.mongo import Database, connect
from services.reporting.domain.practice import Content, PracticeState
from services.reporting.practices.documents import Practice
from services.reporting.practices.repository import CANDIDATES, PracticeIndex
from services.reporting.practices.search import Filters, PracticeSearch
from tests.service.reporting.practice_corpus import NOW, PRACTICES, SEARCHES

ENOUGH = 0.85


def practice(id: str, title: str, text: str, tenant: str = "stadt") -> Practice:
    content = Content(title={"de": title}, fields=("f",), steps={"de": text})
    state = PracticeState(edition=1, published=content, last_confirmed=NOW)
    return Practice(id=id, tenant=tenant, state=state, created_at=NOW, changed_at=NOW)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    opened = connect(settings, "reporting")
    yield opened
    await opened.close()


def ndcg(found: list[str], relevant: tuple[str, ...]) -> float:
    """At ten places; every answer that is relevant counts alike."""
    gained = sum(1 / log2(place + 2) for place, id in enumerate(found[:10]) if id in relevant)
    return gained / sum(1 / log2(place + 2) for place in range(min(10, len(relevant))))


async def test_judged_searches_are_answered_well(database: Database) -> None:
    index = PracticeIndex(database)
    await index.ensure_indexes()
    search = PracticeSearch(index)
    for id, (title, text) in PRACTICES.items():
        await search.index_or_remove(practice(id, title, text), "medium")
    await database["plain"].insert_many([{"_id": id, "title": t, "text": x} for id, (t, x) in PRACTICES.items()])
    await database.command(
        {
            "createIndexes": "plain",
            "indexes": [
                {
                    "key": {"title": "text", "text": "text"},
                    "name": "text",
                    "default_language": "german",
                    "weights": {"title": 4},
                }
            ],
        }
    )
    assert len(SEARCHES) >= 60
    ours, theirs, bad = [], [], []
    for query, relevant in SEARCHES:
        found = [hit.id for hit in await search.find(query, "de", Filters(), 10)]
        ours.append(ndcg(found, relevant))
        if ours[-1] < ENOUGH:
            bad.append((query, found[:3]))
        rows = await database.aggregate(
            "plain",
            [{"$match": {"$text": {"$search": query}}}, {"$sort": {"score": {"$meta": "textScore"}}}, {"$limit": 10}],
        )
        theirs.append(ndcg([row["_id"] for row in rows], relevant))
    mean, other = sum(ours) / len(ours), sum(theirs) / len(theirs)
    print(f"nDCG@10 over {len(ours)} searches: {mean:.3f}, MongoDB's text index {other:.3f}; below: {bad}")
    assert mean >= ENOUGH, bad
    assert mean > other


async def test_a_search_is_narrowed_by_filters_and_without_words_lists_all(database: Database) -> None:
    index = PracticeIndex(database)
    await index.ensure_indexes()
    search = PracticeSearch(index)
    await search.index_or_remove(practice("a", "Sprachcafé", "Treffen"), "small")
    await search.index_or_remove(practice("b", "Sprachcafé", "Treffen"), "large")
    assert [hit.id for hit in await search.find("Sprachcafe", "de", Filters(size="large"), 10)] == ["b"]
    assert [hit.id for hit in await search.find("", "de", Filters(), 10)] == ["b", "a"], "without words the newest"
    assert await search.find("der die das", "de", Filters(), 10) == [], "words that say nothing find nothing"
    assert await search.find("Sprachcafe", "de", Filters(public=True), 10) == []
    assert await search.find("\u200b$ne {}", "de", Filters(field='{"$ne": 1}'), 10) == []


async def test_a_search_asks_little_of_a_large_library(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """3,000 practices with common words: what is weighed stays within the limit of candidates."""
    index = PracticeIndex(database)
    await index.ensure_indexes()
    search = PracticeSearch(index)
    from chassis.storage.documents import to_stored
    from services.reporting.practices.search import entry

    made = []
    for number in range(3_000):
        title, text = list(PRACTICES.values())[number % len(PRACTICES)]
        one = practice(f"p{number:05}", title, text)
        assert one.state.published is not None
        made.append(to_stored(entry(one, one.state.published, "medium")) if number < len(PRACTICES) else None)
        if made[-1] is None:
            made[-1] = {**(made[number % len(PRACTICES)] or {}), "_id": one.id}
    await database["practice_index"].insert_many(made)
    weighed, candidates = [], index.find_candidates

    async def counted(*asked: Any) -> list[tuple[str, dict[str, float]]]:
        found = await candidates(*asked)
        weighed.append(len(found))
        return found

    monkeypatch.setattr(index, "find_candidates", counted)
    assert len(await search.find("Sprache Verwaltung Menschen", "de", Filters(), 20)) == 20
    # How long that takes, the bench of the library says.
    assert 20 <= max(weighed) <= CANDIDATES
