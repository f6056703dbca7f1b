"""Use cases of visits among peers: proposing, accepting and reporting on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, Problem, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.pagination import unknown_place
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from contracts import reporting as events
from contracts.envelope import Event
from services.reporting.domain.contribution import in_batches
from services.reporting.domain.visit import (
    Accept,
    Note,
    NotInvited,
    VisitCommand,
    VisitRefusal,
    VisitState,
    decide_visit,
)
from services.reporting.municipalities import Municipalities
from services.reporting.practices.library import PracticeLibrary
from services.reporting.visits.documents import PeerVisit
from services.reporting.visits.refusals_staff import AHEAD, ASK_ONE, HOST_AWAY, NOT_OWN, SUSPENDED, refused
from services.reporting.visits.repository import MOST_PROPOSED, MOST_SHOWN, VisitRepository
from services.reporting.visits.schemas import VisitBody

JsonObject = dict[str, Any]


class PeerVisits:
    """Proposes visits and carries out what those whom one concerns decide; nobody else sees it."""

    def __init__(
        self, visits: VisitRepository, library: PracticeLibrary, municipalities: Municipalities, clock: Clock
    ) -> None:
        self._visits = visits
        self._library = library
        self._municipalities = municipalities
        self._clock = clock

    async def propose(self, scope: TenantScope, body: VisitBody, key: IdempotencyKey) -> tuple[JsonObject, bool]:
        """Ask for a visit or offer one; those named are told. Raises Problem: 404 no such practice; 409 too many; 422."""
        others = await self._check_named(scope, body)
        asks_to_come = body.kind == "ask"
        if asks_to_come and len(others) != 1:
            raise invalid(FieldError("/municipalities", ASK_ONE))
        visits = await self._visits.list_of_municipality(scope.tenant)
        if sum(visit.tenant == scope.tenant for visit in visits) >= MOST_PROPOSED:
            raise Problem(409, "too-many-visits", "Too many visits", "You have proposed very many visits already.")
        now = self._clock.now()
        if body.starts_at <= now:
            raise invalid(FieldError("/starts_at", AHEAD))
        state = VisitState(
            kind=body.kind,
            title=body.title,
            host=others[0] if asks_to_come else scope.tenant,
            visitors=(scope.tenant,) if asks_to_come else (),
            invited=others,
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            mode=body.mode,
            agenda=tuple(body.agenda),
            practice=body.practice or "",
            questions=tuple(Note(one, scope.tenant) for one in body.questions),
        )
        visit = PeerVisit(
            id=key.new_document_id(), tenant=scope.tenant, state=state, concerns=state.people, changed_at=now
        )
        proposed = events.VisitProposed(visit_id=visit.id, kind=body.kind, host=state.host, invited=others)
        invitations = events.ExchangeTold(news="visit-asked", subject_id=visit.id, municipalities=others)
        _, replayed = await self._visits.add_once(scope, visit, (proposed, invitations), None, key, now)
        if replayed:
            return await self.get(scope, visit.id), True
        return await self._as_json(scope, visit), False

    async def list_page(
        self, scope: TenantScope, limit: int = MOST_SHOWN, after: str | None = None
    ) -> list[JsonObject]:
        """The latest first; `after`: those that follow this one. Raises Problem 422: the place of another list."""
        visits = await self._visits.list_of_municipality(scope.tenant)
        if after is not None:
            place = next((place for place, one in enumerate(visits, start=1) if one.id == after), None)
            if place is None:
                raise unknown_place()
            visits = visits[place:]
        visits = visits[:limit]
        names = await self._municipalities.list_named(slug for one in visits for slug in one.state.people)
        return [_as_json(scope, one, names) for one in visits]

    async def get(self, scope: TenantScope, id: str) -> JsonObject:
        """A visit that concerns the municipality. Raises Problem 404, also for those whom it does not concern."""
        return await self._as_json(scope, await self._get_visit(scope, id))

    async def carry_out(
        self, scope: TenantScope, id: str, command: VisitCommand, key: IdempotencyKey | None = None
    ) -> JsonObject:
        """Carry out a command on a visit. Raises Problem: 404; 409 it does not fit."""
        visit, now = await self._get_visit(scope, id), self._clock.now()
        if isinstance(command, Accept):
            await self._check_host(visit.state.host)

        def change(before: PeerVisit) -> Decision[PeerVisit] | None:
            try:
                state = decide_visit(before.state, command, scope.tenant, now)
            except NotInvited:
                raise not_found("visit") from None
            except VisitRefusal as refusal:
                raise refused(refusal) from None
            if state == before.state:
                return None
            accepted = state.status == "accepted" and before.state.status != "accepted"
            after = msgspec.structs.replace(
                before,
                state=state,
                concerns=state.people,
                due_at=state.remind_at if accepted else before.due_at if state.status == "accepted" else None,
                changed_at=now,
            )
            return Decision(after, _events(id, before.state, state, scope.tenant))

        await self._visits.change(of_document({"tenant": visit.tenant}), id, change, now, key)
        after = await self._visits.get_in_any_tenant(id)
        if after is None:
            raise not_found("visit")
        return await self._as_json(scope, after)

    async def ask_for_report(self, document: Document) -> None:
        """The month is almost over: those who took part are asked once for what came of it."""
        now = self._clock.now()

        def change(before: PeerVisit) -> Decision[PeerVisit]:
            report_is_due = before.state.status == "accepted"
            batches = in_batches(before.state.taking_part, "") if report_is_due else []
            reminders = [
                events.ExchangeTold(news="visit-report-due", subject_id=before.id, municipalities=part)
                for part in batches
            ]
            return Decision(msgspec.structs.replace(before, due_at=None), reminders)

        await self._visits.change(of_document(document), document["_id"], change, now)

    async def _get_visit(self, scope: TenantScope, id: str) -> PeerVisit:
        visit = await self._visits.get_in_any_tenant(id)
        if visit is None or scope.tenant not in visit.concerns:
            raise not_found("visit")
        return visit

    async def _check_named(self, scope: TenantScope, body: VisitBody) -> tuple[str, ...]:
        others = tuple(dict.fromkeys(body.municipalities))
        if body.practice is not None:
            await self._library.get_published(body.practice, public=False)
        for place, slug in enumerate(others):
            if slug == scope.tenant:
                raise invalid(FieldError(f"/municipalities/{place}", NOT_OWN))
        await self._municipalities.check_open(
            {f"/municipalities/{body.municipalities.index(slug)}": slug for slug in others}, SUSPENDED
        )
        return others

    async def _check_host(self, slug: str) -> None:
        """Check that somebody at the host's can prepare the visit. Raises Problem 409 where nobody there could prepare the visit."""
        if not await self._municipalities.is_open(slug):
            raise Problem(409, "host-away", "Not possible in the present state", HOST_AWAY)

    async def _as_json(self, scope: TenantScope, visit: PeerVisit) -> JsonObject:
        return _as_json(scope, visit, await self._municipalities.list_named(visit.state.people))


def _as_json(scope: TenantScope, visit: PeerVisit, names: Mapping[str, JsonObject]) -> JsonObject:
    """A visit as the API shows it. `names`: municipalities that take part still, by slug."""
    state = visit.state
    return {
        "id": visit.id,
        "kind": state.kind,
        "title": state.title,
        "status": state.status,
        "host": names.get(state.host),
        "visitors": [names[slug] for slug in state.visitors if slug in names],
        "invited": [names[slug] for slug in state.invited if slug in names],
        "starts_at": rfc3339(state.starts_at),
        "ends_at": rfc3339(state.ends_at),
        "mode": state.mode,
        "agenda": list(state.agenda),
        "practice": state.practice or None,
        "questions": [{"text": one.text, "by": names.get(one.by)} for one in state.questions],
        "findings": [{"text": one.text, "by": names.get(one.by)} for one in state.findings],
        "report": state.report or None,
        "reported_by": names.get(state.reported_by),
        "report_by": rfc3339(state.report_by),
        "may_accept": state.may_accept(scope.tenant),
        "as_of": rfc3339(visit.changed_at),
    }


def _events(id: str, before: VisitState, after: VisitState, actor: str) -> list[Event]:
    """The events of a change, on which others may build; from the first acceptance registration drafts the gathering."""
    if after.status == "cancelled":
        return [events.VisitCancelled(visit_id=id)]
    if after.status == "reported" and before.status != "reported":
        return [events.VisitReported(visit_id=id)]
    if after.invited != before.invited and actor in before.invited and actor in after.taking_part:
        accepted = events.VisitAccepted(
            visit_id=id,
            host=after.host,
            visitors=after.visitors,
            starts_at=after.starts_at,
            ends_at=after.ends_at,
            mode=after.mode,
        )
        batches = in_batches(after.taking_part, actor)
        return [
            accepted,
            *(events.ExchangeTold(news="visit-accepted", subject_id=id, municipalities=one) for one in batches),
        ]
    return []
