"""Bounds how much of a mail from a stranger is parsed, so that a crafted mail costs little time.

Parsing time grows with a mail's size times its nesting, with a header field's length squared, and with each part and block, so each of
them has a limit. Real mails and reports fit well within all of them, and their text comes first.
"""

from __future__ import annotations

import re

READ_BYTES = 256 * 1024
"""Words and reports come first, attachments and the mail that could not be delivered behind them."""
LINES = 6_000
LINE_BYTES = 2_000
"""Twice what SMTP lets a line have."""
FIELD_BYTES = 8_000
"""Of lines in a row that may be one header field: a line, and those behind it that begin with a blank."""
DELIMITERS = 100
"""Lines that may begin a part."""
NESTINGS = 20
"""Words that may put a mail or parts inside another: a mail nested deeper than that is no mail."""
EMPTY_LINES = 1_000
"""Lines that may end a block of fields."""
_NESTING = re.compile(rb"boundary|message/", re.IGNORECASE)


def bounded(content: bytes, lines: int = LINES) -> bytes:
    """The beginning of a mail, of at most `lines` lines: it ends with the first line that is too much, and a line or field that is too
    long is cut."""
    kept: list[bytes] = []
    field = delimiters = nestings = empty = 0
    for line in content[:READ_BYTES].splitlines(keepends=True)[:lines]:
        delimiters += line.startswith(b"--")
        nestings += len(_NESTING.findall(line))
        empty += not line.strip()
        if delimiters > DELIMITERS or nestings > NESTINGS or empty > EMPTY_LINES:
            break
        cut = line if len(line) <= LINE_BYTES else line[: LINE_BYTES - 1] + b"\n"
        field = field + len(cut) if line[:1] in (b" ", b"\t") else len(cut)
        if field <= FIELD_BYTES:
            kept.append(cut)
    return b"".join(kept)
