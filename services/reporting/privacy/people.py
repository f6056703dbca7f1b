"""The rights of a person: what reporting knows of a registration, which it has by its random id alone, and its receipt for an erasure."""

from __future__ import annotations

from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.storage.aggregates import Aggregates
from chassis.storage.erasure_receipts import receipt_for, write_receipt
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.reporting import ErasureReceipted
from services.reporting.participation.repository import ParticipationRepository

REMAINS = "size, language and wishes of the registration, counted without any reference to the person"


class PeopleExport:
    """Reads the data stored about a person."""

    def __init__(self, participation: ParticipationRepository) -> None:
        self._participation = participation

    async def get(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Sizes and wishes without a name; `registration` null where nothing is known."""
        row = await self._participation.get_participant(scope, id)
        registration = row and {
            "gathering": row.gathering,
            "status": row.status,
            "size": row.size,
            "language": row.language,
            "support": row.support,
            "channel": row.channel,
            "at": rfc3339(row.at),
        }
        return {"service": "reporting", "person_id": id, "names_and_addresses": "none", "registration": registration}


class ErasePeople:
    """Carried out by a job, for each erasure that registration asked for."""

    def __init__(self, erasures: Aggregates, clock: Clock) -> None:
        self._erasures = erasures
        self._clock = clock

    async def carry_out(self, erasure: Document) -> None:
        """Rows know a registration by its random id alone: there is nothing to remove, and that is the receipt."""
        event = ErasureReceipted(person_id=receipt_for(erasure), removed={}, remains=(REMAINS,))
        await write_receipt(self._erasures, erasure, event, self._clock)
