"""Holding back what can wait for a member of staff, and telling news of the desk together with it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.call_list.repository import CallListRepository
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.digests.documents import DeskNews, Preferences
from services.notifications.digests.repository import DeskNewsRows, StaffPreferences
from services.notifications.domain.digests import Choice, Rhythm, effective_choice
from services.notifications.domain.messages import Content
from services.notifications.domain.messages.staff import DeskNewsSummary
from services.notifications.facts.repository import Facts
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages
from services.notifications.settings.documents import Digests, TenantSettings
from services.notifications.settings.repository import SettingsRepository
from services.notifications.staff.fan_out import CoordinatorFanOut

NEWS_FOR = timedelta(days=2)
"""What happened on a day is no news later."""


class StaffDigests:
    """Collects messages to staff into digests: for delivery, and for the job that tells news of the desk."""

    def __init__(
        self,
        preferences: StaffPreferences,
        news: DeskNewsRows,
        settings: SettingsRepository,
        coordinators: CoordinatorFanOut,
        calls: CallListRepository,
        messages: Messages,
        facts: Facts,
        throttle: Throttle,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._preferences = preferences
        self._news = news
        self._settings = settings
        self._coordinators = coordinators
        self._calls = calls
        self._messages = messages
        self._facts = facts
        self._throttle = throttle
        self._secrets = secrets
        self._clock = clock

    async def wish(
        self, scope: TenantScope, content: Content, address: str, settings: TenantSettings, now: datetime
    ) -> tuple[Choice, datetime | None]:
        """How a message reaches somebody at this address, and when where it waits for others."""
        chosen = await self._preferences.get_or_default(scope, self._secrets.email_key(address))
        rhythm = rhythm_of(chosen, settings)
        wanted = effective_choice(type(content), chosen.kinds, rhythm)
        return wanted, rhythm.next(now) if wanted == "together" and rhythm else None

    async def carry_out(self, document: Document) -> None:
        """Hand fresh news on to everybody who coordinates, or tell one of them what happened since they were told last."""
        scope, news, now = of_document(document), self._news.read(document), self._clock.now()
        settings = await self._settings.get_or_default(scope)
        if news.contact:
            return await self._tell(scope, news, settings, now)
        for contact in await self._coordinators.coordinators(scope):
            known = await self._facts.contact(scope, contact)
            if known is None or not known.email:
                continue
            wanted, at = await self.wish(scope, DeskNewsSummary(), known.email, settings, now)
            if wanted == "together" and at is not None:
                await self._news.hand_on(scope, contact, news.since, at)
        await self._news.handed_on(scope, news)

    async def _tell(self, scope: TenantScope, news: DeskNews, settings: TenantSettings, now: datetime) -> None:
        """Nothing where nothing happened. The message waits with what else was held back for the same mailbox, so it is one mail."""
        known = await self._facts.contact(scope, news.contact)
        if known is None or not known.email or known.erased:
            return await self._news.sent(scope, news, now)
        wanted, _ = await self.wish(scope, DeskNewsSummary(), known.email, settings, now)
        registrations, waiting = await self._news.counts(scope, news.since, now)
        if wanted == "together" and registrations:
            calls = await self._calls.count(scope, now)
            told: dict[str, Any] = {"registrations": registrations, "waiting": waiting, "calls": calls}
            id = f"m-news-{self._secrets.derived_id('desk news', f'{news.id} {news.since.isoformat()}')}"
            fields = {"told": told, "postponed": True, "mailbox": self._throttle.key(known.email)}
            message = new_message(
                "desk-news", news.contact, now, tenant=scope.tenant, due_at=now, not_after=now + NEWS_FOR, **fields
            )
            await self._messages.insert_if_absent({id: message})
        await self._news.sent(scope, news, now)


def rhythm_of(chosen: Preferences, settings: TenantSettings) -> Rhythm | None:
    """Theirs, else the municipality's."""
    found: Digests | None = chosen.rhythm or settings.digest
    return Rhythm(time.fromisoformat(found.at), found.days) if found else None
