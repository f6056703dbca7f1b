"""Search in the library: an own index of terms in MongoDB, weighed here."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cachetools import TTLCache

from chassis.ids import is_id
from chassis.storage.mongo import Document
from chassis.storage.pagination import unknown_place
from services.reporting.domain.compounds import part_words
from services.reporting.domain.practice import TEXTS, Content
from services.reporting.domain.ranking import RULES, STRONG, Passage, document_terms, rarity, score
from services.reporting.domain.search_text import corrected_terms, query_words
from services.reporting.practices.documents import IndexEntry, Practice
from services.reporting.practices.repository import MOST_WORDS, PracticeIndex

PLACE = {"title": 4.0, "goal": 1.5, "result": 1.2, "start": 1.0, "steps": 1.0, "target_group": 1.0}
OTHERWISE = 0.6
REMEMBER = 600.0
"""Seconds for which the spread of a term is taken as known."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; None: any. `public`: only what everybody may read."""

    field: str | None = None
    size: str | None = None
    language: str | None = None
    public: bool = False
    cost: int | None = None
    """At most so many euros; what does not say its cost is left out."""

    def condition(self) -> Document:
        chosen = {"fields": self.field, "size": self.size, "languages": self.language}
        condition: Document = {name: value for name, value in chosen.items() if value}
        if self.cost is not None:
            condition["cost"] = {"$lte": self.cost}
        return condition | ({"public": True} if self.public else {})


@dataclass(frozen=True, slots=True)
class Hit:
    """A practice that a search found. `matched`: the words of the search that were met."""

    id: str
    score: float
    matched: Sequence[str]


class PracticeSearch:
    """Writes index entries and answers searches."""

    def __init__(self, index: PracticeIndex) -> None:
        self._index = index
        self._spread: TTLCache[str, int] = TTLCache(20_000, REMEMBER)
        self._words: TTLCache[str, frozenset[str]] = TTLCache(1, REMEMBER)

    async def index_or_remove(self, practice: Practice, size: str) -> None:
        """Index what is published; take away what is not any more."""
        content = practice.state.published
        if content is None or practice.state.retired:
            await self._index.remove(practice.id)
            return
        vocabulary = await self._vocabulary()
        german = (getattr(content, part).get(code, "") for part in TEXTS for code in ("de", "de-simple"))
        new_words = set().union(*map(part_words, german)) - vocabulary if len(vocabulary) < MOST_WORDS else set()
        await self._index.add_words(new_words)
        if new_words:
            self._words[""] = vocabulary | new_words
        await self._index.upsert(
            await asyncio.to_thread(entry, practice, content, size, self._words.get("", vocabulary))
        )

    async def find(self, query: str, language: str, filters: Filters, limit: int, after: str = "") -> list[Hit]:
        """The best first; without a query the newest. `after`: the cursor of the last one that was seen. Raises Problem 422."""
        if after and not is_id(after):
            raise unknown_place()
        vocabulary = await self._vocabulary()
        typed = query_words(query, [language], vocabulary)
        if not typed:
            beyond = {"_id": {"$lt": after}} if after else {}
            newest = await self._index.newest(filters.condition() | beyond, limit)
            return [Hit(id, 0.0, ()) for id in newest] if not query.strip() else []
        terms_of_words = list(typed.values())
        candidates = await self._index.find_candidates(terms_of_words, filters.condition())
        terms_met = {term for _, weights in candidates for term in weights}
        if mistyped := [word for word, terms in typed.items() if not terms.keys() & terms_met]:
            corrections = {word: corrected_terms(word, [language], vocabulary) for word in mistyped}
            terms_of_words = [corrections.get(word) or terms for word, terms in typed.items()]
            if any(corrections.values()):
                candidates = await self._index.find_candidates(terms_of_words, filters.condition())
        rarities = await self._rarities({term for _, weights in candidates for term in weights})
        hits = [
            Hit(id, score(terms_of_words, weights, rarities), _words_met(terms_of_words, weights))
            for id, weights in candidates
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        start = next((place for place, hit in enumerate(hits, 1) if hit.id == after), 0)
        return hits[start : start + limit] if start or not after else []

    async def _vocabulary(self) -> frozenset[str]:
        vocabulary = self._words.get("")
        if vocabulary is None:
            vocabulary = self._words[""] = await self._index.words()
        return vocabulary

    async def _rarities(self, terms: set[str]) -> dict[str, float]:
        """How rare each term is in the library; counts are remembered for a while."""
        uncounted = [term for term in terms if term not in self._spread]
        for term, count in zip(
            uncounted, await asyncio.gather(*map(self._index.count_entries, uncounted)), strict=True
        ):
            self._spread[term] = count
        if "" not in self._spread:
            self._spread[""] = await self._index.size()
        documents = self._spread[""]
        return {term: rarity(max(documents, self._spread[term]), self._spread[term]) for term in terms}


def entry(practice: Practice, content: Content, size: str, vocabulary: Collection[str] = frozenset()) -> IndexEntry:
    """The entry of what is published, in all its languages. `vocabulary`: of the library, for the parts of compounds."""
    passages = [
        Passage(text, language, PLACE.get(part, OTHERWISE))
        for part in TEXTS
        for language, text in getattr(content, part).items()
    ]
    terms = document_terms(passages, vocabulary)
    return IndexEntry(
        id=practice.id,
        tenant=practice.tenant,
        terms=tuple(terms),
        weights=terms,
        strong=tuple(term for term, weight in terms.items() if weight >= STRONG),
        fields=content.fields,
        size=size,
        languages=content.languages,
        cost=content.cost.low if content.cost else None,
        public=content.public,
        edition=practice.state.edition,
        rules=RULES,
    )


def _words_met(terms_of_words: Iterable[Mapping[str, float]], weights: Mapping[str, float]) -> tuple[str, ...]:
    """The words of a search of which an entry has a term."""
    return tuple(_word_of(terms) for terms in terms_of_words if weights.keys() & terms.keys())


def _word_of(terms: Mapping[str, float]) -> str:
    """A word by the strongest of its terms that is a word: no idea of the thesaurus and no family of words."""
    return max((term for term in terms if term[0] not in "=~"), key=lambda term: terms[term], default="")
