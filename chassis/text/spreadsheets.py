"""Tables for spreadsheet programs, which take for a formula whatever begins like one, wherever it came from."""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""As OWASP lists them ("CSV Injection"), with the wide forms that some programs read alike."""
_AFTER_A_SEPARATOR = re.compile(r"""([,;\t\r\n|]["'\s]*)(?=[=@＝＠]|[+\-＋－]\S)""")
"""A program that divides lines by another sign than we do takes what follows for a cell of its own, quoted or not."""


def guarded(cell: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe in front of what would start one, blanks aside."""
    cell = _AFTER_A_SEPARATOR.sub(r"\1'", cell)
    starts_one = cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
    return f"'{cell}" if starts_one else cell
