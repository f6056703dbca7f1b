"""The sums of answers that this process keeps of the gatherings somebody asked for last.

Answers stand with registrations, the ledger knows nothing of them, and a second document with sums could be lost or left behind by any of
the writes that change answers (the person, the desk, erasure, retention). So sums are kept in memory alone: with each change of answers
MongoDB notes its own time at the registration, and only those that changed since the last look are read (decision 65).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping

from chassis.storage.mongo import Timestamp
from chassis.storage.tenancy import TenantScope
from services.registration.domain.answers import Answers, Summed
from services.registration.domain.questions import Question
from services.registration.domain.tally import Tally
from services.registration.registrations.repository import RegistrationRepository

MOST_KEPT = 20
"""Gatherings whose sums are kept; who asks for another one waits until its answers are counted."""
PORTION = 250
"""Registrations that are read and counted before others get their turn."""
UNSEEN = 10
"""Seconds of MongoDB's time. A write may be seen a moment later than one that was given a later time: those of so long are looked at again."""


class _Kept:
    """The sums of one gathering; in them are all changes from before `since`."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self.tally = Tally(questions)
        self.since: Timestamp | None = None
        self.lock = asyncio.Lock()


class AnswerSums:
    """Counts what those with seats answered."""

    def __init__(self, registrations: RegistrationRepository, logical_time: Callable[[], Awaitable[Timestamp]]) -> None:
        self._registrations = registrations
        self._logical_time = logical_time
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    async def by_question(
        self, scope: TenantScope, gathering_id: str, questions: Mapping[str, Question], seated: Collection[str]
    ) -> Mapping[str, Summed]:
        """The sums by question, as they stand until the caller awaits something. `questions`: all questions somebody may have answered;
        `seated`: the same object as before, as long as the same groups have seats."""
        key = (scope.tenant, gathering_id)
        kept = self._kept.get(key)
        if kept is None or kept.tally.known != questions:
            kept = self._kept[key] = _Kept(questions)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        async with kept.lock:
            now = await self._logical_time()
            changed = (
                await self._registrations.answered(scope, gathering_id)
                if kept.since is None
                else await self._registrations.answers_changed(scope, gathering_id, kept.since)
            )
            outdated = kept.tally.outdated(changed)
            for at in range(0, max(len(outdated), 1), PORTION):
                portion = outdated[at : at + PORTION]
                read: dict[str, tuple[Timestamp | None, Answers]] = {
                    id: (moment, answers)
                    for id, moment, answers in (await self._registrations.answers_of(scope, portion) if portion else ())
                }
                kept.tally.follow({id: changed[id] for id in portion}, read, seated)
            kept.since = Timestamp(max(now.time - UNSEEN, 0), 0)
            return kept.tally.sums
