"""Applies the retention rule: each gathering carries the time at which it is to be looked at (`forget_at`), written with what
makes it due, so no look can be missed; a look that is cut off is taken again.

Whoever is due is erased in batches like on request (`services.registration.erasures.erasures`): each batch is the certificate of a run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.registration.domain.commands import ApplyRetention
from services.registration.domain.ledger import Ledger
from services.registration.domain.profile import retention_of
from services.registration.domain.retention import due
from services.registration.erasures.erasures import BATCH, Erasures
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.questions.documents import StoredAnswer
from services.registration.registrations.documents import Registration
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.documents import Answer
from services.registration.seats.repository import SeatLedgers

AT_ONCE = 16
REASON = "retention"


@dataclass(frozen=True)
class Retention:
    """Applies the retention rule to gatherings."""

    registrations: RegistrationRepository
    ledgers: SeatLedgers
    erasures: Erasures
    tenant_registry: OwnTenantRegistry
    clock: Clock

    async def apply(self, scope: TenantScope, id: str) -> None:
        """Begin the erasures that are due in a gathering, then schedule the next check. Each step may be repeated."""
        now, rule = self.clock.now(), retention_of(await self.tenant_registry.tenant(scope.tenant) or {})
        in_document = (await self.ledgers.view(scope, id, _ended_claims))["ended"]
        ends_at = (await self.ledgers.state(scope, id)).terms.ends_at or now
        moved_out = {one: at async for one, at in self.ledgers.ended_since(scope, id)}
        await self._erase_special_answers(scope, id, None if ends_at <= now else in_document | moved_out)
        due_now = due(ends_at, in_document | moved_out, rule.unconfirmed_hours, rule.after_event_days, now)
        ended_ones = None if due_now.everybody else due_now.ended
        async for people in self.registrations.ids_of_people(scope, id, ended_ones, BATCH):
            await self.erasures.begin_many(scope, people, REASON, id, now)

        await self.ledgers.apply_retention(scope, [one for one in due_now.ended if one in moved_out])
        due_later = due(
            ends_at,
            {one: at for one, at in moved_out.items() if one not in due_now.ended},
            rule.unconfirmed_hours,
            rule.after_event_days,
            now,
        )
        still_in_document = tuple(one for one in due_now.ended if one not in moved_out)
        command = ApplyRetention(
            still_in_document, due_now.everybody, rule.unconfirmed_hours, rule.after_event_days, due_later.look_again
        )
        await self.ledgers.execute(scope, id, command)

    async def _erase_special_answers(self, scope: TenantScope, id: str, ended: Collection[str] | None) -> None:
        """Erase answers of a special kind as soon as nobody needs them: of those whose place `ended`, and of everybody (None) after the
        gathering."""
        async for people in self.registrations.ids_with_special_answers(scope, id, ended, AT_ONCE):
            await asyncio.gather(
                *(self.registrations.change(scope, one, without_special, self.clock.now()) for one in people)
            )


def without_special(registration: Registration) -> Decision[Registration]:
    """Take the answers of a special kind out of a registration, also where a change waits, and without the stored answers of earlier requests."""
    waiting_change = registration.wanted
    if waiting_change is not None and waiting_change.given.answers:
        waiting_change = replace(
            waiting_change, given=replace(waiting_change.given, answers=_ordinary(waiting_change.given.answers))
        )
    return Decision(
        replace(registration, answers=_ordinary(registration.answers), wanted=waiting_change), erase_answers=True
    )


def _ordinary(answers: tuple[StoredAnswer, ...]) -> tuple[StoredAnswer, ...]:
    return tuple(one for one in answers if not one.special)


def _ended_claims(ledger: Ledger) -> Answer:
    """When the claims that stand in the gathering's document ended, as far as the rule was not applied to them."""
    return {"ended": {id: one.at for id, one in ledger.ended.items() if one.at is not None}}
