"""Whom registration knows in a municipality besides those who registered: staff, applicants and respondents, by contact id.

An erasure is taken for these alone: a municipality that asks for the erasure of a person of another one is told that there is no
such person. The ids come from the events that make the contacts; who they are stays with the services that know.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.messaging.projection import Handler, Upsert, Write
from chassis.storage.mongo import Collection, Database
from chassis.storage.tenancy import TenantScope
from contracts.envelope import Envelope
from contracts.registration import MunicipalityApplied, StaffGranted
from contracts.selfcheck import ReminderDue, RespondentInvited

COLLECTION = "known_people"


class KnownPeople:
    """Contact ids by tenant."""

    def __init__(self, database: Database) -> None:
        self._rows: Collection = database[COLLECTION]

    async def knows(self, scope: TenantScope, contact_id: str) -> bool:
        """Whether an event of this tenant made a contact of this id."""
        return await self._rows.find_one(scope.filter(_id=_id(scope.tenant, contact_id)), {"_id": 1}) is not None


def _id(tenant: str, contact_id: str) -> str:
    return f"{tenant}:{contact_id}"


def _known(envelope: Envelope, event: Any) -> Iterable[Write]:
    if event.contact_id:
        yield Upsert(COLLECTION, _id(envelope.tenant, event.contact_id))


HANDLERS: dict[str, Handler] = {
    event.event_type: _known for event in (MunicipalityApplied, StaffGranted, RespondentInvited, ReminderDue)
}
