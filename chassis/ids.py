"""Identifiers and secrets: time-ordered ids, ids derived from a request, codes of links."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from uuid_utils import uuid7

from chassis.settings import Settings

_ID = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """A UUIDv7 as 32 hexadecimal digits: opaque, unique, rising with time (good for index locality)."""
    return uuid7().hex


def is_id(text: str) -> bool:
    """Whether it has the form of an id, as `new_id` makes them."""
    return bool(_ID.fullmatch(text))


class Secrets:
    """Derives everything secret from a service's SECRET_KEY: keyed BLAKE2b (RFC 7693), the purpose as its personalisation, so that
    what is derived for one purpose says nothing about another. Purposes are of at most 16 letters.

    `email_key`: what all services derive the keys of e-mail addresses from, where that is a secret of its own."""

    def __init__(self, secret_key: str, email_key: str | None = None) -> None:
        self._key = hashlib.blake2b(secret_key.encode()).digest()
        self._shared = hashlib.blake2b(email_key.encode()).digest() if email_key else self._key

    def derived(self, purpose: str, subject: str) -> bytes:
        """256 secret bits derived from a purpose and a subject."""
        return _derived(self._key, purpose, subject)

    def key(self, purpose: str) -> bytes:
        """A 256-bit key for one purpose."""
        return self.derived(purpose, "")

    def code(self, purpose: str, subject: str) -> str:
        """A 128-bit code for a link, 26 characters that are safe in URLs and on paper (base32, lower case)."""
        return base64.b32encode(self.derived(purpose, subject)[:16]).decode().rstrip("=").lower()

    def matches(self, purpose: str, subject: str, code: str | None) -> bool:
        """Whether `code` is the code of `subject`, compared in constant time."""
        return same_code(self.code(purpose, subject), code)

    def derived_id(self, purpose: str, subject: str) -> str:
        """An id derived from a purpose and a subject, 32 hexadecimal digits."""
        return self.derived(purpose, subject)[:16].hex()

    def email_key(self, email: str) -> str:
        """A keyed hash of a verified e-mail address, for places where the address itself may not be; the same in all services."""
        return _derived(self._shared, "email", email.strip().lower())[:16].hex()


def secrets_of(settings: Settings) -> Secrets:
    """The secrets of one service."""
    email_key = settings.email_key.get_secret_value() if settings.email_key else None
    return Secrets(settings.secret_key.get_secret_value(), email_key)


def same_code(expected: str | None, presented: str | None) -> bool:
    """Whether somebody presented the code they were given, compared in constant time; no code is never the same."""
    return bool(expected and presented) and hmac.compare_digest(str(expected).encode(), str(presented).encode())


def _derived(key: bytes, purpose: str, subject: str) -> bytes:
    return hashlib.blake2b(subject.encode(), key=key, person=purpose.encode(), digest_size=32).digest()
