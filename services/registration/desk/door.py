"""The door of a gathering: who comes in, by code or by name, as often as it is told; who came unannounced; who did not come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from heapq import nlargest
from typing import Any

from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.aggregates import Aggregates
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from services.registration.domain.door_code import read_code
from services.registration.domain.seats import Ledger, Refused
from services.registration.schemas import Arrival, WalkIn
from services.registration.seats.ledgers import Also, Answer, Ledgers
from services.registration.seats.registrations import Registrations
from services.registration.seats.standing import standing

NEWEST = 10
"""Arrivals shown with a way back."""
SHOWN = {"name": 1, "party": 1, "language": 1, "support": 1, "contact": 1, "gathering": 1}


class Door:
    """Check-ins and what comes of them. Names never enter a ledger: they are added to its answers."""

    def __init__(self, registrations: Aggregates, ledgers: Ledgers, use: Registrations) -> None:
        self._all = registrations
        self._ledgers = ledgers
        self._use = use

    async def found(self, scope: TenantScope, gathering_id: str, entry: str) -> Document | None:
        """The registration whose code was typed or scanned; None where the entry is no code.

        Raises: Problem 404 no registration of this gathering has the code.
        """
        code = read_code(entry)
        if code is None:
            return None
        condition = scope.filter(gathering=gathering_id, keys=f"d:{code}", erased=None)
        document = await self._all.collection.find_one(condition, SHOWN)
        if document is None:
            raise not_found("code at this meeting")
        return document

    async def check_in(
        self, scope: TenantScope, gathering_id: str, body: Arrival, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """So many of a group are here (all, where no number is given; 0 takes it back); (answer, replayed).

        Raises: Problem 404 no such code or registration here; 409 it waits for seats, more than are registered; 422 no code.
        """
        if body.registration_id is not None:
            condition = scope.filter(_id=body.registration_id, gathering=gathering_id, erased=None)
            document = await self._all.collection.find_one(condition, SHOWN)
        else:
            document = await self.found(scope, gathering_id, body.code or "")
            if document is None:
                raise invalid(FieldError("/code", "This is not a code for the door: it has eight letters and digits."))
        if document is None:
            raise not_found("registration at this meeting")
        id = document["_id"]

        def step(ledger: Ledger, gathering: Document, now: datetime) -> Answer:
            _taking_place(gathering)
            before = ledger.claims.get(id)
            claim = ledger.arrive(id, now, body.people)
            again = before is not None and before.arrived and before.came == claim.came
            return {"id": id, "people": claim.size, "again": again, **standing(ledger, gathering, id)}

        answer, replayed = await self._ledgers.run(scope, gathering_id, step, request=request)
        return {**answer, "name": document["name"], "language": document["language"]}, replayed

    async def walk_in(
        self, caller: Caller, gathering_id: str, body: WalkIn, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """A group that comes unannounced gets seats and is here, if there are seats for all of it; (answer, replayed).

        Raises: Problem 409 not enough seats, or the gathering is over.
        """

        def room(ledger: Ledger, gathering: Document, now: datetime) -> Answer:
            _taking_place(gathering)
            if now >= gathering["facts"]["ends_at"]:
                raise Refused("over", "This meeting is over.")
            if request.key not in gathering["claims"] and body.people > ledger.free:
                raise Refused("no-room", "There are not enough free seats for a group of this size.")
            return {}

        await self._ledgers.run(caller.scope, gathering_id, room)
        return await self._use.walk_in(caller, gathering_id, body, request)

    async def counts(self, scope: TenantScope, gathering_id: str) -> Answer:
        """How many are here, expected and missing, and the newest arrivals: ids with people and time."""

        return await self._ledgers.derived(scope, gathering_id, _counted)

    async def close(self, scope: TenantScope, gathering_id: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Tell who was there and who did not come; again after a correction. Happens by itself an hour after the end where people
        were checked in.

        Raises: Problem 409 before the end.
        """

        def step(ledger: Ledger, gathering: Document, now: datetime) -> Also:
            _taking_place(gathering)
            if now < gathering["facts"]["ends_at"]:
                raise conflict("not-over", "This meeting is not over yet.")
            told = ledger.attendance()
            ledger.events.append(told)
            figures = {
                "groups": told.groups,
                "people": told.people,
                "missed": len(told.missed),
                "missed_people": told.missed_people,
            }
            return Also(figures, {"attended_at": now})

        return await self._ledgers.run(scope, gathering_id, step, request=request)

    async def people(self, scope: TenantScope, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Who these registrations are, by id; those that were erased are missing."""
        found = self._all.collection.find(scope.filter(_id={"$in": list(ids)}, erased=None), SHOWN)
        return {document["_id"]: document for document in await found.to_list(None)}


def _counted(ledger: Ledger, gathering: Document) -> Answer:
    told = ledger.attendance()
    came = [(c.came_at, id, c) for id, c in ledger.claims.items() if c.came_at is not None]
    newest = nlargest(NEWEST, came, key=lambda one: one[:2])
    return {
        "groups": told.groups,
        "people": told.people,
        "expected": sum(c.size for c in ledger.claims.values() if c.seated),
        "expected_groups": told.groups + len(told.missed),
        "missing_groups": len(told.missed),
        "missing": told.missed_people,
        "free": ledger.free,
        "waiting": ledger.waiting,
        "closed": gathering.get("attended_at") is not None,
        "newest": [{"id": id, "people_here": c.came, "people": c.size, "at": at} for at, id, c in newest],
    }


def _taking_place(gathering: Document) -> None:
    if gathering["status"] != "published":
        raise Refused("gathering-cancelled", "This gathering does not take place.")
