"""Identifiers and secrets: time-ordered ids, ids derived from a request, codes of links."""

from __future__ import annotations

import base64
import hashlib
import hmac

from uuid_utils import uuid7


def new_id() -> str:
    """A UUIDv7 as 32 hexadecimal digits: opaque, unique, rising with time (good for index locality)."""
    return uuid7().hex


class Secrets:
    """Derives everything secret from the one SECRET_KEY; each purpose has a key of its own."""

    def __init__(self, secret_key: str) -> None:
        self._root = secret_key.encode()
        self._keys: dict[str, bytes] = {}

    def key(self, purpose: str) -> bytes:
        """A 256-bit key for one purpose."""
        if purpose not in self._keys:
            self._keys[purpose] = hmac.digest(self._root, purpose.encode(), hashlib.sha256)
        return self._keys[purpose]

    def code(self, purpose: str, subject: str) -> str:
        """A 128-bit code for a link, 26 characters that are safe in URLs and on paper (base32, lower case)."""
        digest = hmac.digest(self.key(purpose), subject.encode(), hashlib.sha256)[:16]
        return base64.b32encode(digest).decode().rstrip("=").lower()

    def holds(self, purpose: str, subject: str, code: str | None) -> bool:
        """Whether `code` is the code of `subject`, compared in constant time."""
        return code is not None and hmac.compare_digest(self.code(purpose, subject).encode(), code.encode())

    def derived(self, purpose: str, subject: str) -> bytes:
        """256 secret bits that follow from what they stand for."""
        return hmac.digest(self.key(purpose), subject.encode(), hashlib.sha256)

    def derived_id(self, purpose: str, subject: str) -> str:
        """An id that follows from what it stands for, 32 hexadecimal digits."""
        return hmac.digest(self.key(purpose), subject.encode(), hashlib.sha256)[:16].hex()

    def email_key(self, email: str) -> str:
        """Stands for a verified e-mail address where the address itself may not be."""
        return self.derived_id("email", email.strip().lower())
