"""Search keys of registrations: keys of `domain.likeness`, whole or their beginnings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.registration.domain.door_code import read_code
from services.registration.domain.likeness import email_key, former_name_words, name_words, pair, phone_digits
from services.registration.registrations.documents import Registration

SHORTEST_NUMBER = 4


@dataclass(frozen=True)
class SearchKey:
    """A key of a registration, or the beginning of one. `former`: as registrations of before have it."""

    key: str
    whole: bool = False
    former: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """The key in the forms in which it may be stored."""
        return (self.key,) if self.former in (None, self.key) else (self.key, self.former or self.key)

    def matches(self, registration: Registration) -> bool:
        """Whether the registration has it."""
        spellings = self.spellings
        return any(key in spellings if self.whole else key.startswith(spellings) for key in registration.keys)

    def follows(self, other: SearchKey) -> SearchKey:
        """This key together with another word of the same person's name, which was typed whole."""
        return SearchKey(pair(other.key.removeprefix("n:"), self.key.removeprefix("n:")), self.whole)


def keys_of_name(name: str, whole: bool = False) -> list[SearchKey]:
    """The keys of a name, or of the beginnings of its words."""
    words, former = name_words(name), former_name_words(name)
    same = len(words) == len(former)
    return [SearchKey(f"n:{word}", whole, f"n:{former[at]}" if same else None) for at, word in enumerate(words)]


def keys_of_entry(entry: str) -> list[SearchKey]:
    """The keys that a registration has to have for what was typed; empty where there is too little to look for."""
    entry = entry.strip()
    if "@" in entry:
        return [SearchKey(f"e:{email_key(entry)}")]
    if (code := read_code(entry)) is not None:
        return [door_key(code)]
    digits = re.sub(r"\D", "", entry)
    if len(digits) >= SHORTEST_NUMBER and not re.search(r"[^\W\d_]", entry):
        return [SearchKey(f"p:{phone_digits(entry) or digits}")]
    return keys_of_name(entry)


def door_key(code: str) -> SearchKey:
    """The key of a code for the door."""
    return SearchKey(f"d:{code}", whole=True)
