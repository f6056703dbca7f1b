"""Reading a JSON document whose author should learn of every mistake at once, not of one per attempt."""

from __future__ import annotations

import difflib
import math
import re
from fractions import Fraction
from typing import Any

from chassis.text.plain_text import LONGEST_IDENTIFIER, is_identifier, is_visible
from services.selfcheck.domain.errors import Flaw, Invalid, pointer
from services.selfcheck.domain.questionnaire import Texts, exact

Path = tuple[str | int, ...]
Keys = tuple[str, ...]
MAX_ID = LONGEST_IDENTIFIER
MAX_TEXT = 4000
MAX_FLAWS = 500
_FORMER_ID = re.compile(r"[^\s/\x00-\x1f\x7f]+")
"""What an id of a version that was published before the one rule for ids may look like."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Control and other characters that neither XML nor a reader can do anything with."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Reader:
    """Reads values and collects flaws, going on with a harmless stand-in for each. `finish` raises if there were any."""

    def __init__(self, language: str, stored: bool = False) -> None:
        self.language = language
        self._is_id = _was_id if stored else is_identifier
        self.flaws: list[Flaw] = []

    def flaw(self, path: Path, code: str, detail: str, **values: object) -> None:
        """Note that something at `path` is wrong; after `MAX_FLAWS` the author has enough to do. `detail` may name
        `values` as in `%(key)s`."""
        if len(self.flaws) < MAX_FLAWS:
            self.flaws.append(Flaw(pointer(*path), code, detail % values if values else detail, values))

    def finish(self) -> None:
        """Raise `Invalid` with everything noted so far, if there is anything."""
        if self.flaws:
            raise Invalid(self.flaws)

    def mapping(self, value: Any, path: Path, required: Keys, optional: Keys = ()) -> dict[str, Any]:
        """A JSON object with these keys. Unknown ones are flaws: a misspelt optional key would be lost silently."""
        if not isinstance(value, dict):
            self.flaw(path, "object_expected", "This has to be an object with %(keys)s.", keys=_listed(required))
            return {}
        for key in required:
            if key not in value:
                self.flaw((*path, key), "missing", "“%(key)s” is missing; add it.", key=key)
        fields = required + optional
        for key in value:
            if key not in fields:
                close = difflib.get_close_matches(str(key)[:MAX_ID], fields, 1)
                if close:
                    detail = "This key is not known; did you mean “%(close)s”?"
                    self.flaw((*path, str(key)), "key_misspelt", detail, close=close[0])
                else:
                    detail = "This key is not known; allowed are %(keys)s."
                    self.flaw((*path, str(key)), "unknown_key", detail, keys=_listed(fields))
        return value

    def entries(self, parent: dict[str, Any], path: Path, key: str, at_least: int, at_most: int) -> list[Any]:
        """A JSON array with a bounded number of entries."""
        if key not in parent:
            return []
        value = parent[key]
        if not isinstance(value, list):
            self.flaw((*path, key), "list_expected", "“%(key)s” has to be a list.", key=key)
            return []
        if len(value) < at_least:
            detail = "“%(key)s” needs at least %(least)s; add what is missing."
            self.flaw((*path, key), "too_few", detail, key=key, least=at_least)
        if len(value) > at_most:
            detail = "“%(key)s” may have at most %(most)s entries; split it."
            self.flaw((*path, key), "too_many", detail, key=key, most=at_most)
            return []
        return value

    def identifier(self, parent: dict[str, Any], path: Path, key: str = "id") -> str:
        """An opaque id by the one rule for ids; those of versions published before it stay as they are."""
        if key not in parent:
            return ""
        value = parent[key]
        if not isinstance(value, str) or not self._is_id(value):
            self.flaw(
                (*path, key),
                "id_malformed",
                "Use only letters from a to z, digits and the signs . _ : - (at most %(most)s), for example “field.1”.",
                most=MAX_ID,
            )
            return ""
        return value

    def text(self, value: Any, path: Path) -> Texts:
        """A text by language, complete in the default language."""
        if not isinstance(value, dict):
            detail = 'Write the text by language, for example {"%(language)s": "…"}.'
            self.flaw(path, "texts_expected", detail, language=self.language)
            return {}
        for language, words in value.items():
            if not _LANGUAGE.fullmatch(language):
                self.flaw((*path, language), "language_malformed", "Name the language by its code, as in “de-simple”.")
            if not isinstance(words, str) or not words.strip() or not _encodable(words) or _is_blank(words):
                self.flaw((*path, language), "text_empty", "Write the text in this language, or remove the language.")
            elif len(words) > MAX_TEXT:
                detail = "Shorten the text to %(most)s characters."
                self.flaw((*path, language), "text_too_long", detail, most=MAX_TEXT)
            elif _UNSEEN.search(words):
                detail = "The text holds characters that nobody can see; type it again instead of copying it."
                self.flaw((*path, language), "text_unprintable", detail)
        if self.language not in value:
            detail = "Add the text in the default language “%(language)s”."
            self.flaw((*path, self.language), "language_missing", detail, language=self.language)
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
            if positive:
                detail = "“%(key)s” has to be a number greater than 0 and at most %(high)s."
                self.flaw((*path, key), "number_not_positive", detail, key=key, high=high)
            else:
                detail = "“%(key)s” has to be a number of at least 0 and at most %(high)s."
                self.flaw((*path, key), "number_out_of_range", detail, key=key, high=high)
            return Fraction(0)
        return exact(value)

    def integer(self, parent: dict[str, Any], path: Path, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high` (2.0 is one, as in JSON Schema), None after a flaw."""
        if key not in parent:
            return None
        value = parent[key]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            detail = "“%(key)s” has to be a whole number from %(low)s to %(high)s."
            self.flaw((*path, key), "integer_out_of_range", detail, key=key, low=low, high=high)
            return None
        return value

    def choice(self, parent: dict[str, Any], path: Path, key: str, options: Keys) -> str:
        """One of a few words."""
        if key not in parent:
            return options[0]
        value = parent[key]
        if value not in options:
            detail = "“%(key)s” has to be one of %(options)s."
            self.flaw((*path, key), "choice_unknown", detail, key=key, options=_listed(options))
            return options[0]
        return str(value)

    def unique(self, used_ids: set[str], value: str, path: Path, kind: str) -> None:
        """Notes an id that was used before in the same set."""
        if value and value in used_ids:
            detail = "Another %(what)s has this id already; give each %(what)s an id of its own."
            self.flaw(path, "id_duplicate", detail, what=kind)
        used_ids.add(value)


def _was_id(value: str) -> bool:
    return _FORMER_ID.fullmatch(value) is not None and len(value) <= MAX_ID and _encodable(value)


def _is_blank(words: str) -> bool:
    """Whether nothing is to be seen of a text that holds no controls either."""
    return not _UNSEEN.search(words) and not is_visible(words)


def _encodable(words: str) -> bool:
    """False for half a surrogate pair, which JSON can carry but UTF-8 can't."""
    return not any("\ud800" <= character <= "\udfff" for character in words)


def _listed(words: tuple[object, ...]) -> str:
    # Without quotation marks: each language has its own.
    return ", ".join(str(word) for word in words)
