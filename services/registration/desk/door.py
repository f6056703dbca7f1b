"""Check-in at the door of a gathering: by code or by name, repeatable; people who came unannounced; reporting who did not come."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from contracts.registration import GatheringAttended
from services.registration.desk.schemas import Arrival
from services.registration.domain.commands import CheckIn, CloseDoor
from services.registration.domain.door_code import read_code
from services.registration.domain.ledger import Ledger
from services.registration.domain.seating import attendance
from services.registration.registrations.documents import Registration
from services.registration.registrations.registering import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.registrations.schemas import WalkIn
from services.registration.registrations.search_keys import door_key
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import registration_state
from services.registration.seats.repository import SeatLedgers

NEWEST = 10
"""Arrivals shown with a way back."""


class Door:
    """Checking in. Names never enter a ledger: they are added to its answers."""

    def __init__(self, repository: RegistrationRepository, ledgers: SeatLedgers, registrations: Registrations) -> None:
        self._repository = repository
        self._ledgers = ledgers
        self._registrations = registrations

    async def found(self, scope: TenantScope, gathering_id: str, entry: str) -> Registration | None:
        """The registration whose code was typed or scanned; None where the entry is no code.

        Raises: Problem 404 no registration of this gathering has the code.
        """
        code = read_code(entry)
        if code is None:
            return None
        found = await self._repository.with_key(scope, gathering_id, door_key(code))
        if found is None:
            raise not_found("code at this meeting")
        return found

    async def check_in(
        self, scope: TenantScope, gathering_id: str, body: Arrival, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """So many of a group are here (all, where no number is given; 0 takes it back); (answer, replayed).

        Raises: Problem 404 no such code or registration here; 409 it waits for seats, more than are registered; 422 no code.
        """
        found: Registration | None
        if body.registration_id is not None:
            found = await self._repository.one(scope, body.registration_id)
        else:
            found = await self.found(scope, gathering_id, body.code or "")
            if found is None:
                raise invalid(FieldError("/code", "This is not a code for the door: it has eight letters and digits."))
        if found is None or found.gathering != gathering_id:
            raise not_found("registration at this meeting")
        id = found.id

        def view(ledger: Ledger, again: bool) -> Answer:
            return {"id": id, "people": ledger.claims[id].size, "again": again, **registration_state(ledger, id)}

        answer, replayed = await self._ledgers.execute(
            scope, gathering_id, CheckIn(id, body.people), view, about=(id,), key=request
        )
        return {**answer, "name": found.name, "language": found.language}, replayed

    async def walk_in(
        self, caller: Caller, gathering_id: str, body: WalkIn, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """A group that comes unannounced gets seats and is here, if there are seats for all of it; (answer, replayed).

        Raises: Problem 409 not enough seats, or the gathering is over.
        """

        return await self._registrations.walk_in(caller, gathering_id, body, request)

    async def counts(self, scope: TenantScope, gathering_id: str) -> Answer:
        """How many are here, expected and missing, and the newest arrivals: ids with people and time."""

        return await self._ledgers.derived(scope, gathering_id, _counted)

    async def close(self, scope: TenantScope, gathering_id: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Tell who was there and who did not come; again after a correction. Happens by itself an hour after the end where people
        were checked in.

        Raises: Problem 409 before the end.
        """

        def view(ledger: Ledger, attended: GatheringAttended) -> Answer:
            return {
                "groups": attended.groups,
                "people": attended.people,
                "missed": len(attended.missed),
                "missed_people": attended.missed_people,
            }

        return await self._ledgers.execute(scope, gathering_id, CloseDoor(), view, key=request)

    async def people(self, scope: TenantScope, ids: Sequence[str]) -> dict[str, Registration]:
        """Who these registrations are, by id; those that were erased are missing."""
        return await self._repository.these(scope, ids)


def _counted(ledger: Ledger) -> Answer:
    attended = attendance(ledger)
    came = [(c.came_at, id, c) for id, c in ledger.claims.items() if c.came_at is not None]
    newest = nlargest(NEWEST, came, key=lambda one: one[:2])
    return {
        "groups": attended.groups,
        "people": attended.people,
        "expected": sum(c.size for c in ledger.claims.values() if c.seated),
        "expected_groups": attended.groups + len(attended.missed),
        "missing_groups": len(attended.missed),
        "missing": attended.missed_people,
        "free": ledger.room(),
        "waiting": ledger.counts.waiting,
        "closed": ledger.state.attended_at is not None,
        "newest": [{"id": id, "people_here": c.came, "people": c.size, "at": at} for at, id, c in newest],
    }
