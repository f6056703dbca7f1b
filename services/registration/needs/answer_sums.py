"""The sums of answers that this process keeps of the gatherings somebody asked for last.

Answers stand with registrations, the ledger knows nothing of them, and a second document with sums could be lost or left behind by any of
the writes that change answers (the person, the desk, erasure, retention). So sums are kept in memory alone: each time the versions of
the registrations are read, and only those that rose are read whole (decision 65).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping

from chassis.storage.tenancy import TenantScope
from services.registration.domain.answers import Answers, Summed
from services.registration.domain.questions import Question
from services.registration.domain.tally import Tally
from services.registration.questions.answering import plain_answers
from services.registration.registrations.repository import RegistrationRepository

MOST_KEPT = 20
"""Gatherings whose sums are kept; who asks for another one waits until its answers are counted."""
PORTION = 250
"""Registrations that are read and counted before others get their turn."""


class AnswerSums:
    """Counts what those with seats answered."""

    def __init__(self, registrations: RegistrationRepository) -> None:
        self._registrations = registrations
        self._kept: OrderedDict[tuple[str, str], tuple[Tally, asyncio.Lock]] = OrderedDict()

    async def of(
        self, scope: TenantScope, gathering_id: str, known: Mapping[str, Question], seated: Collection[str]
    ) -> Mapping[str, Summed]:
        """The sums by question, as they stand until the caller awaits something. `known`: all questions somebody may have answered."""
        key = (scope.tenant, gathering_id)
        kept = self._kept.get(key)
        if kept is None or kept[0].known != known:
            kept = Tally(known), asyncio.Lock()
        tally, lock = self._kept[key] = kept
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        async with lock:
            versions = await self._registrations.versions_with_answers(scope, gathering_id)
            outdated = tally.outdated(versions)
            read: dict[str, tuple[int, Answers]] = {}
            for at in range(0, len(outdated), PORTION):
                for id, version, answers in await self._registrations.answers_of(scope, outdated[at : at + PORTION]):
                    read[id] = version, plain_answers(answers)
            tally.follow(versions, read, seated)
            return tally.sums
