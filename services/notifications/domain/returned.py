"""Classifies a mail that came back: whether its address is dead, whether another attempt helps, and why, in words for a clerk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Weight = Literal["hard", "refused", "soft"]
"""`hard`: the address is dead. `refused`: this mail will not be taken there, which says nothing of the address. `soft`: later, perhaps."""
Reason = Literal[
    "no-mailbox", "no-domain", "disabled", "full", "blocked", "too-large", "not-reached", "other", "unclear"
]

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
"""An enhanced status code (RFC 3463)."""
SOFT_AGAIN = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=8))
"""Pauses before a mail that came back for now is tried again; after the last one the next way is taken."""

_REASONS: dict[tuple[int, int], Reason] = {
    (1, 1): "no-mailbox",
    (1, 2): "no-domain",
    (1, 10): "no-domain",
    (2, 1): "disabled",
    (2, 2): "full",
    (2, 3): "too-large",
    (3, 4): "too-large",
    (4, 4): "not-reached",
}


@dataclass(frozen=True)
class Returned:
    """`status`: the enhanced status code, empty where none was told."""

    weight: Weight
    reason: Reason
    status: str = ""


def judged(status: str) -> Returned:
    """What an enhanced status code says; one of class 5 without a code of its own is an answer that nobody can tell more of."""
    found = STATUS.search(status)
    if found is None:
        return Returned("refused", "other")
    kind, subject, detail = (int(part) for part in found.groups())
    reason: Reason = _REASONS.get((subject, detail)) or _by_subject(subject)
    code = ".".join(found.groups())
    if kind != 5 or reason == "full":
        return Returned("soft", reason, code)
    return Returned("hard" if reason in ("no-mailbox", "no-domain", "disabled") else "refused", reason, code)


def _by_subject(subject: int) -> Reason:
    by: dict[int, Reason] = {1: "no-mailbox", 4: "not-reached", 7: "blocked"}
    return by.get(subject, "other")


def pause_before(returned_before: int) -> timedelta | None:
    """How long a soft one waits; None: it came back often enough."""
    return SOFT_AGAIN[returned_before] if returned_before < len(SOFT_AGAIN) else None
