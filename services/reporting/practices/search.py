"""Search in the library: an own index of terms in MongoDB, weighed here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from cachetools import TTLCache

from chassis.storage.mongo import Document
from services.reporting.domain.practice import TEXTS, Content
from services.reporting.domain.ranking import STRONG, Passage, document_terms, rarity, score
from services.reporting.domain.search_text import query_terms
from services.reporting.practices.documents import IndexEntry, Practice
from services.reporting.practices.repository import PracticeIndex

PLACE = {"title": 4.0, "goal": 1.5, "result": 1.2, "start": 1.0, "steps": 1.0, "target_group": 1.0}
OTHERWISE = 0.6
REMEMBER = 600.0
"""Seconds for which the spread of a term is taken as known."""


@dataclass(frozen=True, slots=True)
class Filters:
    """None: any. `public`: only what everybody may read."""

    field: str | None = None
    size: str | None = None
    language: str | None = None
    public: bool = False

    def condition(self) -> Document:
        wanted = {"fields": self.field, "size": self.size, "languages": self.language}
        return {name: value for name, value in wanted.items() if value} | ({"public": True} if self.public else {})


@dataclass(frozen=True, slots=True)
class Hit:
    """`matched`: the words of the search that were met."""

    id: str
    score: float
    matched: Sequence[str]


class PracticeSearch:
    """Writes index entries and answers searches."""

    def __init__(self, index: PracticeIndex) -> None:
        self._index = index
        self._spread: TTLCache[str, int] = TTLCache(20_000, REMEMBER)

    async def put(self, practice: Practice, size: str) -> None:
        """Index what is published; take away what is not any more."""
        content = practice.state.published
        if content is None or practice.state.retired:
            await self._index.remove(practice.id)
            return
        await self._index.put(await asyncio.to_thread(entry, practice, content, size))

    async def find(self, query: str, language: str, filters: Filters, limit: int) -> list[Hit]:
        """The best first; without a query the newest."""
        asked = query_terms(query, [language])
        if not asked:
            newest = await self._index.newest(filters.condition(), limit)
            return [Hit(id, 0.0, ()) for id in newest] if not query.strip() else []
        found = await self._index.candidates([list(word) for word in asked], filters.condition())
        rare = await self._rarities({term for _, weights in found for term in weights})
        hits = [
            Hit(id, score(asked, weights, rare), tuple(_named(word) for word in asked if weights.keys() & word.keys()))
            for id, weights in found
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]

    async def _rarities(self, terms: set[str]) -> dict[str, float]:
        unknown = [term for term in terms if term not in self._spread]
        for term, count in zip(unknown, await asyncio.gather(*map(self._index.spread, unknown)), strict=True):
            self._spread[term] = count
        if "" not in self._spread:
            self._spread[""] = await self._index.size()
        documents = self._spread[""]
        return {term: rarity(max(documents, self._spread[term]), self._spread[term]) for term in terms}


def entry(practice: Practice, content: Content, size: str) -> IndexEntry:
    """The entry of what is published, in all its languages."""
    passages = [
        Passage(text, language, PLACE.get(part, OTHERWISE))
        for part in TEXTS
        for language, text in getattr(content, part).items()
    ]
    terms = document_terms(passages)
    return IndexEntry(
        id=practice.id,
        tenant=practice.tenant,
        terms=tuple(terms),
        weights=tuple(terms.values()),
        strong=tuple(term for term, weight in terms.items() if weight >= STRONG),
        fields=content.fields,
        size=size,
        languages=content.languages,
        public=content.public,
        edition=practice.state.edition,
    )


def _named(word: dict[str, float]) -> str:
    """The word by its strongest term that is no idea of the thesaurus."""
    return max((term for term in word if not term.startswith("=")), key=lambda term: word[term], default="")
