"""The stored form of a gathering's seat ledger, and the one place that writes it.

All claims of a gathering stand in its document (`claims`), those that ended in `gone`. Commands that arrive together are
decided one after the other and written with one conditional update; another process's write in between makes that update
miss, and everything is decided again on the fresh state.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi.exceptions import RequestValidationError

from chassis.clock import Clock
from chassis.http.problems import Problem, busy, conflict, not_found
from chassis.messaging.outbox import Outgoing
from chassis.operations import trace
from chassis.operations.metrics import Metrics
from chassis.storage.aggregates import MAX_ATTEMPTS, Aggregates, Change, Conflict
from chassis.storage.group_commit import GroupCommit
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.registration import ParticipantLapsed, ParticipantReleased
from services.registration.domain.gathering import Status
from services.registration.domain.retention import first_look
from services.registration.domain.seats import Ledger, Refused
from services.registration.seats.stored_ledger import after, ended, from_claim, ledger_of, totals

Answer = dict[str, Any]
ATTENDANCE_AFTER = timedelta(hours=1)
"""After the end of a gathering, so that the door's list can still be put right."""


@dataclass(frozen=True)
class Also:
    """The answer of a command that changes the gathering itself as well as its ledger: fields to set."""

    answer: Answer
    set: Document


Step = Callable[[Ledger, Document, datetime], Answer | Also]
"""Decides one command on the ledger and answers it. May raise Refused or Problem; then it has changed nothing."""
Derivation = Callable[[Ledger, Document], Answer]
"""Answers from a ledger and its gathering alone; a function that lives as long as the process."""


def attendance_due(document: Document, ledger: Ledger) -> datetime | None:
    """When it is told who did not come. Only where people were checked in: without a door nobody knows."""
    if document["status"] != "published" or document.get("attended_at") or not ledger.here:
        return None
    ends_at: datetime = document["facts"]["ends_at"]
    return ends_at + ATTENDANCE_AFTER


@dataclass(frozen=True)
class _Command:
    step: Step
    claim_of: str | None
    request: IdempotencyKey | None
    fresh: bool = False
    traceparent: str | None = field(default_factory=trace.current)


class Ledgers:
    """Decides and writes commands on ledgers, grouped by gathering."""

    def __init__(self, gatherings: Aggregates, clock: Clock, metrics: Metrics) -> None:
        self._gatherings = gatherings
        self._clock = clock
        self._metrics = metrics
        self._queues: dict[tuple[str, str], GroupCommit[_Command, tuple[Answer, bool]]] = {}
        self._known: dict[tuple[str, str], tuple[Document, Ledger]] = {}
        self._facts: dict[tuple[str, str], tuple[Document, Status]] = {}
        self._derived: dict[tuple[str, str], dict[Derivation, tuple[int, Answer]]] = {}

    async def run(
        self,
        scope: TenantScope,
        gathering_id: str,
        step: Step,
        *,
        claim_of: str | None = None,
        request: IdempotencyKey | None = None,
    ) -> tuple[Answer, bool]:
        """Carry out one command; (answer, whether it is the first answer of an earlier request).

        `claim_of`: the registration whose first answer is kept with its claim.

        Raises:
            Problem: 404 no such gathering, 409 the rules refuse, 503 too much contention.
        """
        return await self._queue(scope, gathering_id).submit(_Command(step, claim_of, request))

    async def view(self, scope: TenantScope, gathering_id: str, read: Step) -> Answer:
        """What `read` finds in the ledger as it is stored now. Costs no more for a large gathering than for a small one,
        as long as this process knows the newest version.

        Raises: Problem 404.
        """
        answer, _ = await self._queue(scope, gathering_id).submit(_Command(read, None, None, fresh=True))
        return answer

    async def derived(self, scope: TenantScope, gathering_id: str, compute: Derivation) -> Answer:
        """What follows from all claims, computed once for each version of the gathering: pages ask for it again and again.

        Raises: Problem 404.
        """

        def read(ledger: Ledger, document: Document, now: datetime) -> Answer:
            known = self._derived.setdefault((scope.tenant, gathering_id), {})
            version, answer = known.get(compute, (0, {}))
            if version != document["version"]:
                answer = compute(ledger, document)
                known[compute] = document["version"], answer
            return answer

        return await self.view(scope, gathering_id, read)

    async def facts(self, scope: TenantScope, gathering_id: str) -> tuple[Document, Status]:
        """(facts, status) as this process last saw them; whoever refuses because of them looks again with `run`.

        Raises: Problem 404.
        """
        known = self._facts.get((scope.tenant, gathering_id))
        if known is None:
            await self.run(scope, gathering_id, lambda ledger, document, now: {})
            known = self._facts[scope.tenant, gathering_id]
        return known

    async def snapshot(self, scope: TenantScope, gathering_id: str) -> Document:
        """A copy of the gathering with all its claims as stored, after what is due has lapsed: to try something out on.

        Raises: Problem 404.
        """
        await self.run(scope, gathering_id, lambda ledger, document, now: {})
        document = await self._gatherings.load(scope, gathering_id)
        if document is None:
            raise not_found("gathering")
        return document

    def forget(self, scope: TenantScope, gathering_id: str) -> None:
        """The gathering was changed elsewhere: look again before deciding anything."""
        self._known.pop((scope.tenant, gathering_id), None)
        self._facts.pop((scope.tenant, gathering_id), None)

    def _queue(self, scope: TenantScope, gathering_id: str) -> GroupCommit[_Command, tuple[Answer, bool]]:
        key = (scope.tenant, gathering_id)
        queue = self._queues.get(key)
        if queue is None:
            queue = GroupCommit(
                lambda commands: self._round(scope, gathering_id, commands),
                512,
                self._metrics.commit_size.labels("ledger"),
            )
            self._queues[key] = queue
            if len(self._queues) > 2_000:
                self._forget_idle(keep=key)
        return queue

    def _forget_idle(self, keep: tuple[str, str]) -> None:
        for key, queue in list(self._queues.items()):
            if key != keep and queue.idle:
                del self._queues[key]
                self._derived.pop(key, None)
                self._known.pop(key, None)
                self._facts.pop(key, None)

    async def _round(
        self, scope: TenantScope, gathering_id: str, commands: Sequence[_Command]
    ) -> Sequence[tuple[Answer, bool] | BaseException]:
        for attempt in range(MAX_ATTEMPTS):
            key = scope.tenant, gathering_id
            known = self._known.pop(key, None)
            if known is not None and any(command.fresh for command in commands):
                stored = await self._gatherings.load(scope, gathering_id, {"version": 1})
                known = known if stored is not None and stored["version"] == known[0]["version"] else None
            remembered = known is not None
            if known is None:
                document = await self._gatherings.load(scope, gathering_id)
                if document is None:
                    return [not_found("gathering")] * len(commands)
                known = document, ledger_of(document)
            document, ledger = known
            self._facts[key] = document["facts"], document["status"]
            now = self._clock.now()
            results, change, records = self._decide(document, ledger, commands, now)
            if change is None:
                if remembered and any(isinstance(result, BaseException) for result in results):
                    continue  # another process may have changed what we refuse because of
                self._known[key] = known
                return results
            try:
                await self._gatherings.commit(scope, document, change, now, requests=records)
            except Conflict:
                await asyncio.sleep(min(0.002 * attempt, 0.05))
                continue
            # What a gathering is may have changed with this round: then the next one starts from what is stored.
            if "facts" not in change.set and "drawn_at" not in change.set:
                self._known[key] = after(document, change, records), ledger
            else:
                self.forget(scope, gathering_id)
            return results
        return [busy("Many people are registering at this moment. Please try again.")] * len(commands)

    def _decide(
        self, document: Document, ledger: Ledger, commands: Sequence[_Command], now: datetime
    ) -> tuple[list[tuple[Answer, bool] | BaseException], Change | None, dict[str, Document]]:
        """Decided at `now`, which is also the time of the events: whoever checks them computes with the same moment."""
        results: list[tuple[Answer, bool] | BaseException] = []
        firsts: dict[str, Answer] = {}
        records: dict[str, Document] = {}
        also: Document = {}
        told: list[str | None] = []
        ledger.lapse(now)
        over = attendance_due(document, ledger)
        if over is not None and over <= now:
            ledger.events.append(ledger.attendance())
            also["attended_at"] = now
            document = {**document, **also}
        for command in commands:
            told += [None] * (len(ledger.events) - len(told))
            try:
                earlier = None
                if command.request is not None:
                    known = {**document.get("requests", {}), **records}
                    _, earlier = command.request.replay_in({"requests": known})
                if earlier is not None:
                    results.append((earlier, True))
                    continue
                answer = command.step(ledger, document, now)
                told += [command.traceparent] * (len(ledger.events) - len(told))
            except Refused as refused:
                results.append(conflict(refused.code, refused.detail, refused.values))
                continue
            except (Problem, RequestValidationError) as refusal:
                results.append(refusal)
                continue
            if isinstance(answer, Also):
                also |= answer.set
                document = {**document, **answer.set}
                answer = answer.answer
            if command.claim_of is not None:
                firsts.setdefault(command.claim_of, answer)
            if command.request is not None and command.request.key:
                records[command.request.key] = command.request.record(answer, now)
            results.append((answer, False))
        changed, events = ledger.take_changes(), ledger.take_events()
        noted = {
            name: value
            for name, value in (("asked", ledger.asked), ("closed", sorted(ledger.closed)))
            if value != document.get(name, type(value)())
        }
        if not (changed or events or records or also or noted):
            return results, None, records
        lapsed = {e.registration_id for e in events if isinstance(e, ParticipantLapsed | ParticipantReleased)}
        sets: Document = {**also, **noted, **totals(ledger)}
        unsets = []
        for id, claim in changed.items():
            stored = document["claims"].get(id, {})
            first = firsts.get(id) or stored.get("f")
            if claim is not None:
                sets[f"claims.{id}"] = from_claim(claim, first)
            else:
                unsets.append(f"claims.{id}")
                sets[f"gone.{id}"] = ended(stored, id in lapsed, first, now)
        due = [one for one in (ledger.next_deadline(), attendance_due({**document, **also}, ledger)) if one is not None]
        if due:
            sets["due_at"] = min(due)
        elif document.get("due_at") is not None:
            unsets.append("due_at")
        sets |= _forget_at(document, also, any(claim is None for claim in changed.values()), now)
        traced = [Outgoing(event, traceparent=by) for event, by in zip(events, told, strict=True)]
        return results, Change(sets, unsets, traced), records


def _forget_at(document: Document, also: Document, someone_ended: bool, now: datetime) -> Document:
    """When the retention rule looks at the gathering (`services.registration.people.retention`), where that changes."""
    if "forget_at" in also or document.get("forgotten_at"):
        return {}
    known = document.get("forget_at")
    ends_at = document["facts"]["ends_at"] if known is None or "facts" in also else known
    look = first_look(known, ends_at, someone_ended, now)
    return {} if look == known else {"forget_at": look}
