"""Holds mails back: from mailboxes that return them, and from staff who want them later or never."""

from __future__ import annotations

from services.notifications.delivery.delivery import Delivery
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.delivery.settle import Settling
from services.notifications.digests.digests import StaffDigests
from services.notifications.returned.repository import ReturnedMails


class HeldBack:
    """Settles or postpones what does not go out now."""

    def __init__(self, returned: ReturnedMails, digests: StaffDigests, throttle: Throttle, settling: Settling) -> None:
        self._returned = returned
        self._digests = digests
        self._throttle = throttle
        self._settling = settling

    async def apply(self, delivery: Delivery, to: str) -> bool:
        """Whether nothing is sent now: mails of the kind came back from the mailbox, or whoever works there wants it later or never."""
        scope, message, content, now = delivery.scope, delivery.message, delivery.situation.content, delivery.now
        if content.purpose == "needed":
            return False
        key = self._throttle.key(to)
        if await self._returned.suppressed(scope, content.kind, key):
            await self._settling.try_next_channel(message, "email", "suppressed", now)
            return True
        if content.purpose == "internal" and not message.postponed and to:
            preference, at = await self._digests.choice_for(scope, content, to, delivery.settings, now)
            if preference == "never":
                await self._settling.settle(message, "suppressed", "none", now)
                return True
            if at is not None:
                await self._settling.postpone(message, at, key, now)
                return True
        return False
