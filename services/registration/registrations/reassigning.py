"""Correcting for which kept seats a group counts, and by which invitation it came: what staff are told on the telephone.

What the group declared stands with its claim in the seat ledger alone (decision 62), so this is one command on the ledger: nothing is noted
with the registration, and the answer says nothing of what stood there before.
"""

from __future__ import annotations

from typing import Any

from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, invalid
from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from services.registration.domain.commands import Reassign
from services.registration.domain.invitations import UNKNOWN
from services.registration.domain.ledger import Ledger
from services.registration.invitations.codes import invitation_of
from services.registration.registrations.registrations import Registrations
from services.registration.registrations.schemas import Reassignment
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import registration_state
from services.registration.seats.repository import SeatLedgers


class Reassignments:
    """Corrects existing registrations as staff enter it."""

    def __init__(self, registrations: Registrations, ledgers: SeatLedgers, secrets: Secrets) -> None:
        self._registrations = registrations
        self._ledgers = ledgers
        self._secrets = secrets

    async def reassign(
        self, caller: Caller, registration_id: str, body: Reassignment, idempotency_key: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Store what staff enter; (how the registration stands then, replayed).

        Raises:
            Problem: 404 no such registration; 409 it has ended, the gathering is over or called off; 422 an unknown code, nothing
                given, seats that are not kept or not free.
        """
        scope = caller.scope
        registration = await self._registrations.get_stored(caller, registration_id)
        invitation = await self._invitation(scope, registration.gathering, body.code) if body.code else body.code
        command = Reassign(registration_id, body.quota, invitation)

        def view(ledger: Ledger, _: Any) -> Answer:
            return {"id": registration_id, **registration_state(ledger, registration_id)}

        return await self._ledgers.execute(
            scope, registration.gathering, command, view, about=(registration_id,), key=idempotency_key
        )

    async def _invitation(self, scope: TenantScope, gathering_id: str, code: str) -> str:
        """The invitation that has this code. Raises Problem 422."""

        def read(ledger: Ledger) -> Answer:
            return {"found": invitation_of(self._secrets, gathering_id, ledger.terms.invitations, code)}

        invitation = (await self._ledgers.view(scope, gathering_id, read))["found"]
        if invitation is None:
            raise invalid(FieldError("/code", UNKNOWN))
        id: str = invitation.id
        return id
