"""Use cases: choosing how often, and telling when it is time."""

from __future__ import annotations

from datetime import UTC, datetime

from chassis.clock import Clock
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from chassis.text.languages import BERLIN
from contracts.reporting import ReportDue
from services.reporting.domain.report_mail import Every, next_mail
from services.reporting.report_mails.repository import ReportMailRepository, id_of


class ReportMails:
    """Reads and stores how often coordinators get the link, and tells when it is time."""

    def __init__(self, mails: ReportMailRepository, clock: Clock) -> None:
        self._mails = mails
        self._clock = clock

    async def get(self, scope: TenantScope) -> Every:
        report_mail = await self._mails.get(scope, id_of(scope))
        return report_mail.every if report_mail else "never"

    async def set(self, scope: TenantScope, every: Every) -> None:
        now = self._clock.now()
        await self._mails.upsert(scope, every, _next_mail_at(every, now), (), now)

    async def publish_due(self, document: Document) -> None:
        """Tell, by an event, that coordinators get the link now: once for each date, however late it is."""
        scope, now = of_document(document), self._clock.now()
        every = await self.get(scope)
        events = () if every == "never" else (ReportDue(slug=scope.tenant),)
        await self._mails.upsert(scope, every, _next_mail_at(every, now), events, now)


def _next_mail_at(every: Every, now: datetime) -> datetime | None:
    next_at = next_mail(every, now.astimezone(BERLIN))
    return next_at.astimezone(UTC) if next_at else None
