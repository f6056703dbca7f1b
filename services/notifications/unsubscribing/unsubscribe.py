"""Keeps who unsubscribed from a kind of message of a municipality."""

from __future__ import annotations

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.domain.messages import CONTENTS
from services.notifications.facts.repository import Facts

PURPOSE = "unsubscribe"


class Unsubscribed:
    """Mailboxes, each under a keyed hash, so that nothing says whose they are."""

    def __init__(self, database: Database, throttle: Throttle) -> None:
        self._rows = database["unsubscribed"]
        self._throttle = throttle

    async def add(self, scope: TenantScope, kind: str, address: str, clock: Clock) -> None:
        """Repeating it changes nothing."""
        row = scope.filter(_id=self._id(scope, kind, address))
        await self._rows.update_one(row, {"$setOnInsert": {"kind": kind, "at": clock.now()}}, upsert=True)

    async def contains(self, scope: TenantScope, kind: str, address: str) -> bool:
        """Whether this mailbox wants no such messages."""
        return await self._rows.find_one(scope.filter(_id=self._id(scope, kind, address)), {"_id": 1}) is not None

    def _id(self, scope: TenantScope, kind: str, address: str) -> str:
        return f"{scope.tenant}:{kind}:{self._throttle.key(address)}"


class Unsubscribe:
    """Use case behind the unsubscribe link of a mail: looking at it changes nothing, since programs that look for malware open every link."""

    def __init__(
        self, unsubscribed: Unsubscribed, facts: Facts, secrets: Secrets, clock: Clock, public_url: str
    ) -> None:
        self._unsubscribed = unsubscribed
        self._facts = facts
        self._secrets = secrets
        self._clock = clock
        self._public_url = public_url

    def link(self, scope: TenantScope, contact: str, kind: str) -> str:
        """The address that stands in a mail."""
        code = self._secrets.code(PURPOSE, _subject(scope, contact, kind))
        return f"{self._public_url}/notifications/{scope.tenant}/unsubscribe/{contact}/{kind}/{code}"

    def check(self, scope: TenantScope, contact: str, kind: str, code: str) -> None:
        """Raises: Problem 404 the link is none of ours, or of something that people have to get."""
        optional = kind in CONTENTS and CONTENTS[kind].purpose == "optional"
        if not optional or not self._secrets.matches(PURPOSE, _subject(scope, contact, kind), code):
            raise not_found("page")

    async def carry_out(self, scope: TenantScope, contact: str, kind: str, code: str) -> None:
        """No more messages of this kind to this mailbox; of one that was erased nothing is known, and nothing is sent anyway.

        Raises: Problem 404.
        """
        self.check(scope, contact, kind, code)
        known = await self._facts.contact(scope, contact)
        if known is not None and known.email:
            await self._unsubscribed.add(scope, kind, known.email, self._clock)


def _subject(scope: TenantScope, contact: str, kind: str) -> str:
    return f"{scope.tenant}:{contact}:{kind}"
