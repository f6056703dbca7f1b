"""Forms of words: folded letters, spellings, stems, and what a word is derived from.

"Mueller" and "Müller" fold to the same, and "Dolmetscherinnen" and "Dolmetscher" have the same stem.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

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
LONGEST_WORD = 60
SHORTEST_BASE = 6
"""Letters: of shorter words the endings are most often no endings."""
SHORTEST_DEED = 5
SHORTEST_FAMILY = 4
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
PLURAL = re.compile(r"(?:innen|in|(?<=[lr])n)$")
"""Of women, and the n of `Nachbarn` and of verbs like `wandern`, which Snowball leaves or takes more with it."""
_FOREIGN = re.compile(r"(?:ation|ator|atorin|atorinnen|ierung|ieren|iert|ativ)(?:e[mnrs]?|s)?$")
"""Endings of one family of words: `Mediation`, `Mediatorin`; `Koordination`, `koordinieren`."""
_DEED = re.compile(r"(?:ung(?:en)?|er[ns]?|erin(?:nen)?)$")
_SCRIPTS = {"[\u0400-\u04ff]": ("ru", "uk"), "[\u0600-\u06ff]": ("ar", "fa")}
_LATIN = ("de", "en", "fr", "tr")
_WORD = re.compile(r"[^\W_]+(?:[’'\u200c][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text, in lower case, composed; joiners and apostrophes inside a word are dropped."""
    plain = unicodedata.normalize("NFC", text).lower().replace("\u00ad", "")
    bare = (re.sub("[’'\u200c]", "", one) for one in _WORD.findall(plain))
    return [one for one in bare if len(one) <= LONGEST_WORD]


def folded(word: str) -> str:
    """The word without marks and special letters: `müller` → `muller`, `łukasz` → `lukasz`."""
    replaced = "".join(_LETTERS.get(letter, letter) for letter in word)
    return "".join(sign for sign in unicodedata.normalize("NFKD", replaced) if not unicodedata.combining(sign))


def spellings(word: str) -> set[str]:
    """The word folded, and with the two letters by which Germans write an umlaut where the keyboard has none."""
    written_out = "".join(_UMLAUTS.get(letter, letter) for letter in word)
    return {folded(word), folded(written_out)}


def languages_of(word: str) -> tuple[str, ...]:
    """The languages of the platform that a word may be of, by its letters."""
    return next((languages for letters, languages in _SCRIPTS.items() if re.search(letters, word)), _LATIN)


def stems(word: str, language: str) -> set[str]:
    """The stems of a word in a language, one for each of its spellings."""
    algorithm = STEMMERS.get(language)
    forms = set()
    for spelling in spellings(word):
        if algorithm is None:
            forms.add(spelling[:CUT] if language in ("uk", "fa") else spelling)
            continue
        # Snowball knows umlauts; what is typed without them is stemmed as it is.
        forms |= {_stem(algorithm, one) for one in {word, spelling}}
    return {one for one in forms if one}


def bases(word: str) -> set[str]:
    """Stems of the German words that this one is derived from: `nachbarschaft`, `nachbarn`, `nachbarin` → `nachbar`."""
    plain = folded(word)
    shorter = {ending.sub("", plain) for ending in (_DERIVED, PLURAL)} - {plain}
    bases = {stem for base in shorter if len(base) >= SHORTEST_BASE for stem in {_stem("german", base), base}}
    family = _FOREIGN.sub("", plain)
    # Marked, since no word: `medi` is also the stem of `Medien`.
    return bases | {f"~{family}"} if family != plain and len(family) >= SHORTEST_FAMILY else bases


def deeds(word: str) -> set[str]:
    """What is done and who does it, as one term, marked since it is no word: `mittlung`, `mittler`. Only of words that are known:
    `mittlere` looks the same."""
    plain = folded(word)
    deed = _DEED.sub("", plain)
    return {f"~{deed}-"} if deed != plain and len(deed) >= SHORTEST_DEED else set()


@lru_cache(maxsize=50_000)
def _stem(algorithm: str, word: str) -> str:
    return folded(_stemmer(algorithm).stemWord(word))


@cache
def _stemmer(algorithm: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(algorithm)
