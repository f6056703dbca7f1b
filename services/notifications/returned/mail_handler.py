"""Receives mails to bounce addresses."""

from __future__ import annotations

from services.notifications.messages.repository import Messages
from services.notifications.returned.process import ProcessReturnedMail
from services.notifications.returned.tokens import BounceAddresses

FORGED = "550 5.1.1 No such bounce address"
NOT_YET = "450 4.2.1 This message is not known yet, please try again"


class ReturnedMailHandler:
    """Receives mail that came back to the envelope address of a message."""

    def __init__(self, addresses: BounceAddresses, messages: Messages, process: ProcessReturnedMail) -> None:
        self._addresses = addresses
        self._messages = messages
        self._process = process

    def is_for(self, recipient: str) -> bool:
        """Whether an address is a bounce address, true or forged."""
        return self._addresses.is_ours(recipient)

    async def refusal(self, recipient: str) -> str | None:
        """The SMTP reply that refuses a recipient: its signature is forged, or the message is not stored as sent yet."""
        reference = self._addresses.read(recipient)
        if reference is None:
            return FORGED
        return None if await self._messages.find_by_bounce(reference) is not None else NOT_YET

    async def receive(self, recipient: str, sender: str, content: bytes) -> str:
        """Process one mail; returns the SMTP reply. Only the signed address decides which message of which municipality it is about,
        whatever the mail says."""
        reference = self._addresses.read(recipient)
        message = await self._messages.find_by_bounce(reference) if reference is not None else None
        if message is None:
            return FORGED
        return f"250 2.0.0 Taken: {await self._process.process(message, content)}"
