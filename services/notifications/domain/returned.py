"""Classifies a mail that came back: whether its address is dead, whether another attempt helps, and why, in words for a clerk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Weight = Literal["hard", "refused", "soft"]
"""`hard`: the address is dead. `refused`: this mail will not be taken there, which says nothing of the address. `soft`: later, perhaps."""
Reason = Literal[
    "no-mailbox",
    "no-domain",
    "disabled",
    "full",
    "blocked",
    "too-large",
    "not-reached",
    "other",
    "unclear",
    "complaint",
]

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
"""An enhanced status code (RFC 3463)."""
SOFT_RETRY_PAUSES = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=8))
"""Pauses before a mail that came back for the moment is sent again; after the last one the next channel is tried."""

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
    """Classification of a mail that came back. `status`: the enhanced status code, empty where there is none."""

    weight: Weight
    reason: Reason
    status: str = ""


def classify_status(status: str) -> Returned:
    """Classify a returned mail by the enhanced status code in an answer. Without a code nothing is known of the address."""
    match = STATUS.search(status)
    if match is None:
        return Returned("refused", "other")
    kind, subject, detail = (int(part) for part in match.groups())
    reason: Reason = _REASONS.get((subject, detail)) or _by_subject(subject)
    code = ".".join(match.groups())
    if kind != 5 or reason == "full":
        return Returned("soft", reason, code)
    return Returned("hard" if reason in ("no-mailbox", "no-domain", "disabled") else "refused", reason, code)


def _by_subject(subject: int) -> Reason:
    reasons: dict[int, Reason] = {1: "no-mailbox", 4: "not-reached", 7: "blocked"}
    return reasons.get(subject, "other")


def pause_before_retry(returned_before: int) -> timedelta | None:
    """How long to wait before sending a mail again that came back softly; None: it came back often enough."""
    return SOFT_RETRY_PAUSES[returned_before] if returned_before < len(SOFT_RETRY_PAUSES) else None
