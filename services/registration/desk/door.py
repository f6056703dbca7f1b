"""Check-in at the door of a gathering: by code or by name, repeatable; people who came unannounced; reporting who did not come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
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
from services.registration.domain.meetings import at_the_door
from services.registration.registrations.documents import Registration
from services.registration.registrations.registering import Registering
from services.registration.registrations.repository import RegistrationRepository
from services.registration.registrations.schemas import WalkIn
from services.registration.registrations.search_keys import door_key
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import registration_state
from services.registration.seats.repository import Derivation, SeatLedgers

NEWEST = 10
"""Arrivals shown with a way back."""


class Door:
    """Checks people in. Names never enter a ledger: they are added to its answers."""

    def __init__(self, repository: RegistrationRepository, ledgers: SeatLedgers, registering: Registering) -> None:
        self._repository = repository
        self._ledgers = ledgers
        self._registering = registering

    async def find_by_code(self, scope: TenantScope, gathering_id: str, entry: str) -> Registration | None:
        """The registration whose code was typed or scanned; None where the entry is no code.

        Raises: Problem 404 no registration of this gathering has the code.
        """
        code = read_code(entry)
        if code is None:
            return None
        registration = await self._repository.with_key(scope, gathering_id, door_key(code))
        if registration is None:
            raise not_found("code at this meeting")
        return registration

    async def check_in(
        self, scope: TenantScope, gathering_id: str, body: Arrival, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Check in so many of a group (all, where no number is given; 0 takes it back); (answer, replayed). Of several meetings at that
        which is asked for, else at the one at whose door people stand now.

        Raises: Problem 404 no such code or registration here; 409 it waits for seats, more than are registered; 422 no code, no such
        meeting.
        """
        registration: Registration | None
        if body.registration_id is not None:
            registration = await self._repository.get_unerased(scope, body.registration_id)
        else:
            registration = await self.find_by_code(scope, gathering_id, body.code or "")
            if registration is None:
                raise invalid(FieldError("/code", "This is not a code for the door: it has eight letters and digits."))
        if registration is None or registration.gathering != gathering_id:
            raise not_found("registration at this meeting")
        id = registration.id

        def view(ledger: Ledger, checked_in: tuple[str, bool]) -> Answer:
            meeting, again = checked_in
            claim = ledger.claims[id]
            state = registration_state(ledger, id)
            at_meeting = {"meeting": meeting, "people_here": claim.here(meeting)} if meeting else {}
            return {"id": id, "people": claim.size, "again": again, **state, **at_meeting}

        answer, replayed = await self._ledgers.execute(
            scope, gathering_id, CheckIn(id, body.people, body.meeting or ""), view, about=(id,), key=request
        )
        return {**answer, "name": registration.name, "language": registration.language}, replayed

    async def walk_in(
        self, caller: Caller, gathering_id: str, body: WalkIn, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Seat a group that comes unannounced and check it in, if there are seats for all of it; (answer, replayed).

        Raises: Problem 409 not enough seats, or the gathering is over.
        """

        return await self._registering.walk_in(caller, gathering_id, body, request)

    async def counts(self, scope: TenantScope, gathering_id: str, now: datetime, meeting: str = "") -> Answer:
        """How many are here, expected and missing, and the newest arrivals: ids with people and time. `meeting`: at which of several;
        empty: the one at whose door people stand now.

        Raises: Problem 404, also of a meeting.
        """

        def choose_meeting(ledger: Ledger) -> Answer:
            meetings = ledger.terms.meetings
            if not meeting:
                current = at_the_door(meetings, now)
                return {"meeting": current.id if current else ""}
            return {"meeting": next((one.id for one in meetings if one.id == meeting), None)}

        meeting_id = (await self._ledgers.view(scope, gathering_id, choose_meeting))["meeting"]
        if meeting_id is None:
            raise not_found("meeting")
        figures = await self._ledgers.derived(scope, gathering_id, _figures_of(meeting_id))
        return {**figures, "meeting": meeting_id} if meeting_id else figures

    async def close(self, scope: TenantScope, gathering_id: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Publish who was there and who did not come; again after a correction. Happens by itself an hour after the end where people
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
        return await self._repository.get_many(scope, ids)


@lru_cache(maxsize=512)
def _figures_of(meeting: str) -> Derivation:
    """Figures of one of several meetings; of the gathering (empty) where it has no list of them."""

    def figures(ledger: Ledger) -> Answer:
        claims = ledger.claims.values()
        people_here = [c.here(meeting) for c in claims if c.here(meeting)]
        expected = [c for c in claims if c.seated and c.confirmed]
        missing_groups = sum(not c.here(meeting) for c in expected)
        left_groups, left_people = ledger.state.left.at(meeting)
        arrivals = [(c.came_at, id, c) for id, c in ledger.claims.items() if c.came_at is not None and c.here(meeting)]
        newest = nlargest(NEWEST, arrivals, key=lambda arrival: arrival[:2])
        return {
            "groups": len(people_here) + left_groups,
            "people": sum(people_here) + left_people,
            "expected": sum(c.size for c in claims if c.seated),
            "expected_groups": len(people_here) + missing_groups,
            "missing_groups": missing_groups,
            "missing": sum(c.size - c.here(meeting) for c in expected),
            "free": ledger.room(),
            "waiting": ledger.counts.waiting,
            "closed": ledger.state.attended_at is not None,
            "newest": [{"id": id, "people_here": c.here(meeting), "people": c.size, "at": at} for at, id, c in newest],
        }

    return figures
