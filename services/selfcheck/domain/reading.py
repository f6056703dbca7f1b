"""Reading a JSON document whose author should learn of every mistake at once, not of one per attempt."""

from __future__ import annotations

import difflib
import math
import re
from fractions import Fraction
from typing import Any

from services.selfcheck.domain.errors import Flaw, Invalid, pointer
from services.selfcheck.domain.questionnaire import Texts, exact

Path = tuple[str | int, ...]
Keys = tuple[str, ...]
MAX_ID = 100
MAX_TEXT = 4000
MAX_FLAWS = 500
_ID = re.compile(r"[^\s/\x00-\x1f\x7f]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Reader:
    """Reads values and collects flaws, going on with a harmless stand-in. `finish` raises if there were any."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.flaws: list[Flaw] = []

    def flaw(self, path: Path, code: str, detail: str) -> None:
        """Notes that something at `path` is wrong; after `MAX_FLAWS` the author has enough to do."""
        if len(self.flaws) < MAX_FLAWS:
            self.flaws.append(Flaw(pointer(*path), code, detail))

    def finish(self) -> None:
        """Raises `Invalid` with everything noted so far."""
        if self.flaws:
            raise Invalid(self.flaws)

    def mapping(self, value: Any, path: Path, required: Keys, optional: Keys = ()) -> dict[str, Any]:
        """A JSON object with these keys. Unknown ones are flaws: a misspelt optional key would be lost silently."""
        if not isinstance(value, dict):
            self.flaw(path, "object_expected", f"This has to be an object with {_listed(required)}.")
            return {}
        for key in required:
            if key not in value:
                self.flaw((*path, key), "missing", f"“{key}” is missing; add it.")
        known = required + optional
        for key in value:
            if key not in known:
                close = difflib.get_close_matches(str(key)[:MAX_ID], known, 1)
                hint = f"did you mean “{close[0]}”?" if close else f"allowed are {_listed(known)}."
                self.flaw((*path, str(key)), "unknown_key", f"This key is not known; {hint}")
        return value

    def entries(self, parent: dict[str, Any], path: Path, key: str, at_least: int, at_most: int) -> list[Any]:
        """A JSON array with a bounded number of entries."""
        if key not in parent:
            return []
        value = parent[key]
        if not isinstance(value, list):
            self.flaw((*path, key), "list_expected", f"“{key}” has to be a list.")
            return []
        if len(value) < at_least:
            self.flaw((*path, key), "too_few", f"“{key}” needs at least {at_least}; add what is missing.")
        if len(value) > at_most:
            self.flaw((*path, key), "too_many", f"“{key}” may have at most {at_most} entries; split it.")
            return []
        return value

    def identifier(self, parent: dict[str, Any], path: Path, key: str = "id") -> str:
        """An opaque id; it may contain `.` and `:`, but no space and no slash, because it stands in addresses."""
        if key not in parent:
            return ""
        value = parent[key]
        if not isinstance(value, str) or not _ID.fullmatch(value) or len(value) > MAX_ID or not _encodable(value):
            self.flaw(
                (*path, key),
                "id_malformed",
                f"Use 1 to {MAX_ID} characters without spaces and slashes, for example “field.1”.",
            )
            return ""
        return value

    def text(self, value: Any, path: Path) -> Texts:
        """A text by language, complete in the default language."""
        if not isinstance(value, dict):
            self.flaw(path, "texts_expected", f'Write the text by language, for example {{"{self.language}": "…"}}.')
            return {}
        for language, words in value.items():
            if not _LANGUAGE.fullmatch(language):
                self.flaw((*path, language), "language_malformed", "Name the language by its code, as in “de-simple”.")
            if not isinstance(words, str) or not words.strip() or not _encodable(words):
                self.flaw((*path, language), "text_empty", "Write the text in this language, or remove the language.")
            elif len(words) > MAX_TEXT:
                self.flaw((*path, language), "text_too_long", f"Shorten the text to {MAX_TEXT} characters.")
        if self.language not in value:
            detail = f"Add the text in the default language “{self.language}”."
            self.flaw((*path, self.language), "language_missing", detail)
        return value

    def texts(self, parent: dict[str, Any], path: Path, key: str) -> Texts:
        """The text under a required key."""
        return self.text(parent[key], (*path, key)) if key in parent else {}

    def number(self, parent: dict[str, Any], path: Path, key: str, high: int, positive: bool = False) -> Fraction:
        """A number from 0 (with `positive`: greater than 0) to `high`, exactly as written."""
        if key not in parent:
            return Fraction(0)
        value = parent[key]
        numeric = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
        if isinstance(value, bool) or not numeric or not 0 <= value <= high or (positive and value == 0):
            bound = "greater than 0" if positive else "of at least 0"
            self.flaw((*path, key), "number_out_of_range", f"“{key}” has to be a number {bound} and at most {high}.")
            return Fraction(0)
        return exact(value)

    def integer(self, parent: dict[str, Any], path: Path, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`, None after a flaw."""
        if key not in parent:
            return None
        value = parent[key]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.flaw((*path, key), "integer_out_of_range", f"“{key}” has to be a whole number from {low} to {high}.")
            return None
        return value

    def choice(self, parent: dict[str, Any], path: Path, key: str, options: Keys) -> str:
        """One of a few words."""
        if key not in parent:
            return options[0]
        value = parent[key]
        if value not in options:
            self.flaw((*path, key), "choice_unknown", f"“{key}” has to be {_listed(options, 'or')}.")
            return options[0]
        return str(value)

    def unique(self, seen: set[str], value: str, path: Path, what: str) -> None:
        """Notes an id that was used before in the same set."""
        if value and value in seen:
            self.flaw(path, "id_duplicate", f"Another {what} has this id already; give each {what} an id of its own.")
        seen.add(value)


def _encodable(words: str) -> bool:
    """False for half a surrogate pair, which JSON can carry but UTF-8 can't."""
    return not any("\ud800" <= character <= "\udfff" for character in words)


def _listed(words: Keys, last: str = "and") -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
