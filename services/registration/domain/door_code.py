"""The code by which a group is let in at the door: short, typed or scanned, worth nothing to anybody but the staff who read it."""

from __future__ import annotations

import re

LETTERS = "23456789BCDFGHJKMNPRSTVX"
"""No vowels, so that no code is a word or a name; nothing that looks alike; no Y and Z, which hand scanners set to another
keyboard swap."""
LENGTH = 8


def door_code(secret: bytes) -> str:
    """A code of eight letters (36 bits) that follows from at least 8 secret bytes."""
    number = int.from_bytes(secret[:8], "big")
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def spaced(code: str) -> str:
    """A code as people read it: K7QM-2XPD."""
    return f"{code[:4]}-{code[4:]}"


def read_code(entry: str) -> str | None:
    """The code in what was typed or scanned, which may be the whole address of the link; None where there is none."""
    code = re.sub(r"[^0-9A-Z]", "", entry.upper())[-LENGTH:]
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None
