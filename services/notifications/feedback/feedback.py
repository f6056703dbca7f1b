"""Use cases of anonymous feedback: nobody can find out later who gave which answer, the operator neither.

A ticket is random, made when its mail is rendered, and signed (HMAC) so that no other is accepted. It is in the mail and nowhere else:
the stored copy has it masked. When it is used, a keyed hash of it is stored, so that it counts once; the hash of random digits that
nobody has any more leads to no mail and no person. Answers are counted at once and not stored.
"""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.notifications import FeedbackCell, FeedbackTold
from services.notifications.domain.facts import Gathering
from services.notifications.domain.feedback import Tally
from services.notifications.facts.repository import Facts
from services.notifications.feedback.documents import Feedback
from services.notifications.feedback.repository import FeedbackRepository

OPEN_FOR = timedelta(days=28)
"""For how long after the end of a gathering feedback is accepted; then reports are written."""
_NONCE = 26
"""Length of the random part of a ticket; its signature follows."""


@dataclass(frozen=True)
class CountAnswers:
    """Command that counts one person's answers, once for each ticket."""

    gathering: str
    spent: str
    answers: Mapping[str, str] = field(repr=False)

    def decide(self, current: Feedback) -> Decision[Feedback] | None:
        """The tally with these answers, and its event; None where the ticket was used before."""
        if self.spent in current.spent:
            return None
        tally = current.tally.with_answers(self.answers)
        events = [] if tally.cells == current.tally.cells else [_feedback_event(self.gathering, tally)]
        return Decision(replace(current, tally=tally, spent=tuple(sorted((*current.spent, self.spent)))), events)


class GatheringFeedback:
    """Makes tickets and accepts answers for them."""

    def __init__(self, repository: FeedbackRepository, facts: Facts, secrets: Secrets, clock: Clock) -> None:
        self._repository = repository
        self._facts = facts
        self._secrets = secrets
        self._clock = clock

    def new_ticket(self, scope: TenantScope, gathering: str) -> str:
        """A new ticket. It must be put into the mail and nowhere else."""
        nonce = random.token_hex(_NONCE // 2)
        return nonce + self._seal(scope, gathering, nonce)

    async def get_gathering(self, scope: TenantScope, id: str, ticket: str) -> Gathering:
        """The gathering that a ticket is about.

        Raises: Problem 404 the ticket is forged, or it is too late.
        """
        nonce, seal = ticket[:_NONCE], ticket[_NONCE:]
        if not self._secrets.matches("feedback", _subject(scope, id, nonce), seal):
            raise not_found("page")
        gathering = await self._facts.gathering(scope, id)
        if gathering is None or gathering.cancelled or self._clock.now() > gathering.ends_at + OPEN_FOR:
            raise not_found("page")
        return gathering

    async def is_spent(self, scope: TenantScope, id: str, ticket: str) -> bool:
        """Whether a ticket was used."""
        feedback = await self._repository.find(scope, id)
        return feedback is not None and self._spent_hash(ticket) in feedback.spent

    async def submit(self, scope: TenantScope, id: str, ticket: str, answers: Mapping[str, str]) -> None:
        """Count answers; a ticket that was used changes nothing.

        Raises:
            Problem: 404 as `get_gathering`.
            ValueError: there is no such question or answer.
        """
        await self.get_gathering(scope, id, ticket)
        now: datetime = self._clock.now()
        await self._repository.update(scope, id, CountAnswers(id, self._spent_hash(ticket), answers).decide, now)

    def _seal(self, scope: TenantScope, gathering: str, nonce: str) -> str:
        return self._secrets.code("feedback", _subject(scope, gathering, nonce))

    def _spent_hash(self, ticket: str) -> str:
        return self._secrets.derived_id("feedback-spent", ticket)


def _subject(scope: TenantScope, gathering: str, nonce: str) -> str:
    return f"{scope.tenant}\0{gathering}\0{nonce}"


def _feedback_event(gathering: str, tally: Tally) -> FeedbackTold:
    cells = (FeedbackCell(question=question, answer=answer, count=count) for question, answer, count in tally.cells)
    return FeedbackTold(gathering_id=gathering, cells=tuple(cells))
