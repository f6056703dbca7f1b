"""Text messages: how many parts a text takes, and which numbers may be texted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from unicodedata import bidirectional

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Characters of GSM 03.38's extension table: each counts as two."""
_UNSEEN = dict.fromkeys(map(ord, "\u2060\u200b\u200e\u200f\u2066\u2067\u2068\u2069"))
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("–—‐‑−", "-"),
        **dict.fromkeys("„“”«»", '"'),
        **dict.fromkeys("‚‘’", "'"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        **dict.fromkeys("\u2060\u200b\u200e\u200f\u2066\u2067\u2068\u2069"),
        "…": "...",
        "·": "-",
    }
)
"""Typography that would make a text three times as long, and what says the same."""


@dataclass(frozen=True)
class Parts:
    """How a text is sent: `units` of its alphabet (septets, or UTF-16 code units) in `parts` messages."""

    alphabet: Literal["GSM-7", "UCS-2"]
    units: int
    parts: int


def parts(text: str) -> Parts:
    """How many messages a text takes. GSM-7: 160 septets in one message, 153 in each of several; UCS-2: 70 and 67. No character is cut
    in two."""
    if all(sign in _BASIC or sign in _EXTENDED for sign in text):
        sizes = [2 if sign in _EXTENDED else 1 for sign in text]
        return Parts("GSM-7", sum(sizes), _count(sizes, 160, 153))
    sizes = [len(sign.encode("utf-16-le")) // 2 for sign in text]
    return Parts("UCS-2", sum(sizes), _count(sizes, 70, 67))


def fitting(text: str) -> str:
    """The text with typography replaced by plain characters where it then fits GSM-7; else without signs that only say where a word of
    another direction ends, unless there is one: they cost as much as letters, and many telephones show them as boxes."""
    plain = text.translate(_PLAIN)
    if parts(plain).alphabet == "GSM-7":
        return plain
    return text if any(bidirectional(sign) in ("R", "AL") for sign in text) else text.translate(_UNSEEN)


def _count(sizes: list[int], alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    count, left = 1, joined
    for size in sizes:
        if size > left:
            count, left = count + 1, joined
        left -= size
    return count
