"""Use case of unsubscribing from a kind of message of a municipality."""

from __future__ import annotations

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.messages import CONTENTS
from services.notifications.facts.repository import Facts
from services.notifications.unsubscribing.repository import Unsubscribed

PURPOSE = "unsubscribe"


class Unsubscribe:
    """Use case of the unsubscribe link. Opening it changes nothing, since malware scanners open every link."""

    def __init__(
        self, unsubscribed: Unsubscribed, facts: Facts, secrets: Secrets, clock: Clock, public_url: str
    ) -> None:
        self._unsubscribed = unsubscribed
        self._facts = facts
        self._secrets = secrets
        self._clock = clock
        self._public_url = public_url

    def link(self, scope: TenantScope, contact: str, kind: str) -> str:
        """The unsubscribe link for a mail."""
        code = self._secrets.code(PURPOSE, _subject(scope, contact, kind))
        return f"{self._public_url}/notifications/{scope.tenant}/unsubscribe/{contact}/{kind}/{code}"

    def check(self, scope: TenantScope, contact: str, kind: str, code: str) -> None:
        """Check the code of a link.

        Raises: Problem 404 the link is forged, or the kind of message is not optional.
        """
        optional = kind in CONTENTS and CONTENTS[kind].purpose == "optional"
        if not optional or not self._secrets.matches(PURPOSE, _subject(scope, contact, kind), code):
            raise not_found("page")

    async def is_done(self, scope: TenantScope, contact: str, kind: str, code: str) -> bool:
        """Whether the contact's mailbox is unsubscribed from a kind.

        Raises: Problem 404.
        """
        self.check(scope, contact, kind, code)
        recipient = await self._facts.contact(scope, contact)
        return bool(recipient and recipient.email and await self._unsubscribed.contains(scope, kind, recipient.email))

    async def take_back(self, scope: TenantScope, contact: str, kind: str, code: str) -> None:
        """Let the contact's mailbox get mails of a kind again.

        Raises: Problem 404.
        """
        self.check(scope, contact, kind, code)
        recipient = await self._facts.contact(scope, contact)
        if recipient is not None and recipient.email:
            await self._unsubscribed.remove(scope, kind, recipient.email)

    async def carry_out(self, scope: TenantScope, contact: str, kind: str, code: str) -> None:
        """Unsubscribe the contact's mailbox from a kind. For an erased contact there is nothing to do: nothing is sent to it anyway.

        Raises: Problem 404.
        """
        self.check(scope, contact, kind, code)
        recipient = await self._facts.contact(scope, contact)
        if recipient is not None and recipient.email:
            await self._unsubscribed.add(scope, kind, recipient.email, self._clock.now())


def _subject(scope: TenantScope, contact: str, kind: str) -> str:
    return f"{scope.tenant}:{contact}:{kind}"
