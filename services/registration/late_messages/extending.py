"""Holding seats longer for whom the message that asks them to confirm goes out late (decision 53)."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.registration.domain.commands import Extend
from services.registration.late_messages.repository import LateMessageRepository
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.repository import SeatLedgers


@dataclass(frozen=True)
class LateMessages:
    registrations: RegistrationRepository
    ledgers: SeatLedgers
    late: LateMessageRepository

    async def carry_out(self, stored: Document) -> None:
        """Take one late message into account. Repeating it changes nothing."""
        scope, message = of_document(stored), self.late.read(stored)
        registration = await self.registrations.get_unerased(scope, message.registration)
        if registration is not None:
            command = Extend(message.registration, message.until)
            await self.ledgers.execute(scope, registration.gathering, command)
        await self.late.remove(scope, message.id)
