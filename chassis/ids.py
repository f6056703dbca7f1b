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
    """Derives everything secret from the one SECRET_KEY: keyed BLAKE2b (RFC 7693), the purpose as its personalisation, so that
    what is derived for one purpose says nothing about another. Purposes are of at most 16 letters."""

    def __init__(self, secret_key: str) -> None:
        self._key = hashlib.blake2b(secret_key.encode()).digest()

    def derived(self, purpose: str, subject: str) -> bytes:
        """256 secret bits derived from a purpose and a subject."""
        return hashlib.blake2b(subject.encode(), key=self._key, person=purpose.encode(), digest_size=32).digest()

    def key(self, purpose: str) -> bytes:
        """A 256-bit key for one purpose."""
        return self.derived(purpose, "")

    def code(self, purpose: str, subject: str) -> str:
        """A 128-bit code for a link, 26 characters that are safe in URLs and on paper (base32, lower case)."""
        return base64.b32encode(self.derived(purpose, subject)[:16]).decode().rstrip("=").lower()

    def holds(self, purpose: str, subject: str, code: str | None) -> bool:
        """Whether `code` is the code of `subject`, compared in constant time."""
        return code is not None and hmac.compare_digest(self.code(purpose, subject).encode(), code.encode())

    def derived_id(self, purpose: str, subject: str) -> str:
        """An id derived from a purpose and a subject, 32 hexadecimal digits."""
        return self.derived(purpose, subject)[:16].hex()

    def email_key(self, email: str) -> str:
        """A keyed hash (HMAC) of a verified e-mail address, for places where the address itself may not be."""
        return self.derived_id("email", email.strip().lower())
