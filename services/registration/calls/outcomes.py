"""Recording the outcomes of telephone calls, about whatever somebody was called for (decision 36).

Somebody who signed up on the web without an e-mail address is called first: until then their seats are held, and no longer. The
call itself is made by staff from the list that notifications keeps; its outcome comes as an event.
"""

from __future__ import annotations

from dataclasses import dataclass

from chassis.storage.tenancy import TenantScope
from contracts.registration import AnsweredFrom
from services.registration.calls.documents import Call
from services.registration.calls.repository import CallRepository
from services.registration.domain.commands import CallOutcome, RecordCallOutcome
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.repository import SeatLedgers


@dataclass(frozen=True)
class CallOutcomes:
    """Records the outcomes of calls with the seats they are about."""

    registrations: RegistrationRepository
    ledgers: SeatLedgers
    calls: CallRepository

    async def record(
        self,
        scope: TenantScope,
        registration_id: str,
        outcome: CallOutcome,
        about: str = "confirm-by-call",
        answered: AnsweredFrom = "phone",
    ) -> None:
        """Record the outcome of a call to somebody who is registered.

        It may be repeated: where they have answered, given up or lapsed meanwhile, nothing changes.

        `about`: the kind of the message. "Comes" counts for `confirm-by-call`, `offered` and `reconfirm`, "nobody" for the first
        of them alone, and "cancels" for every kind. `answered`: where they were reached.
        """
        registration = await self.registrations.get_unerased(scope, registration_id)
        if registration is not None:
            command = RecordCallOutcome(registration_id, outcome, about, answered)
            await self.ledgers.execute(scope, registration.gathering, command)

    async def carry_out(self, scope: TenantScope, call: Call) -> None:
        """Record the outcome of one call of which an event was received, once."""
        await self.record(scope, call.registration, call.outcome, call.about)
        await self.calls.remove(scope, call.id)
