"""Consent: to what, to which words, when and how it was given and taken back; and what is kept to prove it.

A controller has to be able to show that somebody agreed (Article 7 (1) GDPR), also after the person was forgotten, until
claims lapse (three years, § 195 BGB): then text version and time stay, and a keyed fingerprint of the address, so that
somebody who names their address can be answered and nobody can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any


def proof_of(
    registration: Mapping[str, Any], now: datetime, fingerprint: Callable[[str], str], keep_for: timedelta
) -> dict[str, Any] | None:
    """What stays of a registration's consent, with the end of it (`until`); None where nobody agreed to anything."""
    consent = registration.get("consent")
    if not consent or not keep_for:
        return None
    contact = registration.get("contact") or {}
    addresses = [contact["email"].lower()] if contact.get("email") else []
    addresses += ["".join(char for char in contact["phone"] if char.isdigit())] if contact.get("phone") else []
    return {
        **consent,
        "purposes": registration.get("consents") or {},
        "fingerprints": [fingerprint(address) for address in addresses],
        "until": now + keep_for,
    }


PURPOSES = ("photos", "later_events")
"""What people may agree to beyond being registered: photos on which they can be seen, being told of later meetings."""


def decided(
    consents: Mapping[str, Any], purpose: str, granted: bool, text_version: str, at: datetime, by: str
) -> dict[str, Any]:
    """All optional consents after one was given or taken back. Each remembers every decision; saying the same again adds none."""
    history = list(consents.get(purpose) or [])
    if (bool(history) and history[-1]["granted"]) == granted:
        return dict(consents)
    history.append({"granted": granted, "text_version": text_version, "at": at, "by": by})
    return {**consents, purpose: history}


def standing(consents: Mapping[str, Any]) -> dict[str, bool]:
    """What somebody agrees to now, by purpose."""
    return {purpose: bool((consents.get(purpose) or [{"granted": False}])[-1]["granted"]) for purpose in PURPOSES}
