"""Has search entries written anew whose terms another version of the rules made: without it, a practice would be found by new words
only after it is published or confirmed the next time."""

from __future__ import annotations

from datetime import timedelta

from chassis.clock import Clock
from chassis.operations.logs import get_logger
from services.reporting.domain.ranking import RULES
from services.reporting.practices.repository import PracticeIndex, PracticeRepository

log = get_logger()

BATCH = 500
EVERY = timedelta(seconds=15)
"""Between two batches: writing them leaves room for what people wait for, and nothing looks overdue."""


class IndexByPresentRules:
    """Writes index entries of earlier rules anew, of all municipalities; the job `index-practices` writes the entries. Repeating it changes nothing."""

    def __init__(self, practices: PracticeRepository, index: PracticeIndex, clock: Clock) -> None:
        self._practices = practices
        self._index = index
        self._clock = clock

    async def begin(self) -> int:
        """Make the entries of other versions due, batch after batch, and return how many."""
        count, after, due = 0, "", self._clock.now()
        while ids := await self._index.list_of_other_rules(RULES, BATCH, after):
            count += await self._practices.schedule_indexing(ids, due)
            after, due = ids[-1], due + EVERY
        if count:
            log.info("practices are indexed anew by the present rules", count=count, version=RULES, due=due.isoformat())
        return count
