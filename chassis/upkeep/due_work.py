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
        indexes = [
            IndexModel([(field, ASCENDING)], name=name, partialFilterExpression={field: {"$exists": True}})
            for field, name in ((FAILURES, "failing"), (f"{SET_ASIDE}.at", "set_aside"))
        ]
        await asyncio.gather(*(one.create_indexes(indexes) for one in collections.values()))

    async def failing(self, tenant: str | None) -> list[FailingWork]:
        """Documents whose job failed several times, and those that were set aside."""
        work: list[FailingWork] = []
        for job in self._jobs.values():
            of_tenant: Document = {"tenant": tenant} if tenant else {}
            failing = {**of_tenant, FAILURES: {"$gte": FAILS}, job.field: {"$exists": True}}
            set_aside = {**of_tenant, f"{SET_ASIDE}.at": {"$exists": True}, f"{SET_ASIDE}.job": job.name}
            for query in (failing, set_aside):
                documents = await job.documents.find(query, _shown_fields(job)).limit(MOST).to_list(None)
                work += [_failing(job, one) for one in documents]
        return work

    async def set_aside(self, tenant: str | None, job: str, id: str) -> None:
        """Nobody tries it any more until it is taken up again.

        Raises: Problem 404.
        """
        scheduled_job, now = self._job(job), self._clock.now()
        query = {**_by_id(tenant, id), FAILURES: {"$gte": FAILS}, scheduled_job.field: {"$exists": True}}
        changed = await scheduled_job.documents.update_one(
            query,
            {"$unset": {scheduled_job.field: ""}, "$set": {SET_ASIDE: {"at": now, "job": job}}, "$inc": {"version": 1}},
        )
        if not changed.matched_count:
            raise not_found("scheduled document")
        log.warning("scheduled document set aside", queue=job, aggregate=id)

    async def resume(self, tenant: str | None, job: str, id: str) -> None:
        """Try it again, now.

        Raises: Problem 404.
        """
        scheduled_job, now = self._job(job), self._clock.now()
        failing = [{FAILURES: {"$gte": FAILS}}, {f"{SET_ASIDE}.job": job}]
        changed = await scheduled_job.documents.update_one(
            {**_by_id(tenant, id), "$or": failing},
            {
                "$set": {scheduled_job.field: now},
                "$unset": {SET_ASIDE: "", FAILURES: "", FAILURE: ""},
                "$inc": {"version": 1},
            },
        )
        if not changed.matched_count:
            raise not_found("scheduled document")
        scheduled_job.wake()
        log.warning("scheduled document taken up again", queue=job, aggregate=id)

    def _job(self, name: str) -> ScheduledJob:
        if name not in self._jobs:
            raise not_found("job")
        return self._jobs[name]


def _by_id(tenant: str | None, id: str) -> Document:
    return {"_id": id, **({"tenant": tenant} if tenant else {})}


def _shown_fields(job: ScheduledJob) -> dict[str, int]:
    return dict.fromkeys(("tenant", FAILURES, FAILURE, SET_ASIDE, job.field), 1)


def _failing(job: ScheduledJob, document: Document) -> FailingWork:
    aside: dict[str, Any] = document.get(SET_ASIDE) or {}
    return FailingWork(
        job.name,
        str(document["_id"]),
        document.get("tenant", "-"),
        int(document.get(FAILURES, 0)),
        document.get(FAILURE, ""),
        document.get(job.field),
        aside.get("at"),
    )
