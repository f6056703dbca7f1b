"""A seat ledger in use: each rule of seats (`RULES`) and each command by its name, carried out at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from services.registration.domain import confirming, drawing, group_changes, moving_on, seating
from services.registration.domain.claim import Claim
from services.registration.domain.commands import Command
from services.registration.domain.decide import decide
from services.registration.domain.ledger import ClaimChange, GatheringState, Ledger, Status, Step, Steps, carry_out
from services.registration.domain.terms import Terms

RULES: dict[str, Callable[..., Steps[Any]]] = {
    rule.__name__: rule
    for rule in (
        seating.register,
        seating.cancel,
        seating.arrive,
        seating.adopt,
        confirming.confirm,
        confirming.extend,
        confirming.accept,
        confirming.reconfirm,
        group_changes.change,
        group_changes.reassign,
        drawing.draw,
    )
}


class Seats:
    """`ledger` as it stands; `take_events` and `take_changes` give the results since they were last asked."""

    def __init__(
        self,
        terms: Terms,
        claims: dict[str, Claim] | None = None,
        *,
        next_turn: int = 1,
        drawn_at: datetime | None = None,
        status: Status = "published",
    ) -> None:
        state = GatheringState(terms, status, next_turn, drawn_at=drawn_at)
        self.ledger = Ledger("g", state, dict(claims or {}))
        self._steps: list[Step] = []
        self._told = 0
        self._written = 0

    def carry_out(self, decision: Steps[Any]) -> Any:
        """Carry out a decision on this ledger; its result."""
        result, steps = carry_out(self.ledger, decision)
        self._steps += steps
        return result

    def do(self, command: Command, now: datetime) -> Any:
        return self.carry_out(decide(self.ledger, command, now))

    def take_events(self) -> list[Event]:
        events = [step for step in self._steps[self._told :] if isinstance(step, Event)]
        self._told = len(self._steps)
        return events

    def take_changes(self) -> dict[str, Claim | None]:
        changed = {step.registration_id for step in self._steps[self._written :] if isinstance(step, ClaimChange)}
        self._written = len(self._steps)
        return {id: self.ledger.claims.get(id) for id in changed}

    def lapse(self, now: datetime) -> None:
        self.carry_out(moving_on.lapse(self.ledger, now))

    def __getattr__(self, name: str) -> Any:
        rule = RULES.get(name)
        if rule is None:
            return getattr(self.ledger, name)
        return lambda *arguments, **named: self.carry_out(rule(self.ledger, *arguments, **named))
