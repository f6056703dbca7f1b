"""Scheduled documents whose job fails again and again: seen, set aside by hand, and taken up again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.jobs.scheduled_jobs import FAILURE, FAILURES, SET_ASIDE, ScheduledJob
from chassis.operations.logs import get_logger
from chassis.storage.mongo import Document

log = get_logger()

FAILS = 3
"""Failures in a row after which a document is shown."""
MOST = 100
"""Documents of one job that are shown."""


@dataclass(frozen=True)
class FailingWork:
    """One document. `error`: the kind of the last failure; `aside_at`: since when nobody tries it any more."""

    job: str
    id: str
    tenant: str
    failures: int
    error: str
    again_at: datetime | None
    aside_at: datetime | None


class DueWork:
    """The documents of all jobs of one service, of one tenant or (None) of all."""

    def __init__(self, jobs: Sequence[ScheduledJob], clock: Clock) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._clock = clock

    async def ensure_indexes(self) -> None:
        """What fails and what is set aside is found without looking at the rest."""
        collections = {job.collection: job.documents for job in self._jobs.values()}
        wanted = [
            IndexModel([(field, ASCENDING)], name=name, partialFilterExpression={field: {"$exists": True}})
            for field, name in ((FAILURES, "failing"), (f"{SET_ASIDE}.at", "set_aside"))
        ]
        await asyncio.gather(*(one.create_indexes(wanted) for one in collections.values()))

    async def failing(self, tenant: str | None) -> list[FailingWork]:
        """Documents whose job failed several times, and those that were set aside."""
        found: list[FailingWork] = []
        for job in self._jobs.values():
            of_tenant: Document = {"tenant": tenant} if tenant else {}
            failing = {**of_tenant, FAILURES: {"$gte": FAILS}, job.field: {"$exists": True}}
            aside = {**of_tenant, f"{SET_ASIDE}.at": {"$exists": True}, f"{SET_ASIDE}.job": job.name}
            for wanted in (failing, aside):
                documents = await job.documents.find(wanted, _shown_fields(job)).limit(MOST).to_list(None)
                found += [_failing(job, one) for one in documents]
        return found

    async def set_aside(self, tenant: str | None, job: str, id: str) -> None:
        """Nobody tries it any more until it is taken up again.

        Raises: Problem 404.
        """
        known, now = self._job(job), self._clock.now()
        wanted = {**_one(tenant, id), FAILURES: {"$gte": FAILS}, known.field: {"$exists": True}}
        changed = await known.documents.update_one(
            wanted, {"$unset": {known.field: ""}, "$set": {SET_ASIDE: {"at": now, "job": job}}, "$inc": {"version": 1}}
        )
        if not changed.matched_count:
            raise not_found("scheduled document")
        log.warning("scheduled document set aside", queue=job, aggregate=id)

    async def resume(self, tenant: str | None, job: str, id: str) -> None:
        """Try it again, now.

        Raises: Problem 404.
        """
        known, now = self._job(job), self._clock.now()
        failing = [{FAILURES: {"$gte": FAILS}}, {f"{SET_ASIDE}.job": job}]
        changed = await known.documents.update_one(
            {**_one(tenant, id), "$or": failing},
            {"$set": {known.field: now}, "$unset": {SET_ASIDE: "", FAILURES: "", FAILURE: ""}, "$inc": {"version": 1}},
        )
        if not changed.matched_count:
            raise not_found("scheduled document")
        known.wake()
        log.warning("scheduled document taken up again", queue=job, aggregate=id)

    def _job(self, name: str) -> ScheduledJob:
        if name not in self._jobs:
            raise not_found("job")
        return self._jobs[name]


def _one(tenant: str | None, id: str) -> Document:
    return {"_id": id, **({"tenant": tenant} if tenant else {})}


def _shown_fields(job: ScheduledJob) -> dict[str, int]:
    return dict.fromkeys(("tenant", FAILURES, FAILURE, SET_ASIDE, job.field), 1)


def _failing(job: ScheduledJob, found: Document) -> FailingWork:
    aside: dict[str, Any] = found.get(SET_ASIDE) or {}
    return FailingWork(
        job.name,
        str(found["_id"]),
        found.get("tenant", "-"),
        int(found.get(FAILURES, 0)),
        found.get(FAILURE, ""),
        found.get(job.field),
        aside.get("at"),
    )
