"""Routes incoming mail to the feature that its recipient address belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

UNKNOWN = "550 5.1.1 No such mailbox here"


class MailHandler(Protocol):
    """Receives the mail to one kind of address."""

    def is_for(self, recipient: str) -> bool:
        """Whether an address is of this kind."""
        ...

    async def refusal(self, recipient: str) -> str | None:
        """The SMTP reply that refuses a recipient; None where it is accepted."""
        ...

    async def receive(self, recipient: str, sender: str, content: bytes) -> str:
        """Store one mail for one recipient; returns the SMTP reply. A mail that comes twice changes nothing twice."""
        ...


class MailRouter:
    """Hands each recipient of a mail to the handler of its address."""

    def __init__(self, handlers: Sequence[MailHandler]) -> None:
        self._handlers = handlers

    def handler_for(self, recipient: str) -> MailHandler | None:
        return next((handler for handler in self._handlers if handler.is_for(recipient)), None)

    async def refusal(self, recipient: str) -> str | None:
        handler = self.handler_for(recipient)
        return UNKNOWN if handler is None else await handler.refusal(recipient)

    async def receive(self, recipient: str, sender: str, content: bytes) -> str:
        handler = self.handler_for(recipient)
        return UNKNOWN if handler is None else await handler.receive(recipient, sender, content)
