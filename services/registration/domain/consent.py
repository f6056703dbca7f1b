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
