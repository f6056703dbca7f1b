"""Whether a municipality's own mail server can be used: given up when it fails, tried again without a mail, taken back when it answers."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from chassis.clock import Clock
from chassis.storage.tenancy import TenantScope
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import WRONG_SETTINGS, SenderRefused, ServerAway
from services.notifications.settings.documents import TenantSettings
from services.notifications.settings.repository import SettingsRepository

TRIES = 3
"""How often in a row a server that does not answer is tried before mails go by the platform's. One that refuses is given up at once."""
SILENT_AGAIN, REFUSED_AGAIN = timedelta(minutes=5), timedelta(minutes=30)
"""After what time a server that was given up is tried again; logins that fail too often lock some accounts."""


class OwnServers:
    """The platform's sender stands in for servers of municipalities that take nothing."""

    def __init__(self, repository: SettingsRepository, senders: Senders, clock: Clock, platform_address: str) -> None:
        self._repository = repository
        self._senders = senders
        self._clock = clock
        self._platform_address = platform_address

    async def failure(self, scope: TenantScope, settings: TenantSettings) -> str:
        """Why the server takes nothing now; empty where it would take a mail, and where the platform's is used."""
        if settings.smtp is None or not settings.from_address:
            return ""
        try:
            await self._senders.server_of(scope, settings).offer(settings.from_address, self._platform_address)
        except ServerAway as error:
            return error.reason
        return ""

    async def record(self, scope: TenantScope, settings: TenantSettings, error: ServerAway, failures: int) -> None:
        """Record that the server that `settings` name did not take a mail, the last of so many failures in a row: one that refuses, or was silent
        often enough, is given up until it answers again."""
        refused = isinstance(error, SenderRefused) or error.reason in WRONG_SETTINGS
        if not error.for_all or not (refused or failures >= TRIES):
            return
        due_at = self._clock.now() + try_again_after(error.reason)

        def change(current: TenantSettings) -> TenantSettings:
            if current.smtp != settings.smtp or current.sender_state != "delivering":
                return current  # another one is set meanwhile, or this one was given up before
            return msgspec.structs.replace(current, sender_state="failing", server_failure=error.reason, due_at=due_at)

        await self._repository.update(scope, change)


def try_again_after(reason: str) -> timedelta:
    """How long a server that failed for this reason is left alone."""
    return REFUSED_AGAIN if reason in WRONG_SETTINGS or reason[:1] == "5" else SILENT_AGAIN
