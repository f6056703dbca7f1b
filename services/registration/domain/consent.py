"""Consent: to what, to which words, when and how it was given and taken back; and what is kept to prove it.

A controller has to be able to show that somebody agreed (Article 7 (1) GDPR), also after the person was forgotten, until
claims lapse (three years, § 195 BGB): then text version and time stay, and a keyed fingerprint of the address, so that
somebody who names their address can be answered and nobody can be found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

Purpose = Literal["photos", "later_events"]
PURPOSES: tuple[Purpose, ...] = ("photos", "later_events")
"""What people may agree to beyond being registered: photos on which they can be seen, being told of later meetings."""


class Decided(Protocol):
    """A decision about an optional consent."""

    @property
    def granted(self) -> bool: ...


def addresses(email: str | None, phone: str | None) -> list[str]:
    """The addresses by which a person can later ask for their proof of consent, in the form that is fingerprinted."""
    digits = "".join(char for char in phone or "" if char.isdigit())
    return [address for address in ((email or "").lower(), digits) if address]


def agrees(decisions: Sequence[Decided]) -> bool:
    """Whether the latest decision is a yes; no decision counts as a no."""
    return bool(decisions) and decisions[-1].granted


def current_consents(consents: Mapping[str, Sequence[Decided]]) -> dict[str, bool]:
    """Whether somebody agrees now, for each purpose."""
    return {purpose: agrees(consents.get(purpose, ())) for purpose in PURPOSES}
