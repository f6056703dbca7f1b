"""Text on one line: what may stand in a name, a subject, a header."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def one_line(value: str) -> str:
    """The text itself. Raises ValueError where it holds control characters, line breaks among them."""
    if _CONTROL.search(value):
        raise ValueError("use one line of text without control characters")
    return value
