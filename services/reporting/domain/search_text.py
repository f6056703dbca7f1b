"""From text to search terms: stems, parts of compounds, other words of the field for the same thing.

A term is a string that stands in the index of a practice with a weight. What people type is turned into terms by the same
rules, so that "Mueller" meets "Müller", "Dolmetscherinnen" meets "Dolmetscher", and "Sprachmittlungspool" meets "Sprachmittlung".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain

from services.reporting.domain.compounds import all_parts, known_parts
from services.reporting.domain.thesaurus import CONCEPTS, STOP_WORDS
from services.reporting.domain.word_forms import bases, deeds, folded, languages_of, spellings, stems, words

MOST_WORDS = 16
"""Of a query; what comes after is not looked for."""
SHORTEST_MISTYPED = 6
"""Letters: a shorter word is one slip away from too many others."""
MOST_CORRECTIONS = 5
AFTER_A_SLIP = 0.8
"""The weight that is left to the terms of a corrected word."""


def terms(text: str, language: str, vocabulary: Collection[str] = frozenset()) -> Iterator[tuple[str, float]]:
    """The terms of a text with their weights: a word's own stem 1, a part of a compound and what a word is derived
    from 0.6, what it means 0.5.

    `vocabulary`: folded words of the library, beside those of the field, that compounds may be made of.
    """
    compound_parts = known_parts() if not vocabulary else _Either(known_parts(), vocabulary)
    for word in words(text):
        if word in STOP_WORDS or (len(word) < 2 and word.isascii()):
            continue
        own_stems = stems(word, language)
        for stem in own_stems:
            yield stem, 1.0
        # Whatever language is meant: who types a word of the thesaurus in another one means the same.
        meanings = _meanings(own_stems | spellings(word))
        yield from ((meaning, 0.5) for meaning in meanings)
        if language.startswith("de"):
            parts = all_parts(folded(word), compound_parts)
            known = known_parts().intersection((folded(word), *parts))
            related_stems = {stem for part in parts for stem in stems(part, "de") | bases(part)} | bases(word)
            related_stems |= {deed for one in known for deed in deeds(one)}
            # What has a meaning as a whole is less about its parts: a kindergarten is no garden.
            share = 0.5 if meanings and parts else 1.0
            yield from ((stem, 0.6 * share) for stem in related_stems - own_stems)
            yield from ((meaning, 0.4 * share) for meaning in _meanings(related_stems - own_stems) - meanings)


def query_terms(
    query: str, languages: Collection[str], vocabulary: Collection[str] = frozenset()
) -> list[dict[str, float]]:
    """For each word that was typed, its terms in any of the languages with the best weight each."""
    return list(query_words(query, languages, vocabulary).values())


def query_words(
    query: str, languages: Collection[str], vocabulary: Collection[str] = frozenset()
) -> dict[str, dict[str, float]]:
    """Each word that was typed → its terms, as `query_terms`."""
    weights = {}
    for word in words(query)[:MOST_WORDS]:
        expanded: dict[str, float] = {}
        for language in dict.fromkeys((*languages, "de", "en")):
            for term, weight in terms(word, language, vocabulary):
                expanded[term] = max(weight, expanded.get(term, 0.0))
        if expanded:
            for meaning in _meanings(form for language in languages_of(word) for form in stems(word, language)):
                expanded[meaning] = max(0.5, expanded.get(meaning, 0.0))
            weights[word] = expanded
    return weights


def corrected_terms(word: str, languages: Collection[str], vocabulary: Collection[str]) -> dict[str, float]:
    """The terms of words that this one may be a slip of, for a word that nothing was found by; they count less."""
    terms_of_corrections = query_terms(" ".join(corrections(word, vocabulary)), languages, vocabulary)
    return {term: AFTER_A_SLIP * weight for terms in terms_of_corrections for term, weight in terms.items()}


def corrections(word: str, vocabulary: Iterable[str]) -> list[str]:
    """Words of the vocabulary and of the field that are one slip away from this one: a letter left out, added, exchanged or swapped."""
    typed = folded(word)
    if len(typed) < SHORTEST_MISTYPED:
        return []
    candidates = (
        candidate
        for candidate in chain(vocabulary, known_parts(), _concepts())
        if abs(len(candidate) - len(typed)) <= 1 and candidate[0] == typed[0] and candidate != typed
    )
    return sorted({candidate for candidate in candidates if _one_slip(candidate, typed)})[:MOST_CORRECTIONS]


def _one_slip(word: str, other: str) -> bool:
    """Whether one insertion, deletion, exchange or swap of neighbours leads from one to the other."""
    shorter = min(len(word), len(other))
    start = next((place for place in range(shorter) if word[place] != other[place]), shorter)
    rest, rest_of_other = word[start:], other[start:]
    return (
        rest[1:] == rest_of_other[1:]
        or rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or (rest[:2] == rest_of_other[1::-1] and rest[2:] == rest_of_other[2:])
    )


def _meanings(forms: Iterable[str]) -> set[str]:
    """The names of what any of these forms of a word may mean."""
    concepts = _concepts()
    return {name for form in forms for name in concepts.get(form, ())}


@cache
def _concepts() -> Mapping[str, frozenset[str]]:
    """Words of the thesaurus, as they are spelled and stemmed → the names of what they may mean: `KI` means two things."""
    words_by_concept: dict[str, set[str]] = {}
    for name, by_language in CONCEPTS.items():
        for language, synonyms in by_language.items():
            for word in synonyms:
                for term in stems(word, language) | spellings(word):
                    words_by_concept.setdefault(term, set()).add(f"={name}")
    return {term: frozenset(names) for term, names in words_by_concept.items()}


class _Either:
    """Words of one list or another, without making a third."""

    def __init__(self, *lists: Collection[str]) -> None:
        self._lists = lists

    def __contains__(self, word: object) -> bool:
        return any(word in one for one in self._lists)

    def __iter__(self) -> Iterator[str]:
        return (word for one in self._lists for word in one)

    def __len__(self) -> int:
        return sum(map(len, self._lists))
