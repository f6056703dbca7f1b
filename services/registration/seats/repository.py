"""The seat ledgers as they are stored, and the one place that decides and writes commands on them.

All claims of a gathering stand in its document. Commands that arrive together are decided one after the other and written with
one conditional update; another process's write in between makes that update miss, and everything is decided again on the fresh
state. A command that is refused or fails is taken back whole before the next one is decided.

Documents stay small: of claims that ended the newest stand in the gathering's document, the others in `ended_claims`; of the keys
of repeatable requests so many are kept. A command without effect leaves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nsmallest
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne

from chassis.clock import Clock
from chassis.http.problems import FieldError, Problem, busy, conflict, invalid, not_found
from chassis.messaging.outbox import Outgoing
from chassis.operations import trace
from chassis.operations.metrics import Metrics
from chassis.storage.aggregates import MAX_ATTEMPTS, Aggregates, Change, Conflict
from chassis.storage.group_commit import GroupCommit
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Collection, Database, Document
from chassis.storage.tenancy import TenantScope
from contracts.envelope import Event
from services.registration.domain.claim import EndedClaim
from services.registration.domain.commands import Command
from services.registration.domain.decide import attendance_due, decide, pass_time
from services.registration.domain.ledger import ClaimChange, EndedChange, GatheringState, Ledger, Step, carry_out
from services.registration.domain.refused import Invalid, Refused
from services.registration.domain.retention import first_look
from services.registration.seats.documents import (
    Answer,
    changed_fields,
    from_claim,
    from_ended,
    from_first,
    ledger_of,
    to_ended,
    to_first,
    totals,
)

ENDED_CLAIMS = "ended_claims"
MOST_ENDED = 200
"""Claims that ended which stand in the gathering's document; with more, they move to `ended_claims`."""
MOST_KEYS = 500
"""Keys of repeatable requests that a gathering's document holds. Who repeats a request does so within minutes."""
READ_AGAIN = 1_000
"""Events after which the document is read again, so that the limit of its outbox counts what waits there."""
MOST_QUEUED = 4_096
"""Commands that wait for one gathering in a process; who comes then is asked to try again shortly."""

View = Callable[[Ledger, Any], Answer]
"""Answers from the ledger as it stands after a command, and from what came of the command."""
Derivation = Callable[[Ledger], Answer]
"""Answers from a ledger alone; a function that lives as long as the process."""


@dataclass(frozen=True)
class _Item:
    """One command (None: something is read) on its way. `about`: registrations that may have ended long ago.
    `first`: the registration whose first answer is kept with its claim."""

    command: Command | None
    view: View
    about: Sequence[str] = ()
    first: str | None = None
    key: IdempotencyKey | None = None
    fresh: bool = False
    traceparent: str | None = field(default_factory=trace.current)


@dataclass
class _Stored:
    """A gathering as it is stored: its document without claims, its ledger, and first answers by registration."""

    head: Document
    ledger: Ledger
    firsts: dict[str, Any]
    numbers: dict[str, int]
    """Of kinds of support, as `support_ids` has them."""
    events: int = 0
    """Written since the document was read."""

    @classmethod
    def of(cls, document: Document) -> _Stored:
        ledger = ledger_of(document)
        both = (document.pop("claims"), document.pop("gone"))
        firsts = {id: one["f"] for some in both for id, one in some.items() if one.get("f") is not None}
        return cls(document, ledger, firsts, {id: number for number, id in enumerate(document.get("support_ids", ()))})


@dataclass
class _Round:
    """What the commands of one round came to."""

    results: list[tuple[Answer, bool] | BaseException] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    traceparents: list[str | None] = field(default_factory=list)
    keys: dict[str, Document] = field(default_factory=dict)

    def add(self, steps: Sequence[Step], traceparent: str | None) -> None:
        self.steps += steps
        self.traceparents += [traceparent] * len(steps)

    @property
    def events(self) -> list[Outgoing]:
        pairs = zip(self.steps, self.traceparents, strict=True)
        return [Outgoing(step, traceparent=by) for step, by in pairs if isinstance(step, Event)]


class SeatLedgers:
    """Decides and writes commands on ledgers, grouped by gathering."""

    def __init__(self, gatherings: Aggregates, database: Database, clock: Clock, metrics: Metrics) -> None:
        self._gatherings = gatherings
        self._ended: Collection = database[ENDED_CLAIMS]
        self._clock = clock
        self._metrics = metrics
        self._queues: dict[tuple[str, str], GroupCommit[_Item, tuple[Answer, bool]]] = {}
        self._known: dict[tuple[str, str], _Stored] = {}
        self._states: dict[tuple[str, str], GatheringState] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self._derived: dict[tuple[str, str], dict[Derivation, tuple[int, Answer]]] = {}

    async def ensure_indexes(self) -> None:
        by_gathering = [("tenant", ASCENDING), ("gathering", ASCENDING), ("_id", ASCENDING)]
        await self._ended.create_indexes([IndexModel(by_gathering, name="gathering")])

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
        item = _Item(command, view, about, first, key)
        return await self._queue(scope, gathering_id).submit(item)

    async def view(
        self, scope: TenantScope, gathering_id: str, read: Callable[[Ledger], Answer], about: Sequence[str] = ()
    ) -> Answer:
        """What `read` finds in the ledger as it is stored now. Costs no more for a large gathering than for a small one,
        as long as this process knows the newest version.

        Raises: Problem 404.
        """
        item = _Item(None, lambda ledger, _: read(ledger), about, fresh=True)
        answer, _ = await self._queue(scope, gathering_id).submit(item)
        return answer

    async def derived(self, scope: TenantScope, gathering_id: str, compute: Derivation) -> Answer:
        """What follows from all claims, computed once for each version of the gathering: pages ask for it again and again.

        Raises: Problem 404.
        """

        key = (scope.tenant, gathering_id)

        def read(ledger: Ledger) -> Answer:
            known = self._derived.setdefault(key, {})
            version, answer = known.get(compute, (0, {}))
            newest = self._versions[key]
            if version != newest:
                answer = compute(ledger)
                known[compute] = newest, answer
            return answer

        return await self.view(scope, gathering_id, read)

    async def state(self, scope: TenantScope, gathering_id: str) -> GatheringState:
        """The gathering as this process last saw it; whoever refuses because of it looks again with a command.

        Raises: Problem 404.
        """
        known = self._states.get((scope.tenant, gathering_id))
        if known is None:
            await self.view(scope, gathering_id, lambda ledger: {})
            known = self._states[scope.tenant, gathering_id]
        return known

    async def try_out(self, scope: TenantScope, gathering_id: str, command: Command) -> tuple[Ledger, Any, list[Step]]:
        """What a command would do, without doing it: (the ledger then, what comes of it, its steps).

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
            raise _problem(refused) from None
        _, later = carry_out(ledger, pass_time(ledger, now))
        return ledger, result, [*steps, *later]

    def changed_elsewhere(self, scope: TenantScope, gathering_id: str) -> None:
        """Something else wrote the gathering: look again before deciding anything."""
        self._known.pop((scope.tenant, gathering_id), None)
        self._states.pop((scope.tenant, gathering_id), None)

    async def ended_ids(
        self, scope: TenantScope, gathering_id: str, after: str, count: int, fits: Callable[[EndedClaim], bool]
    ) -> list[str]:
        """Registrations whose claims ended, by id: so many after that one that fit."""
        found: list[str] = []
        here = (await self.view(scope, gathering_id, lambda ledger: {"ended": dict(ledger.ended)}))["ended"]
        found += nsmallest(count, (id for id, one in here.items() if id > after and fits(one)))
        moved = 0
        condition = scope.filter(gathering=gathering_id, _id={"$gt": after})
        async for stored in self._ended.find(condition).sort("_id", 1):
            if stored["_id"] not in here and fits(to_ended(stored)):
                found.append(stored["_id"])
                moved += 1
                if moved == count:
                    break
        return nsmallest(count, found)

    async def ended_counts(self, scope: TenantScope, gathering_id: str) -> dict[str, int]:
        """How many claims ended which way."""
        here = await self.derived(scope, gathering_id, _count_ended)
        counts = dict(here)
        for status in ("cancelled", "lapsed"):
            moved = await self._ended.count_documents(scope.filter(gathering=gathering_id, s=status))
            if moved:
                counts[status] = counts.get(status, 0) + moved
        return counts

    async def ended_since(self, scope: TenantScope, gathering_id: str) -> AsyncIterator[tuple[str, datetime]]:
        """(registration, when its claim ended) of those that moved to `ended_claims` and the retention rule has still to look at."""
        condition = scope.filter(gathering=gathering_id, t={"$exists": True})
        async for stored in self._ended.find(condition, {"t": 1}).sort("_id", 1):
            yield stored["_id"], stored["t"]

    async def apply_retention(self, scope: TenantScope, ids: Sequence[str]) -> None:
        """Of these claims that moved to `ended_claims` only how they ended stays known."""
        await self._ended.update_many(
            scope.filter(_id={"$in": list(ids)}), {"$unset": dict.fromkeys(("t", "l", "h", "p"), "")}
        )

    def _queue(self, scope: TenantScope, gathering_id: str) -> GroupCommit[_Item, tuple[Answer, bool]]:
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
                self._known.pop(key, None)
                self._states.pop(key, None)
                self._versions.pop(key, None)

    async def _round(
        self, scope: TenantScope, gathering_id: str, items: Sequence[_Item]
    ) -> Sequence[tuple[Answer, bool] | BaseException]:
        key = scope.tenant, gathering_id
        for attempt in range(MAX_ATTEMPTS):
            stored = await self._remembered(scope, gathering_id, any(item.fresh for item in items))
            remembered = stored is not None
            if stored is None:
                document = await self._gatherings.load(scope, gathering_id)
                if document is None:
                    return [not_found("gathering")] * len(items)
                stored = _Stored.of(document)
            before, now = stored.ledger.state, self._clock.now()
            self._versions[key] = stored.head["version"]
            long_ago = await self._ended_long_ago(scope, stored.ledger, items)
            round = _decided(stored, long_ago, items, now)
            if not round.steps:
                if remembered and any(isinstance(result, BaseException) for result in round.results):
                    continue  # another process may have changed what we refuse because of
                self._known[key], self._states[key] = stored, before
                return round.results
            moving = await self._move_ended(scope, stored, round)
            change = _change(stored, before, round, moving, now)
            try:
                await self._gatherings.commit(scope, stored.head, change, now, requests=round.keys)
            except Conflict:
                await asyncio.sleep(min(0.002 * attempt, 0.05))
                continue
            _follow(stored, change, round, moving)
            self._states[key] = stored.ledger.state
            if stored.events < READ_AGAIN:
                self._known[key] = stored
            return round.results
        return [busy("Many people are registering at this moment. Please try again.")] * len(items)

    async def _remembered(self, scope: TenantScope, gathering_id: str, fresh: bool) -> _Stored | None:
        """What this process knows of the gathering; `fresh`: if nobody has written it meanwhile."""
        known = self._known.pop((scope.tenant, gathering_id), None)
        if known is None or not fresh:
            return known
        newest = await self._gatherings.load(scope, gathering_id, {"version": 1})
        return known if newest is not None and newest["version"] == known.head["version"] else None

    async def _ended_long_ago(self, scope: TenantScope, ledger: Ledger, items: Sequence[_Item]) -> dict[str, Document]:
        """What `ended_claims` holds of the registrations these commands are about. Read after the gathering: what left its
        document by then stands there."""
        ids = {id for item in items for id in item.about if id not in ledger.claims and id not in ledger.ended}
        if not ids:
            return {}
        found = await self._ended.find(scope.filter(_id={"$in": list(ids)})).to_list(None)
        return {one["_id"]: one for one in found}

    async def _move_ended(self, scope: TenantScope, stored: _Stored, round: _Round) -> list[str]:
        """Write claims that ended before this round to `ended_claims`, where there are too many; which ones can leave the
        gathering's document with this round. Repeating it changes nothing."""
        ended = stored.ledger.ended
        if len(ended) <= MOST_ENDED:
            return []
        now = {step.registration_id for step in round.steps if isinstance(step, EndedChange)}
        moving = [id for id in ended if id not in now]
        place = {"tenant": scope.tenant, "gathering": stored.ledger.id}
        await self._ended.bulk_write(
            [
                UpdateOne({"_id": id}, {"$set": place | from_ended(ended[id], stored.firsts.get(id))}, upsert=True)
                for id in moving
            ],
            ordered=False,
        )
        return moving


def _decided(stored: _Stored, long_ago: dict[str, Document], items: Sequence[_Item], now: datetime) -> _Round:
    """Decided at `now`, which is also the time of the events: whoever checks them computes with the same moment."""
    ledger, round = stored.ledger, _Round()
    ledger.ended |= {id: to_ended(one) for id, one in long_ago.items()}
    firsts = {id: one["f"] for id, one in long_ago.items()}
    round.add(carry_out(ledger, pass_time(ledger, now))[1], None)
    for item in items:
        try:
            round.results.append(_one(stored, firsts, round, item, now))
        except (Refused, Invalid) as refused:
            round.results.append(_problem(refused))
        except Exception as error:  # noqa: BLE001 - answered to who asked for this; the others of the round go on
            round.results.append(error)
    for id in long_ago:
        ledger.ended.pop(id)
    return round


def _one(stored: _Stored, firsts: dict[str, Any], round: _Round, item: _Item, now: datetime) -> tuple[Answer, bool]:
    """One command, applied; (its answer, replayed). Raises what it is refused with, or fails with: then it has changed nothing."""
    ledger, key = stored.ledger, item.key
    if key is not None and key.key:
        record = round.keys.get(key.key) or stored.head.get("requests", {}).get(key.key)
        replayed, earlier = key.replay_in({"requests": {key.key: record}})
        if replayed:
            return earlier, True
    if item.first is not None and (first := stored.firsts.get(item.first) or firsts.get(item.first)) is not None:
        return to_first(first, item.first, list(stored.numbers)), False
    if item.command is None:
        return item.view(ledger, None), False
    result, steps = carry_out(ledger, decide(ledger, item.command, now))
    try:
        answer = item.view(ledger, result)
    except BaseException:
        ledger.revert(steps)
        raise
    if steps:
        round.add(steps, item.traceparent)
        if item.first is not None:
            stored.firsts[item.first] = from_first(answer, stored.numbers)
        if key is not None and key.key:
            round.keys[key.key] = key.record(answer, now)
    return answer, False


def _change(stored: _Stored, before: GatheringState, round: _Round, moving: Sequence[str], now: datetime) -> Change:
    """What is written of a round."""
    ledger, firsts = stored.ledger, stored.firsts
    sets: Document = {}
    unsets = [f"gone.{id}" for id in moving]
    for id in {step.registration_id for step in round.steps if isinstance(step, ClaimChange)}:
        claim = ledger.claims.get(id)
        if claim is None:
            unsets.append(f"claims.{id}")
        else:
            sets[f"claims.{id}"] = from_claim(claim, firsts.get(id), stored.numbers)
    ended = {step.registration_id for step in round.steps if isinstance(step, EndedChange)}
    sets |= {f"gone.{id}": from_ended(ledger.ended[id], firsts.get(id)) for id in ended}
    if len(stored.numbers) > len(stored.head.get("support_ids", ())):
        sets["support_ids"] = list(stored.numbers)
    _look_again(ledger, before, bool(ended), now)
    sets |= changed_fields(before, ledger.state) | totals(ledger)
    due = [one for one in (ledger.next_deadline(), attendance_due(ledger)) if one is not None]
    if due:
        sets["due_at"] = min(due)
    elif stored.head.get("due_at") is not None:
        unsets.append("due_at")
    requests = stored.head.get("requests") or {}
    too_many = len(requests) + len(round.keys) - MOST_KEYS
    if too_many > 0:
        unsets += [f"requests.{key}" for key in sorted(requests, key=lambda key: requests[key]["t"])[:too_many]]
    return Change(sets, unsets, round.events)


def _look_again(ledger: Ledger, before: GatheringState, someone_ended: bool, now: datetime) -> None:
    """When the retention rule looks at the gathering (`services.registration.retention.retention`), where that changes."""
    after = ledger.state
    if after.forgotten_at or after.forget_at != before.forget_at or after.terms.ends_at is None:
        return
    moved = before.forget_at is None or after.facts != before.facts
    look = first_look(before.forget_at, after.terms.ends_at if moved else before.forget_at or now, someone_ended, now)
    if look != before.forget_at:
        ledger.apply(ledger.with_state(forget_at=look))


def _follow(stored: _Stored, change: Change, round: _Round, moving: Sequence[str]) -> None:
    """What was written is what is known: the next round need not read it."""
    stored.head |= {path: value for path, value in change.set.items() if "." not in path}
    for path in change.unset:
        if "." not in path:
            stored.head.pop(path, None)
    known = stored.head.setdefault("requests", {})
    for path in change.unset:
        group, _, key = path.partition(".")
        if group == "requests":
            known.pop(key, None)
    known |= round.keys
    stored.events += len(round.events)
    for id in moving:
        del stored.ledger.ended[id]
        stored.firsts.pop(id, None)


def _problem(refused: Refused | Invalid) -> Problem:
    if isinstance(refused, Invalid):
        return invalid(*(FieldError(*mistake) for mistake in refused.mistakes))
    return conflict(refused.code, refused.detail, refused.values)


def _count_ended(ledger: Ledger) -> Answer:
    counts: dict[str, int] = {}
    for ended in ledger.ended.values():
        counts[ended.status] = counts.get(ended.status, 0) + 1
    return counts
