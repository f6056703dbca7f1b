"""Chooses the sender of a municipality's mails: by which server they go, from which address, and with whose signature."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr

from chassis.settings import Settings
from chassis.storage.group_commit import GroupCommit
from chassis.storage.tenancy import TenantScope
from services.notifications.mail.circuit_breaker import CircuitBreaker
from services.notifications.mail.compose import Mail
from services.notifications.mail.dkim import Signer
from services.notifications.mail.server import MailServer, ServerAway
from services.notifications.net.hosts import HostCheck
from services.notifications.settings.cipher import Cipher
from services.notifications.settings.documents import TenantSettings
from services.notifications.settings.smtp_url import url_of

TOGETHER = 8
"""Mails that are signed one after the other in another thread: to change over to it takes a tenth of the time of a signature."""
Unsigned = tuple[Signer, bytes, datetime]


class Senders:
    """The platform's server and signature, and those of municipalities whose own sender is proven to arrive."""

    def __init__(self, settings: Settings, platform: MailServer, cipher: Cipher, hosts: HostCheck) -> None:
        self._platform = platform
        self._cipher = cipher
        self._hosts = hosts
        self._address = parseaddr(settings.mail_from)[1]
        self._own: dict[str, tuple[bytes, MailServer]] = {}
        self._signers: dict[bytes, Signer] = {}
        self._signing: GroupCommit[Unsigned, bytes] = GroupCommit(_signed, TOGETHER)
        self.on_own_server_away: Callable[[TenantScope, TenantSettings, ServerAway, int], Awaitable[None]] | None = None
        """Told where a municipality's own server did not take a mail, with its failures in a row."""
        self._signer: Signer | None = None
        if settings.dkim_selector and settings.dkim_key is not None:
            key = settings.dkim_key.get_secret_value().replace("\\n", "\n").encode()
            self._signer = Signer.of_pem(self._address.rpartition("@")[2], settings.dkim_selector, key)

    async def send(
        self,
        scope: TenantScope,
        settings: TenantSettings,
        mail: Mail,
        now: datetime,
        still_ours: Callable[[], bool] = lambda: True,
        bounces_to: str = "",
        settle: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Sign and hand over one mail, unless right before its content goes out it is not ours any more. `bounces_to`: the address of
        the envelope, where the platform's server sends it; `settle` writes down that it was taken, before others take its place.

        Raises: ServerAway, MailRefused, GivenUp, ServerRests: a server of theirs.
        """
        own = bool(settings.own_address)
        signer = self._signer_of(scope, settings) if own else self._signer
        content = await self._signing.submit((signer, mail.content, now)) if signer else mail.content
        server = self.server_of(scope, settings) if own and settings.smtp else self._platform
        # Through the platform's server the envelope is the platform's, whose servers SPF allows; the signature is the domain's own.
        envelope = (bounces_to or self._address) if server is self._platform else mail.sender
        async with server.unsettled:
            try:
                await server.send(replace(mail, content=content, sender=envelope), still_ours)
            except ServerAway as away:
                if server is not self._platform and self.on_own_server_away is not None:
                    await self.on_own_server_away(scope, settings, away, server.failures)
                raise
            if settle is not None:
                await settle()

    def _signer_of(self, scope: TenantScope, settings: TenantSettings) -> Signer | None:
        stored = settings.dkim_key
        if stored is None:
            return None
        if stored not in self._signers:
            pem = self._cipher.decrypt(scope, "dkim", stored)
            domain = settings.from_address.rpartition("@")[2]
            self._signers[stored] = Signer.of_pem(domain, settings.dkim_selector, pem)
        return self._signers[stored]

    def server_of(self, scope: TenantScope, settings: TenantSettings) -> MailServer:
        """A municipality's own, with its connections, for as long as its settings name it."""
        assert settings.smtp is not None
        stored, server = self._own.get(scope.tenant, (b"", None))
        if server is None or stored != settings.smtp:
            url = url_of(self._cipher.decrypt(scope, "smtp", settings.smtp))
            server = MailServer(url, self._hosts, rest=CircuitBreaker())
            self._own[scope.tenant] = settings.smtp, server
        return server


async def _signed(mails: Sequence[Unsigned]) -> list[bytes]:
    return await asyncio.to_thread(lambda: [signer.sign(mail, now) for signer, mail, now in mails])
