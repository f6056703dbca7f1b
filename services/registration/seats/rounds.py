"""One round of commands on a gathering's ledger: decided one after the other, then written at once (`repository`).

A command that is refused or fails is taken back whole before the next one is decided. A command without effect leaves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.http.problems import FieldError, Problem, conflict, invalid
from chassis.messaging.outbox import Outgoing
from chassis.operations import trace
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from contracts.envelope import Event
from services.registration.domain.attendance import attendance_due, invitations_counted_due
from services.registration.domain.commands import Command
from services.registration.domain.decide import decide, pass_time
from services.registration.domain.ledger import ClaimChange, EndedChange, GatheringState, Ledger, Step, Steps, carry_out
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

MOST_KEYS = 500
"""Keys of repeatable requests that a gathering's document holds. Who repeats a request does so within minutes."""

View = Callable[[Ledger, Any], Answer]
"""Answers from the ledger as a command left it, and from the command's result."""


@dataclass(frozen=True)
class QueuedCommand:
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
class StoredLedger:
    """A gathering as it is stored: its document without claims, its ledger, and first answers by registration."""

    head: Document
    ledger: Ledger
    firsts: dict[str, Any]
    numbers: dict[str, int]
    """Of kinds of support, as `support_ids` has them."""
    events: int = 0
    """Written since the document was read."""

    @classmethod
    def from_document(cls, document: Document) -> StoredLedger:
        ledger = ledger_of(document)
        both = (document.pop("claims"), document.pop("gone"))
        firsts = {id: one["f"] for some in both for id, one in some.items() if one.get("f") is not None}
        return cls(document, ledger, firsts, {id: number for number, id in enumerate(document.get("support_ids", ()))})


@dataclass
class Round:
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


def decide_round(
    stored: StoredLedger, long_ago: dict[str, Document], items: Sequence[QueuedCommand], now: datetime
) -> Round:
    """Decide the commands of a round at `now`, which is also the time of their events: the audit computes with the same moment."""
    ledger, round = stored.ledger, Round()
    ledger.ended |= {id: to_ended(one) for id, one in long_ago.items()}
    firsts = {id: one["f"] for id, one in long_ago.items()}
    round.add(carry_out(ledger, pass_time(ledger, now))[1], None)
    for item in items:
        try:
            round.results.append(_execute(stored, firsts, round, item, now))
        except (Refused, Invalid) as refused:
            round.results.append(problem_of(refused))
        except Exception as error:  # noqa: BLE001 - answered to who asked for this; the others of the round go on
            round.results.append(error)
    for id in long_ago:
        ledger.ended.pop(id)
    return round


def _execute(
    stored: StoredLedger, firsts: dict[str, Any], round: Round, item: QueuedCommand, now: datetime
) -> tuple[Answer, bool]:
    """Decide one command and apply it; (its answer, replayed). Raises what it is refused with, or fails with: then it has changed nothing."""
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
    answer, steps = carry_out(ledger, _answered(ledger, item.command, item.view, now))
    if steps:
        round.add(steps, item.traceparent)
        if item.first is not None:
            stored.firsts[item.first] = from_first(answer, stored.numbers)
        if key is not None and key.key:
            round.keys[key.key] = key.record(answer, now)
    return answer, False


def _answered(ledger: Ledger, command: Command, view: View, now: datetime) -> Steps[Answer]:
    """Decide a command and build its answer: where that can't be given, the steps are taken back too."""
    result = yield from decide(ledger, command, now)
    return view(ledger, result)


def change_of(
    stored: StoredLedger, before: GatheringState, round: Round, moving: Sequence[str], now: datetime
) -> Change:
    """Build the update of the gathering's document that writes a round."""
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
    _set_next_check(ledger, before, bool(ended), now)
    sets |= changed_fields(before, ledger.state) | totals(ledger)
    moments = (ledger.next_deadline(), attendance_due(ledger), invitations_counted_due(ledger))
    due = [one for one in moments if one is not None]
    if due:
        sets["due_at"] = min(due)
    elif stored.head.get("due_at") is not None:
        unsets.append("due_at")
    requests = stored.head.get("requests") or {}
    too_many = len(requests) + len(round.keys) - MOST_KEYS
    if too_many > 0:
        unsets += [f"requests.{key}" for key in sorted(requests, key=lambda key: requests[key]["t"])[:too_many]]
    return Change(sets, unsets, round.events)


def _set_next_check(ledger: Ledger, before: GatheringState, someone_ended: bool, now: datetime) -> None:
    """Set when the retention rule looks at the gathering (`services.registration.retention.retention`), where that changes."""
    after = ledger.state
    if after.forgotten_at or after.forget_at != before.forget_at or after.terms.ends_at is None:
        return
    moved = before.forget_at is None or after.facts != before.facts
    look = first_look(before.forget_at, after.terms.ends_at if moved else before.forget_at or now, someone_ended, now)
    if look != before.forget_at:
        ledger.apply(ledger.with_state(forget_at=look))


def update_stored(stored: StoredLedger, change: Change, round: Round, moving: Sequence[str]) -> None:
    """Take over what was written, so that the next round need not read the document."""
    stored.head |= {path: value for path, value in change.set.items() if "." not in path}
    for path in change.unset:
        if "." not in path:
            stored.head.pop(path, None)
    requests = stored.head.setdefault("requests", {})
    for path in change.unset:
        group, _, key = path.partition(".")
        if group == "requests":
            requests.pop(key, None)
    requests |= round.keys
    stored.events += len(round.events)
    for id in moving:
        del stored.ledger.ended[id]
        stored.firsts.pop(id, None)


def problem_of(refused: Refused | Invalid) -> Problem:
    if isinstance(refused, Invalid):
        return invalid(*(FieldError(*mistake) for mistake in refused.mistakes))
    return conflict(refused.code, refused.detail, refused.values)
