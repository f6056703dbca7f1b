"""The order of a lottery, which anyone can compute again once the seed is published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def commitment(seed: bytes) -> str:
    """SHA-256 of the seed, hexadecimal: published before, so that nobody can choose the seed afterwards."""
    return hashlib.sha256(seed).hexdigest()


def drawn_order(seed: bytes, registration_ids: Iterable[str]) -> list[str]:
    """Order the ids by SHA-256(seed || id in UTF-8), smallest digest first. The order they are given in does not matter."""
    return sorted(registration_ids, key=lambda id: (hashlib.sha256(seed + id.encode()).digest(), id))
