"""Encrypts secrets of municipalities at rest: AES-256-GCM with a key of this service, bound to municipality and field."""

from __future__ import annotations

import secrets as random

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope

NONCE = 12


class Cipher:
    """Encrypts and decrypts fields; a value moved to another municipality or field cannot be decrypted."""

    def __init__(self, secrets: Secrets) -> None:
        self._aes = AESGCM(secrets.key("tenant secrets"))

    def encrypt(self, scope: TenantScope, field: str, plain: bytes) -> bytes:
        nonce = random.token_bytes(NONCE)
        return nonce + self._aes.encrypt(nonce, plain, _bound_to(scope, field))

    def decrypt(self, scope: TenantScope, field: str, stored: bytes) -> bytes:
        """Decrypt a stored field.

        Raises: cryptography.exceptions.InvalidTag it was moved, changed, or encrypted with another key.
        """
        return self._aes.decrypt(stored[:NONCE], stored[NONCE:], _bound_to(scope, field))


def _bound_to(scope: TenantScope, field: str) -> bytes:
    return f"{scope.tenant}\0{field}".encode()
