"""Stores how often each municipality wants the link to its report."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.storage.aggregates import Aggregates, Events, Exists
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.report_mail import Every
from services.reporting.report_mails.documents import ReportMail


def id_of(scope: TenantScope) -> str:
    """A key of its own: the slug alone is that of other events."""
    return f"report-mail:{scope.tenant}"


class ReportMailRepository(Repository[ReportMail]):
    """Stores one choice for each municipality."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(ReportMail, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def upsert(
        self, scope: TenantScope, every: Every, due_at: datetime | None, events: Events, now: datetime
    ) -> None:
        def change(before: ReportMail) -> Decision[ReportMail] | None:
            after = msgspec.structs.replace(before, every=every, due_at=due_at)
            return None if after == before else Decision(after, events)

        if await self.change(scope, id_of(scope), change, now) is None:
            try:
                await self.add(
                    scope, ReportMail(id=id_of(scope), tenant=scope.tenant, every=every, due_at=due_at), events, now
                )
            except Exists:
                await self.change(scope, id_of(scope), change, now)
