"""Bounce addresses (VERP): one for each message, so that a bounce names its message without doubt."""

from __future__ import annotations

import re

from chassis.ids import Secrets

PREFIX = "bounce+"
_LOCAL = re.compile(r"^bounce\+([a-z2-7]{26})([a-z2-7]{26})$")


class BounceAddresses:
    """Makes and reads bounce addresses: `bounce+<reference><signature>@domain`. The reference says nothing of the message; only this service can sign one."""

    def __init__(self, secrets: Secrets, domain: str) -> None:
        self._secrets = secrets
        self.domain = domain.lower()

    def reference(self, tenant: str, message: str) -> str:
        """Reference under which a message is found again."""
        return self._secrets.code("bounce", f"{tenant} {message}")

    def address_for(self, tenant: str, message: str) -> str:
        """The address of the envelope; empty where the deployment takes no bounces."""
        if not self.domain:
            return ""
        reference = self.reference(tenant, message)
        return f"{PREFIX}{reference}{self._secrets.code('bounce-sign', reference)}@{self.domain}"

    def is_ours(self, address: str) -> bool:
        """Whether an address is meant for bounces at all."""
        local, _, domain = address.strip().lower().rpartition("@")
        return bool(self.domain) and domain == self.domain and local.startswith(PREFIX)

    def read(self, address: str) -> str | None:
        """The reference in a bounce address; None where its signature is forged."""
        match = _LOCAL.match(address.strip().lower().rpartition("@")[0]) if self.is_ours(address) else None
        if match is None or not self._secrets.matches("bounce-sign", match[1], match[2]):
            return None
        return match[1]
