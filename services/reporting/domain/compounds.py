"""Compounds: the parts of a German word like `Sprachmittlungspool`, and the words that such parts can be."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from services.reporting.domain.thesaurus import COMPOUND_PARTS, CONCEPTS, STOP_WORDS
from services.reporting.domain.word_forms import PLURAL, folded, words

SHORTEST_PART = 4
LONGEST_PART = 14
"""A longer word is most likely a compound itself."""
JOINTS = ("", "s", "es", "n", "en", "er", "e", "ns")
"""What may stand between the parts."""


@cache
def known_parts() -> frozenset[str]:
    """Words that compounds of the field are made of: those of the thesaurus and a list of others."""
    german_words = (word for words_by_language in CONCEPTS.values() for word in words_by_language.get("de", ()))
    return frozenset(folded(word) for word in (*german_words, *COMPOUND_PARTS) if len(word) >= SHORTEST_PART)


def split(word: str, parts: Collection[str]) -> list[str]:
    """The parts of a compound that `parts` has, none where it can't be read as parts throughout. `word`: folded."""
    if len(word) < 2 * SHORTEST_PART:
        return []
    return _split(word, parts, whole=False) or []


def all_parts(word: str, parts: Collection[str]) -> list[str]:
    """The parts of a compound, also of several or of women, and the parts of those: `sprachmittlerinnen`, `sprachmittlungspool`."""
    found = split(word, parts) or split(PLURAL.sub("", word), parts)
    return [*found, *(inner for part in found for inner in split(part, parts))]


def _split(rest: str, parts: Collection[str], whole: bool = True) -> list[str] | None:
    """The longest first part is tried first, also without its last e, as in `Mietwohnung`. `whole`: it may be one part itself."""
    if whole and rest in parts:
        return [rest]
    for end in range(len(rest) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head = next((part for part in (rest[:end], rest[:end] + "e") if part in parts), None)
        if head is None:
            continue
        for joint in JOINTS:
            if rest[end:].startswith(joint):
                tail = _split(rest[end + len(joint) :], parts)
                if tail is not None:
                    return [head, *tail]
    return None


def is_of_the_field(word: str) -> bool:
    """Whether a German word, or all its parts, are words of the field: `fachstelle`, `sprachmittlung`; names of people are not."""
    parts = known_parts()
    return folded(word) in parts or bool(split(folded(word), parts))


def part_words(text: str) -> set[str]:
    """Words of a German text that compounds elsewhere may be made of, folded."""
    folded_words = (folded(word) for word in words(text) if word.isalpha() and word not in STOP_WORDS)
    return {word for word in folded_words if SHORTEST_PART <= len(word) <= LONGEST_PART}
