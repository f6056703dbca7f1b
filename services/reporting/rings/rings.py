"""Use cases of rings: founding, joining and leaving them, and what members enter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, Problem, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_platform
from contracts import reporting as events
from services.reporting.domain.ring import (
    Document,
    Invite,
    Measure,
    MeasureStatus,
    Meeting,
    NoSuchEntry,
    NotAMember,
    NotInvited,
    Put,
    RingCommand,
    RingRefusal,
    RingState,
    decide_ring,
)
from services.reporting.municipalities import Municipalities
from services.reporting.rings.documents import Ring
from services.reporting.rings.repository import MOST_OF_ONE, RingRepository
from services.reporting.rings.schemas import DocumentBody, MeasureBody, MeetingBody, RingBody

JsonObject = dict[str, Any]


class Rings:
    """Founds rings and carries out what members do; nobody else sees that a ring exists."""

    def __init__(self, rings: RingRepository, municipalities: Municipalities, clock: Clock) -> None:
        self._rings = rings
        self._municipalities = municipalities
        self._clock = clock

    async def create(self, scope: TenantScope, body: RingBody, key: IdempotencyKey) -> tuple[JsonObject, bool]:
        """A new ring, its founder the first member. Raises Problem: 409 too many rings; 422 a municipality is not known."""
        if len(await self._rings.list_of_member(scope.tenant)) >= MOST_OF_ONE:
            raise Problem(409, "too-many-rings", "Too many rings", "Leave a ring that is over first.")
        others = tuple(slug for slug in dict.fromkeys(body.municipalities) if slug != scope.tenant)
        await self._municipalities.check(
            {f"/municipalities/{body.municipalities.index(slug)}": slug for slug in others}
        )
        now = self._clock.now()
        state = RingState(title=body.title, purpose=body.purpose, members=(scope.tenant,), invited=others)
        ring = Ring(id=key.new_document_id(), tenant=of_platform().tenant, state=state, changed_at=now)
        ring_events = [events.RingChanged(ring_id=ring.id, members=state.members), *_invitation_events(ring.id, others)]
        _, replayed = await self._rings.add_once(of_platform(), ring, ring_events, None, key, now)
        return await self.get(scope, ring.id), replayed

    async def list_all(self, scope: TenantScope) -> JsonObject:
        """Rings that the municipality belongs to, and those that invite it."""
        return {
            "items": await self._all_as_json(await self._rings.list_of_member(scope.tenant)),
            "invitations": await self._all_as_json(await self._rings.list_inviting(scope.tenant)),
        }

    async def get(self, scope: TenantScope, id: str) -> JsonObject:
        """A ring, for members and those who are invited. Raises Problem 404."""
        ring = await self._rings.get(of_platform(), id)
        if ring is None or scope.tenant not in (*ring.state.members, *ring.state.invited):
            raise not_found("ring")
        return (await self._all_as_json([ring]))[0]

    async def carry_out(
        self, scope: TenantScope, id: str, command: RingCommand, key: IdempotencyKey | None = None
    ) -> JsonObject:
        """Carry out a command of a member or of who is invited. Raises Problem: 404 no such ring for this municipality, or no such entry; 409 it does not fit; 422."""
        await self.get(scope, id)
        if isinstance(command, Invite):
            await self._municipalities.check({"/municipality": command.municipality})
        now = self._clock.now()

        def change(before: Ring) -> Decision[Ring] | None:
            try:
                state = decide_ring(before.state, command, scope.tenant)
            except (NotAMember, NotInvited, NoSuchEntry):
                raise not_found("ring") from None
            except RingRefusal as refusal:
                raise Problem(409, "ring-full", "Too much in this ring", refusal.sentence) from None
            if state == before.state:
                return None
            members_changed = state.members != before.state.members
            membership_events = [events.RingChanged(ring_id=id, members=state.members)] if members_changed else []
            newly_invited = tuple(slug for slug in state.invited if slug not in before.state.invited)
            return Decision(
                msgspec.structs.replace(before, state=state, changed_at=now),
                [*membership_events, *_invitation_events(id, newly_invited)],
            )

        await self._rings.change(of_platform(), id, change, now, key)
        ring = await self._rings.get(of_platform(), id)
        if ring is None:
            raise not_found("ring")
        return (await self._all_as_json([ring]))[0]

    async def add_document(self, scope: TenantScope, id: str, body: DocumentBody, key: IdempotencyKey) -> JsonObject:
        entry = Document(key.new_document_id(), body.title, body.url, scope.tenant, self._clock.now())
        return await self.carry_out(scope, id, Put(entry), key)

    async def add_meeting(self, scope: TenantScope, id: str, body: MeetingBody, key: IdempotencyKey) -> JsonObject:
        return await self.carry_out(scope, id, Put(_meeting(key.new_document_id(), body)), key)

    async def change_meeting(self, scope: TenantScope, id: str, body: MeetingBody, entry: str) -> JsonObject:
        return await self.carry_out(scope, id, Put(_meeting(entry, body), new=False))

    async def add_measure(self, scope: TenantScope, id: str, body: MeasureBody, key: IdempotencyKey) -> JsonObject:
        return await self.carry_out(scope, id, Put(_measure(key.new_document_id(), body)), key)

    async def change_measure(self, scope: TenantScope, id: str, body: MeasureBody, entry: str) -> JsonObject:
        return await self.carry_out(scope, id, Put(_measure(entry, body), new=False))

    async def mark_measure(self, scope: TenantScope, id: str, entry: str, status: str) -> JsonObject:
        """How far a common measure is. Raises Problem: 404 no such measure; 422 no such status."""
        if status not in get_args(MeasureStatus):
            raise invalid(FieldError("/status", "Please choose one of the given answers."))
        ring = await self._rings.get(of_platform(), id)
        measure = next((one for one in ring.state.measures if one.id == entry), None) if ring else None
        if measure is None:
            raise not_found("measure")
        return await self.carry_out(scope, id, Put(msgspec.structs.replace(measure, status=status), new=False))

    async def members(self, ring: str) -> Collection[str]:
        stored_ring = await self._rings.get(of_platform(), ring)
        return stored_ring.state.members if stored_ring else ()

    async def ring_ids(self, scope: TenantScope) -> Collection[str]:
        return [one.id for one in await self._rings.list_of_member(scope.tenant)]

    async def _all_as_json(self, rings: Sequence[Ring]) -> list[JsonObject]:
        names = await self._municipalities.list_named(
            slug for ring in rings for slug in (*ring.state.members, *ring.state.invited)
        )
        return [_as_json(ring, names) for ring in rings]


def _meeting(id: str, body: MeetingBody) -> Meeting:
    return Meeting(id, body.title, body.starts_at, body.url or "", body.findings)


def _measure(id: str, body: MeasureBody) -> Measure:
    return Measure(id, body.title, body.due, body.status)


def _as_json(ring: Ring, names: Mapping[str, JsonObject]) -> JsonObject:
    """A ring as the API shows it. `names`: municipalities that take part still, by slug; others are left out."""
    state = ring.state
    return {
        "id": ring.id,
        "title": state.title,
        "purpose": state.purpose,
        "members": [names[slug] for slug in state.members if slug in names],
        "invited": [names[slug] for slug in state.invited if slug in names],
        "documents": [
            {"id": one.id, "title": one.title, "url": one.url, "by": one.by, "at": rfc3339(one.at)}
            for one in state.documents
        ],
        "meetings": [
            {
                "id": meeting.id,
                "title": meeting.title,
                "starts_at": rfc3339(meeting.starts_at),
                "url": meeting.url or None,
                "findings": meeting.findings,
            }
            for meeting in sorted(state.meetings, key=lambda meeting: meeting.starts_at)
        ],
        "measures": [
            {"id": one.id, "title": one.title, "due": one.due.isoformat() if one.due else None, "status": one.status}
            for one in state.measures
        ],
        "as_of": rfc3339(ring.changed_at),
    }


def _invitation_events(ring: str, municipalities: tuple[str, ...]) -> list[events.ExchangeTold]:
    if not municipalities:
        return []
    return [events.ExchangeTold(news="ring-invited", subject_id=ring, municipalities=municipalities)]
