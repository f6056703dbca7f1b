"""The seat ledgers as they are stored, and the one place that decides and writes commands on them.

All claims of a gathering stand in its document. Commands that arrive together are decided one after the other and written with
one conditional update, and the updates of several gatherings with one operation; another process's write in between makes that update miss, and everything is decided again on the fresh
state. A command that is refused or fails is taken back whole before the next one is decided.

Documents stay small: of claims that ended the newest stand in the gathering's document, the others in `ended_claims`; of the keys
of repeatable requests so many are kept. A command without effect leaves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from heapq import nsmallest
from typing import Any

from chassis.clock import Clock
from chassis.http.problems import busy, not_found
from chassis.operations.metrics import Metrics
from chassis.storage.aggregates import MAX_ATTEMPTS, Aggregates, Conflict
from chassis.storage.group_commit import GroupCommit
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.registration.domain.claim import EndedClaim
from services.registration.domain.commands import Command
from services.registration.domain.decide import decide, pass_time
from services.registration.domain.ledger import EndedChange, GatheringState, Ledger, Step, carry_out
from services.registration.domain.refused import Invalid, Refused
from services.registration.seats.documents import Answer, ledger_of
from services.registration.seats.repository_ended import EndedClaims
from services.registration.seats.rounds import (
    QueuedCommand,
    Round,
    StoredLedger,
    View,
    change_of,
    decide_round,
    problem_of,
    update_stored,
)

MOST_ENDED = 200
"""Claims that ended which stand in the gathering's document; with more, they move to `ended_claims`."""
READ_AGAIN = 1_000
"""Events after which the document is read again, so that the limit of its outbox counts what waits there."""
MOST_QUEUED = 4_096
"""Commands that wait for one gathering in a process; who comes then is asked to try again shortly."""

Derivation = Callable[[Ledger], Answer]
"""Answers from a ledger alone; a function that lives as long as the process."""


class SeatLedgers:
    """Decides and writes commands on ledgers, grouped by gathering."""

    def __init__(self, gatherings: Aggregates, database: Database, clock: Clock, metrics: Metrics) -> None:
        self._gatherings = gatherings
        self._ended = EndedClaims(database)
        self._clock = clock
        self._metrics = metrics
        self._queues: dict[tuple[str, str], GroupCommit[QueuedCommand, tuple[Answer, bool]]] = {}
        self._cache: dict[tuple[str, str], StoredLedger] = {}
        self._states: dict[tuple[str, str], GatheringState] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self._derived: dict[tuple[str, str], dict[Derivation, tuple[int, Answer]]] = {}

    async def ensure_indexes(self) -> None:
        await self._ended.ensure_indexes()

    async def execute(
        self,
        scope: TenantScope,
        gathering_id: str,
        command: Command,
        view: View = lambda ledger, result: {},
        *,
        about: Sequence[str] = (),
        first: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> tuple[Answer, bool]:
        """Carry out one command; (what `view` answers then, whether it is the first answer of an earlier request).

        `about`: registrations the command names, where their claims may have ended long ago. `first`: the registration whose
        first answer is kept with its claim.

        Raises:
            Problem: 404 no such gathering, 409 or 422 the rules refuse, 503 too much contention.
        """
        item = QueuedCommand(command, view, about, first, key)
        return await self._queue(scope, gathering_id).submit(item)

    async def view(
        self, scope: TenantScope, gathering_id: str, read: Callable[[Ledger], Answer], about: Sequence[str] = ()
    ) -> Answer:
        """Read something from the ledger as it is stored now. Costs no more for a large gathering than for a small one,
        as long as this process knows the newest version.

        Raises: Problem 404.
        """
        item = QueuedCommand(None, lambda ledger, _: read(ledger), about, fresh=True)
        answer, _ = await self._queue(scope, gathering_id).submit(item)
        return answer

    async def derived(self, scope: TenantScope, gathering_id: str, compute: Derivation) -> Answer:
        """Compute something from all claims, once for each version of the gathering: pages ask for it again and again.

        Raises: Problem 404.
        """

        key = (scope.tenant, gathering_id)

        def read(ledger: Ledger) -> Answer:
            cached = self._derived.setdefault(key, {})
            version, answer = cached.get(compute, (0, {}))
            newest = self._versions[key]
            if version != newest:
                answer = compute(ledger)
                cached[compute] = newest, answer
            return answer

        return await self.view(scope, gathering_id, read)

    async def state(self, scope: TenantScope, gathering_id: str) -> GatheringState:
        """The gathering as this process last saw it; whoever refuses because of it looks again with a command.

        Raises: Problem 404.
        """
        cached = self._states.get((scope.tenant, gathering_id))
        if cached is None:
            await self.view(scope, gathering_id, lambda ledger: {})
            cached = self._states[scope.tenant, gathering_id]
        return cached

    async def try_out(self, scope: TenantScope, gathering_id: str, command: Command) -> tuple[Ledger, Any, list[Step]]:
        """Decide a command without writing it: (the ledger then, its result, its steps).

        Raises: Problem, as `execute`.
        """
        document = await self._gatherings.load(scope, gathering_id)
        if document is None:
            raise not_found("gathering")
        ledger, now = ledger_of(document), self._clock.now()
        carry_out(ledger, pass_time(ledger, now))
        try:
            result, steps = carry_out(ledger, decide(ledger, command, now))
        except (Refused, Invalid) as refused:
            raise problem_of(refused) from None
        _, later = carry_out(ledger, pass_time(ledger, now))
        return ledger, result, [*steps, *later]

    def changed_elsewhere(self, scope: TenantScope, gathering_id: str) -> None:
        """Note that something else wrote the gathering: it is read again before anything is decided."""
        self._cache.pop((scope.tenant, gathering_id), None)
        self._states.pop((scope.tenant, gathering_id), None)

    async def ended_ids(
        self, scope: TenantScope, gathering_id: str, after: str, count: int, fits: Callable[[EndedClaim], bool]
    ) -> list[str]:
        """Registrations whose claims ended, by id: so many after that one that fit."""
        here = (await self.view(scope, gathering_id, lambda ledger: {"ended": dict(ledger.ended)}))["ended"]
        moved = await self._ended.ids(scope, gathering_id, after, count, fits, here)
        return nsmallest(count, [*moved, *(id for id, one in here.items() if id > after and fits(one))])

    async def ended_counts(self, scope: TenantScope, gathering_id: str) -> dict[str, int]:
        """How many claims ended which way."""
        here = await self.derived(scope, gathering_id, _count_ended)
        counts = dict(here)
        for status, moved in (await self._ended.counts(scope, gathering_id)).items():
            if moved:
                counts[status] = counts.get(status, 0) + moved
        return counts

    async def ended_since(self, scope: TenantScope, gathering_id: str) -> AsyncIterator[tuple[str, datetime]]:
        """(registration, when its claim ended) of those that moved to `ended_claims` and the retention rule has still to look at."""
        async for ended in self._ended.since(scope, gathering_id):
            yield ended

    async def apply_retention(self, scope: TenantScope, ids: Sequence[str]) -> None:
        """Apply the retention rule: of these claims that moved to `ended_claims` only how they ended stays known."""
        await self._ended.apply_retention(scope, ids)

    def _queue(self, scope: TenantScope, gathering_id: str) -> GroupCommit[QueuedCommand, tuple[Answer, bool]]:
        key = (scope.tenant, gathering_id)
        queue = self._queues.get(key)
        if queue is None:
            queue = GroupCommit(
                lambda items: self._round(scope, gathering_id, items),
                512,
                self._metrics.commit_size.labels("ledger"),
                most_queued=MOST_QUEUED,
            )
            self._queues[key] = queue
            if len(self._queues) > 2_000:
                self._drop_idle(keep=key)
        return queue

    def _drop_idle(self, keep: tuple[str, str]) -> None:
        for key, queue in list(self._queues.items()):
            if key != keep and queue.idle:
                del self._queues[key]
                self._derived.pop(key, None)
                self._cache.pop(key, None)
                self._states.pop(key, None)
                self._versions.pop(key, None)

    async def _round(
        self, scope: TenantScope, gathering_id: str, items: Sequence[QueuedCommand]
    ) -> Sequence[tuple[Answer, bool] | BaseException]:
        key = scope.tenant, gathering_id
        for attempt in range(MAX_ATTEMPTS):
            stored = await self._from_cache(scope, gathering_id, any(item.fresh for item in items))
            remembered = stored is not None
            if stored is None:
                document = await self._gatherings.load(scope, gathering_id)
                if document is None:
                    return [not_found("gathering")] * len(items)
                stored = StoredLedger.from_document(document)
            before, now = stored.ledger.state, self._clock.now()
            self._versions[key] = stored.head["version"]
            long_ago = await self._ended_long_ago(scope, stored.ledger, items)
            round = decide_round(stored, long_ago, items, now)
            if not round.steps:
                if remembered and any(isinstance(result, BaseException) for result in round.results):
                    continue  # another process may have changed what we refuse because of
                self._cache[key], self._states[key] = stored, before
                return round.results
            moving = await self._move_ended(scope, stored, round)
            change = change_of(stored, before, round, moving, now)
            try:
                await self._gatherings.commit_grouped(scope, stored.head, change, now, round.keys)
            except Conflict:
                await asyncio.sleep(min(0.002 * attempt, 0.05))
                continue
            update_stored(stored, change, round, moving)
            self._states[key] = stored.ledger.state
            if stored.events < READ_AGAIN:
                self._cache[key] = stored
            return round.results
        return [busy("Many people are registering at this moment. Please try again.")] * len(items)

    async def _from_cache(self, scope: TenantScope, gathering_id: str, fresh: bool) -> StoredLedger | None:
        """The gathering from this process's cache; `fresh`: only if nobody has written it meanwhile."""
        cached = self._cache.pop((scope.tenant, gathering_id), None)
        if cached is None or not fresh:
            return cached
        newest = await self._gatherings.load(scope, gathering_id, {"version": 1})
        return cached if newest is not None and newest["version"] == cached.head["version"] else None

    async def _ended_long_ago(
        self, scope: TenantScope, ledger: Ledger, items: Sequence[QueuedCommand]
    ) -> dict[str, Document]:
        """Load from `ended_claims` the registrations these commands are about. Read after the gathering: what left its
        document by then stands there."""
        ids = {id for item in items for id in item.about if id not in ledger.claims and id not in ledger.ended}
        return await self._ended.get_many(scope, ids)

    async def _move_ended(self, scope: TenantScope, stored: StoredLedger, round: Round) -> list[str]:
        """Write claims that ended before this round to `ended_claims`, where there are too many; which ones can leave the
        gathering's document with this round. Repeating it changes nothing."""
        ended = stored.ledger.ended
        if len(ended) <= MOST_ENDED:
            return []
        now = {step.registration_id for step in round.steps if isinstance(step, EndedChange)}
        moving = [id for id in ended if id not in now]
        await self._ended.move(scope, stored.ledger.id, {id: ended[id] for id in moving}, stored.firsts)
        return moving


def _count_ended(ledger: Ledger) -> Answer:
    counts: dict[str, int] = {}
    for ended in ledger.ended.values():
        counts[ended.status] = counts.get(ended.status, 0) + 1
    return counts
