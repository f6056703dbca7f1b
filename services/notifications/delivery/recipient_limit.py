"""Postpones messages beyond the limit of a mailbox or telephone that confirmed nothing yet (`domain/throttle.py`)."""

from __future__ import annotations

from services.notifications.delivery.delivery import Delivery
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.delivery.settle import Settling
from services.notifications.domain.throttle import AddressKind, Postponed, is_confirmed


class RecipientLimit:
    """Counts each message to its recipient, and postpones those beyond the limit."""

    def __init__(self, throttle: Throttle, settling: Settling) -> None:
        self._throttle = throttle
        self._settling = settling

    async def postponed(self, delivery: Delivery, address_kind: AddressKind, to: str) -> bool:
        """Whether it waits now. `to`: the mailbox or telephone. Raises: Conflict."""
        about = delivery.situation.about
        if is_confirmed(address_kind, about.contact, about.group):
            return False
        key = self._throttle.key(to) if address_kind == "email" else self._throttle.telephone_key(to)
        allowed = await self._throttle.take(key, delivery.message.id, delivery.now)
        if isinstance(allowed, Postponed):
            await self._settling.postpone(delivery.message, allowed.until, key, delivery.now)
            return True
        return False
