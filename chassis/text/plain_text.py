"""Defines valid text, wherever it enters: calls, forms, imports, names of uploaded files. Pure, so that domains may use it too.

Text is kept in Unicode's composed form (NFC), so that what looks the same is the same. Soft hyphens and byte order marks
are dropped: they belong to where a text was copied from. So are overrides of direction (LRO, RLO), which make a name read
as another. Joiners (ZWNJ, ZWJ), marks (LRM, RLM) and isolates stay, since Persian, Hindi, emoji and lines in two scripts are
written with them. What cannot be shown or stored at all is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

LONGEST_IDENTIFIER = 100
IDENTIFIER = rf"^[A-Za-z0-9._:-]{{1,{LONGEST_IDENTIFIER}}}$"
"""Ids stand in addresses, in names of form fields and in columns of tables: signs that mean the same in all of them."""

_OVERRIDES = "\u202d\u202e"
_DROPPED = dict.fromkeys(map(ord, "\u00ad\ufeff" + _OVERRIDES))
_SPACES = {ord("\t"): " ", ord("\u2028"): "\n", ord("\u2029"): "\n"}
_UNSEEN_AT_ADDRESS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"))
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Controls (C0 but tab and line feed, C1), and code points that are no characters, which no XML can hold."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_ADDRESS = frozenset('<>"\\^`{|}')
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""They count as letters or symbols, and nothing is to be seen of them."""


class NotText(ValueError):
    """What was sent is no text of the wanted kind. `code`: `surrogate`, `control`, `line_break`, `invisible`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def prose(text: str) -> str:
    """Text with line breaks. Raises NotText."""
    if _SURROGATE.search(text):
        raise NotText("surrogate")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES)
    if _CONTROL.search(text):
        raise NotText("control")
    return unicodedata.normalize("NFC", text.translate(_DROPPED)).strip()


def entry(text: str) -> str:
    """What was entered into a field, before it is known whether it has one line or several: tabs and line breaks stay as they
    are. Raises NotText."""
    if _SURROGATE.search(text):
        raise NotText("surrogate")
    if _CONTROL.search(text.replace("\r", "\n")):
        raise NotText("control")
    return unicodedata.normalize("NFC", text.translate(_DROPPED))


def line(text: str) -> str:
    """Text on one line; blanks around it are dropped. Raises NotText, with `line_break` also for tabs inside."""
    inside = text.strip()
    if any(char in inside for char in "\t\n\r\x0b\x0c\x85\u2028\u2029"):
        raise NotText("line_break")
    return prose(inside)


def is_visible(text: str) -> bool:
    """Whether a reader sees any sign: a letter, a digit, a mark of punctuation or a symbol."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANK_LETTERS for char in text)


def reorders_text(text: str) -> bool:
    """Whether signs in it are shown in another order than they stand."""
    return any(char in _OVERRIDES for char in text)


def is_identifier(text: str) -> bool:
    """Whether the text may be an id."""
    return re.fullmatch(IDENTIFIER[1:-1], text) is not None


def address(text: str) -> str:
    """An address as it was meant: without the unseen signs that come along when one is copied. Raises NotText."""
    return line(text.translate(_UNSEEN_AT_ADDRESS))


def is_web_address(text: str, schemes: Collection[str] = ("https", "http")) -> bool:
    """Whether the text is an address of a host with one of these schemes, so that `urlsplit` reads each of its parts."""
    if any(char in _NOT_IN_ADDRESS or unicodedata.category(char)[0] in "ZC" for char in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets left open, a port that is none
        return False


def file_name(name: str) -> str:
    """The name of an uploaded file, without its path; what a name cannot hold is left out."""
    kept = "".join(char for char in name if not (_SURROGATE.match(char) or unicodedata.category(char) == "Cc"))
    return unicodedata.normalize("NFC", re.split(r"[\\/]", kept)[-1].translate(_DROPPED)).strip()


def printable(text: str) -> str:
    """What can be shown of something that is no text, without the rest."""
    return _CONTROL.sub("", _SURROGATE.sub("", text)).translate(_DROPPED)


def document(value: Any) -> Any:
    """A JSON document with all of its texts, keys among them, as `prose` without the blanks around them cut.

    Raises:
        NotText: a text somewhere in it cannot be stored.
    """
    if isinstance(value, str):
        kept = prose(f"|{value}|")
        return kept[1:-1]
    if isinstance(value, list):
        return [document(item) for item in value]
    if isinstance(value, dict):
        return {document(key): document(item) for key, item in value.items()}
    return value
