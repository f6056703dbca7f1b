"""From text to search terms: folded letters, stems, parts of compounds, other words of the field for the same thing.

A term is a string that stands in the index of a practice with a weight. What people type is turned into terms by the same
rules, so that "Mueller" meets "Müller", "Dolmetscherinnen" meets "Dolmetscher", and "Sprachmittlungspool" meets "Sprachmittlung".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from services.reporting.domain.thesaurus import CONCEPTS, PARTS

STEMMERS = {
    "de": "german",
    "de-simple": "german",
    "en": "english",
    "fr": "french",
    "ru": "russian",
    "tr": "turkish",
    "ar": "arabic",
}
"""Ukrainian and Farsi have no Snowball stemmer: there, words are cut at `CUT` letters."""
CUT = 6
SHORTEST_PART = 4
LONGEST_PART = 14
"""A longer word is most likely a compound itself."""
MOST_WORDS = 16
"""Of a query; what comes after is not looked for."""
SHORTEST_MISTYPED = 6
"""Letters: a shorter word is one slip away from too many others."""
MOST_CORRECTIONS = 5
AFTER_A_SLIP = 0.8
LONGEST_WORD = 60
JOINTS = ("", "s", "es", "n", "en", "er", "e", "ns")
"""What may stand between the parts of a German compound."""
STOP_WORDS = frozenset(
    [
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einer",
        "eines",
        "einem",
        "einen",
        "und",
        "oder",
        "aber",
        "mit",
        "von",
        "für",
        "fuer",
        "zu",
        "zum",
        "zur",
        "im",
        "in",
        "an",
        "am",
        "auf",
        "aus",
        "bei",
        "als",
        "auch",
        "ist",
        "sind",
        "war",
        "wird",
        "werden",
        "wurde",
        "nicht",
        "kein",
        "keine",
        "sich",
        "es",
        "sie",
        "er",
        "wir",
        "ihr",
        "man",
        "wie",
        "was",
        "wo",
        "wer",
        "dass",
        "wenn",
        "nach",
        "über",
        "ueber",
        "um",
        "unter",
        "vor",
        "durch",
        "bis",
        "ohne",
        "gegen",
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "to",
        "for",
        "with",
        "in",
        "on",
        "at",
        "by",
        "from",
        "is",
        "are",
        "was",
        "be",
        "as",
        "it",
        "this",
        "that",
        "how",
        "what",
        "who",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "et",
        "ou",
        "à",
        "au",
        "aux",
        "en",
        "dans",
        "pour",
        "par",
        "sur",
        "avec",
        "est",
        "sont",
        "ne",
        "pas",
        "que",
        "qui",
        "ce",
        "cette",
        "nous",
        "wir",
        "unsere",
        "unser",
        "и",
        "в",
        "на",
        "с",
        "по",
        "для",
        "от",
        "из",
        "не",
        "что",
        "как",
        "это",
        "або",
        "та",
        "і",
        "у",
        "з",
        "до",
        "не",
        "що",
        "як",
        "це",
        "ve",
        "bir",
        "bu",
        "için",
        "ile",
        "de",
        "da",
        "mi",
        "من",
        "في",
        "على",
        "إلى",
        "عن",
        "مع",
        "و",
        "از",
        "در",
        "به",
        "با",
        "را",
        "که",
        "و",
        "این",
    ]
)
_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
    "ي": "ی",
    "ى": "ی",
    "ك": "ک",
    "ة": "ه",
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ё": "е",
    "ґ": "г",
}
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_DERIVED = re.compile(r"(?:schaft|heit|keit|lich|isch|los|bar|sam|ung)(?:e[mnrs]?|s)?$")
_PLURAL = re.compile(r"(?:innen|in|(?<=[lr])n)$")
"""Of women, and the n of `Nachbarn` and of verbs like `wandern`, which Snowball leaves or takes more with it."""
SHORTEST_BASE = 6
"""Letters: of shorter words the endings are most often no endings."""
_FOREIGN = re.compile(r"(?:ation|ator|atorin|atorinnen|ierung|ieren|iert|ativ)(?:e[mnrs]?|s)?$")
"""Endings of one family of words: `Mediation`, `Mediatorin`; `Koordination`, `koordinieren`."""
SHORTEST_FAMILY = 4
_SCRIPTS = {"[\u0400-\u04ff]": ("ru", "uk"), "[\u0600-\u06ff]": ("ar", "fa")}
_LATIN = ("de", "en", "fr", "tr")
_WORD = re.compile(r"[^\W_]+(?:[’'\u200c][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text, in lower case, composed; joiners and apostrophes inside a word are dropped."""
    plain = unicodedata.normalize("NFC", text).lower().replace("\u00ad", "")
    found = (re.sub("[’'\u200c]", "", one) for one in _WORD.findall(plain))
    return [one for one in found if len(one) <= LONGEST_WORD]


def folded(word: str) -> str:
    """Without marks and special letters: `müller` → `muller`, `łukasz` → `lukasz`."""
    replaced = "".join(_LETTERS.get(letter, letter) for letter in word)
    return "".join(sign for sign in unicodedata.normalize("NFKD", replaced) if not unicodedata.combining(sign))


def spellings(word: str) -> set[str]:
    """The word folded, and with the two letters by which Germans write an umlaut where the keyboard has none."""
    written_out = "".join(_UMLAUTS.get(letter, letter) for letter in word)
    return {folded(word), folded(written_out)}


@cache
def _stemmer(algorithm: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(algorithm)


@lru_cache(maxsize=50_000)
def _stem(algorithm: str, word: str) -> str:
    return folded(_stemmer(algorithm).stemWord(word))


@cache
def _concepts() -> Mapping[str, frozenset[str]]:
    """Words of the thesaurus, as they are spelled and stemmed → the names of what they may mean: `KI` means two things."""
    found: dict[str, set[str]] = {}
    for name, by_language in CONCEPTS.items():
        for language, phrases in by_language.items():
            for word in phrases.split():
                for term in _stems(word, language) | spellings(word):
                    found.setdefault(term, set()).add(f"={name}")
    return {term: frozenset(names) for term, names in found.items()}


def _meanings(forms: Iterable[str]) -> set[str]:
    """The names of what any of these forms of a word may mean."""
    concepts = _concepts()
    return {name for form in forms for name in concepts.get(form, ())}


def languages_of(word: str) -> tuple[str, ...]:
    """The languages of the platform that a word may be of, by its letters."""
    return next((languages for letters, languages in _SCRIPTS.items() if re.search(letters, word)), _LATIN)


@cache
def _known_parts() -> frozenset[str]:
    """Words that compounds of the field are made of: those of the thesaurus and a list of others."""
    german = (word for said in CONCEPTS.values() for word in said.get("de", "").split())
    return frozenset(folded(word) for word in (*german, *PARTS.split()) if len(word) >= SHORTEST_PART)


def _stems(word: str, language: str) -> set[str]:
    algorithm = STEMMERS.get(language)
    found = set()
    for spelling in spellings(word):
        if algorithm is None:
            found.add(spelling[:CUT] if language in ("uk", "fa") else spelling)
            continue
        # Snowball knows umlauts; what is typed without them is stemmed as it is.
        found |= {_stem(algorithm, one) for one in {word, spelling}}
    return {one for one in found if one}


def _bases(word: str) -> set[str]:
    """Stems of the German words that this one is derived from: `nachbarschaft`, `nachbarn`, `nachbarin` → `nachbar`."""
    plain = folded(word)
    found = {ending.sub("", plain) for ending in (_DERIVED, _PLURAL)} - {plain}
    bases = {stem for base in found if len(base) >= SHORTEST_BASE for stem in {_stem("german", base), base}}
    family = _FOREIGN.sub("", plain)
    # Marked, since no word: `medi` is also the stem of `Medien`.
    return bases | {f"~{family}"} if family != plain and len(family) >= SHORTEST_FAMILY else bases


def split(word: str, known: Collection[str]) -> list[str]:
    """The parts of a compound that `known` has, none where it can't be read as parts throughout. `word`: folded."""
    if len(word) < 2 * SHORTEST_PART:
        return []
    return _split(word, known, whole=False) or []


def _split(rest: str, known: Collection[str], whole: bool = True) -> list[str] | None:
    """The longest first part is tried first, also without its last e, as in `Mietwohnung`. `whole`: it may be one part itself."""
    if whole and rest in known:
        return [rest]
    for end in range(len(rest) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head = next((part for part in (rest[:end], rest[:end] + "e") if part in known), None)
        if head is None:
            continue
        for joint in JOINTS:
            if rest[end:].startswith(joint):
                tail = _split(rest[end + len(joint) :], known)
                if tail is not None:
                    return [head, *tail]
    return None


def terms(text: str, language: str, vocabulary: Collection[str] = frozenset()) -> Iterator[tuple[str, float]]:
    """The terms of a text with their weights: a word's own stem 1, a part of a compound and what a word is derived
    from 0.6, what it means 0.5.

    `vocabulary`: folded words of the library, beside those of the field, that compounds may be made of.
    """
    known = _known_parts() if not vocabulary else _Either(_known_parts(), vocabulary)
    for word in words(text):
        if word in STOP_WORDS or (len(word) < 2 and word.isascii()):
            continue
        own = _stems(word, language)
        for stem in own:
            yield stem, 1.0
        # Whatever language is meant: who types a word of the thesaurus in another one means the same.
        meanings = _meanings(own | spellings(word))
        yield from ((meaning, 0.5) for meaning in meanings)
        if language.startswith("de"):
            parts = split(folded(word), known)
            within = {stem for part in parts for stem in _stems(part, "de") | _bases(part)} | _bases(word)
            # What has a meaning as a whole is less about its parts: a kindergarten is no garden.
            share = 0.5 if meanings and parts else 1.0
            yield from ((stem, 0.6 * share) for stem in within - own)
            yield from ((meaning, 0.4 * share) for meaning in _meanings(within - own) - meanings)


def query_terms(
    query: str, languages: Collection[str], vocabulary: Collection[str] = frozenset()
) -> list[dict[str, float]]:
    """For each word that was typed, its terms in any of the languages with the best weight each."""
    return list(query_words(query, languages, vocabulary).values())


def query_words(
    query: str, languages: Collection[str], vocabulary: Collection[str] = frozenset()
) -> dict[str, dict[str, float]]:
    """Each word that was typed → its terms, as `query_terms`."""
    asked = {}
    for word in words(query)[:MOST_WORDS]:
        found: dict[str, float] = {}
        for language in dict.fromkeys((*languages, "de", "en")):
            for term, weight in terms(word, language, vocabulary):
                found[term] = max(weight, found.get(term, 0.0))
        if found:
            for meaning in _meanings(form for language in languages_of(word) for form in _stems(word, language)):
                found[meaning] = max(0.5, found.get(meaning, 0.0))
            asked[word] = found
    return asked


def corrected_terms(word: str, languages: Collection[str], vocabulary: Collection[str]) -> dict[str, float]:
    """The terms of words that this one may be a slip of, for a word that nothing was found by; they count less."""
    near = query_terms(" ".join(corrections(word, vocabulary)), languages, vocabulary)
    return {term: AFTER_A_SLIP * weight for terms in near for term, weight in terms.items()}


def corrections(word: str, vocabulary: Iterable[str]) -> list[str]:
    """Words of the vocabulary and of the field that are one slip away from this one: a letter left out, added, exchanged or swapped."""
    typed = folded(word)
    if len(typed) < SHORTEST_MISTYPED:
        return []
    near = (one for one in chain(vocabulary, _known_parts(), _concepts()) if abs(len(one) - len(typed)) <= 1)
    return sorted({one for one in near if one[0] == typed[0] and one != typed and _one_slip(one, typed)})[
        :MOST_CORRECTIONS
    ]


def _one_slip(one: str, other: str) -> bool:
    """Whether one insertion, deletion, exchange or swap of neighbours leads from one to the other."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, rest_of_other = one[start:], other[start:]
    return (
        rest[1:] == rest_of_other[1:]
        or rest[1:] == rest_of_other
        or rest == rest_of_other[1:]
        or (rest[:2] == rest_of_other[1::-1] and rest[2:] == rest_of_other[2:])
    )


def is_of_the_field(word: str) -> bool:
    """Whether a German word, or all its parts, are words of the field: `fachstelle`, `sprachmittlung`; names of people are not."""
    known = _known_parts()
    return folded(word) in known or bool(split(folded(word), known))


def part_words(text: str) -> set[str]:
    """Words of a German text that compounds elsewhere may be made of, folded."""
    found = (folded(word) for word in words(text) if word.isalpha() and word not in STOP_WORDS)
    return {word for word in found if SHORTEST_PART <= len(word) <= LONGEST_PART}


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
