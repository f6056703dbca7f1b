"""To whom a mail that comes in belongs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

UNKNOWN = "550 5.1.1 No such mailbox here"


class Door(Protocol):
    """One kind of address that takes mail."""

    def is_for(self, recipient: str) -> bool:
        """Whether an address is of this kind."""
        ...

    async def refusal(self, recipient: str) -> str | None:
        """What the sender's server is answered where nothing is taken for it; None: it may go on."""
        ...

    async def take(self, recipient: str, sender: str, content: bytes) -> str:
        """Take one mail for one recipient; what the sender's server is answered. A mail that comes twice changes nothing twice."""
        ...


class Doors:
    """All of them."""

    def __init__(self, doors: Sequence[Door]) -> None:
        self._doors = doors

    def of(self, recipient: str) -> Door | None:
        return next((door for door in self._doors if door.is_for(recipient)), None)

    async def refusal(self, recipient: str) -> str | None:
        door = self.of(recipient)
        return UNKNOWN if door is None else await door.refusal(recipient)

    async def take(self, recipient: str, sender: str, content: bytes) -> str:
        door = self.of(recipient)
        return UNKNOWN if door is None else await door.take(recipient, sender, content)
