"""Receives mail for inboxes: a municipality forwards its `anmeldung@…` to `anmeldung.NAME@` the domain of the intake."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import suppress
from datetime import timedelta

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.aggregates import Exists
from chassis.storage.tenancy import TenantScope, of_document
from programme.tenant_registry import EventTenantRegistry
from services.notifications.inbox.documents import InboxMail
from services.notifications.inbox.reading import parse_mail
from services.notifications.inbox.repository import Inbox

PREFIX = "anmeldung."
UNKNOWN = "550 5.1.1 No such mailbox here"
FULL = "452 4.2.2 The mailbox is full, please try again later"
TAKEN = "250 2.0.0 Taken"
MOST_OPEN = 1_000
"""Most open mails of one municipality: beyond that, senders' servers hold mails back, so a flood loses nothing."""
KEPT = timedelta(days=90)
_LOCAL = re.compile(r"anmeldung\.([a-z0-9-]{1,63})")


class InboxMailHandler:
    """Receives mail to the addresses of inboxes."""

    def __init__(
        self, inbox: Inbox, registry: EventTenantRegistry, secrets: Secrets, clock: Clock, domain: str
    ) -> None:
        self._inbox = inbox
        self._registry = registry
        self._secrets = secrets
        self._clock = clock
        self._domain = domain.lower()

    def address(self, tenant: str) -> str:
        """The address to which a municipality forwards its mail; empty where the deployment receives none."""
        return f"{PREFIX}{tenant}@{self._domain}" if self._domain else ""

    def is_for(self, recipient: str) -> bool:
        local, _, domain = recipient.strip().lower().rpartition("@")
        return bool(self._domain) and domain == self._domain and local.startswith(PREFIX)

    async def refusal(self, recipient: str) -> str | None:
        scope = await self._scope(recipient)
        if scope is None:
            return UNKNOWN
        return FULL if await self._inbox.count(scope, "open") >= MOST_OPEN else None

    async def receive(self, recipient: str, sender: str, content: bytes) -> str:
        """Store one mail; the same mail again changes nothing."""
        scope, now = await self._scope(recipient), self._clock.now()
        if scope is None:
            return UNKNOWN
        parsed = await asyncio.to_thread(parse_mail, content, sender)
        id = self._secrets.derived_id("inbox", f"{scope.tenant} {hashlib.sha256(content).hexdigest()}")
        mail = InboxMail(
            id=id,
            tenant=scope.tenant,
            at=now,
            keep_until=now + KEPT,
            state="open",
            name=parsed.name,
            address=parsed.address,
            sender=parsed.address.lower(),
            subject=parsed.subject,
            text=parsed.text,
            message_id=parsed.message_id,
            references=parsed.references,
            attachments=parsed.attachments,
            automatic=parsed.automatic,
            cut=parsed.cut,
        )
        with suppress(Exists):
            await self._inbox.add(scope, mail, (), now)
        return TAKEN

    async def _scope(self, recipient: str) -> TenantScope | None:
        match = _LOCAL.fullmatch(recipient.strip().lower().rpartition("@")[0]) if self.is_for(recipient) else None
        if match is None or not await self._registry.is_tenant(match[1]):
            return None
        return of_document({"tenant": match[1]})
