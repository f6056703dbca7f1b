"""How well a practice answers a search: its terms weighed when it is written, rare terms counting more when it is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from services.reporting.domain.search_text import terms

SATURATION = 2.0
"""A term that stands there this often (weighed) has half of what it can have: the tenth mention adds little."""
MOST_TERMS = 400
"""Of a practice; the weakest are left out."""
RULES = 5
"""The version of the rules by which terms are made (here, in `search_text`, `word_forms`, `compounds` and `thesaurus.toml`): it rises with each change of them.
Entries keep the version they were made by; those of another one are written anew after the start."""
STRONG = 0.55
"""From this weight on a term says what the practice is about."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a practice; `weight`: how much its place tells (a title more than a step)."""

    text: str
    language: str
    weight: float


def document_terms(passages: Iterable[Passage], vocabulary: Collection[str] = frozenset()) -> dict[str, float]:
    """The terms of a practice with weights of 0–1, the strongest first."""
    sums: dict[str, float] = {}
    for passage in passages:
        for term, weight in terms(passage.text, passage.language, vocabulary):
            sums[term] = sums.get(term, 0.0) + weight * passage.weight
    weighed = sorted(
        ((frequency / (frequency + SATURATION), term) for term, frequency in sums.items()),
        key=lambda entry: (-entry[0], entry[1]),
    )
    return {term: round(weight, 4) for weight, term in weighed[:MOST_TERMS]}


def rarity(documents: int, with_term: int) -> float:
    """The inverse document frequency of BM25, never negative."""
    return log(1 + (documents - with_term + 0.5) / (with_term + 0.5))


def score(
    terms_of_words: Sequence[Mapping[str, float]], weights: Mapping[str, float], rarities: Mapping[str, float]
) -> float:
    """How well one practice answers: the sum over the words of the best of each word's terms. `weights`: of the practice's terms that
    were asked for.

    All words together beat one of them alone: the sum is multiplied by the share of the words that were met, but for a floor.
    """
    best_of_words = [_best_term(terms, weights, rarities) for terms in terms_of_words]
    share_met = sum(best > 0 for best in best_of_words) / len(best_of_words) if best_of_words else 0.0
    return sum(best_of_words) * (0.4 + 0.6 * share_met)


def _best_term(terms: Mapping[str, float], weights: Mapping[str, float], rarities: Mapping[str, float]) -> float:
    """What the best of a word's terms counts; nothing where the practice has none of them."""
    counts = [nearness * weights[term] * rarities.get(term, 1.0) for term, nearness in terms.items() if term in weights]
    return max(counts, default=0.0)
