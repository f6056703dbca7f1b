"""Digests for staff: messages that can wait are held back for them, and news of the desk is summed up in them."""

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
from services.notifications.digests.repository import DeskNewsRepository, StaffPreferences
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
"""How long a summary of desk news is worth sending."""


class StaffDigests:
    """Use cases of digests: decides for delivery what waits, and enqueues the summaries of desk news."""

    def __init__(
        self,
        preferences: StaffPreferences,
        news: DeskNewsRepository,
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

    async def choice_for(
        self, scope: TenantScope, content: Content, address: str, settings: TenantSettings, now: datetime
    ) -> tuple[Choice, datetime | None]:
        """How a message reaches the member of staff with this address, and the time of the digest it waits for, if it does."""
        preferences = await self._preferences.get_or_default(scope, self._secrets.email_key(address))
        rhythm = rhythm_in_force(preferences, settings)
        choice = effective_choice(type(content), preferences.kinds, rhythm)
        return choice, rhythm.next(now) if choice == "together" and rhythm else None

    async def carry_out(self, document: Document) -> None:
        """Schedule a summary of fresh news for each coordinator who gets digests, or enqueue one that is due."""
        scope, news, now = of_document(document), self._news.read(document), self._clock.now()
        settings = await self._settings.get_or_default(scope)
        if news.contact:
            return await self._enqueue_summary(scope, news, settings, now)
        for id in await self._coordinators.list_coordinators(scope):
            contact = await self._facts.contact(scope, id)
            if contact is None or not contact.email:
                continue
            choice, at = await self.choice_for(scope, DeskNewsSummary(), contact.email, settings, now)
            if choice == "together" and at is not None:
                await self._news.schedule_for(scope, id, news.since, at)
        await self._news.mark_fanned_out(scope, news)

    async def _enqueue_summary(
        self, scope: TenantScope, news: DeskNews, settings: TenantSettings, now: datetime
    ) -> None:
        """Enqueue a summary, unless nothing happened. It is held back for the same mailbox as the other messages of the digest, so that all
        go out as one mail."""
        contact = await self._facts.contact(scope, news.contact)
        registrations = await self._news.count_registrations(scope, news, now)
        if contact is None or not contact.email or contact.erased:
            return await self._news.mark_sent(scope, news, now, registrations.counted)
        choice, _ = await self.choice_for(scope, DeskNewsSummary(), contact.email, settings, now)
        if choice == "together" and registrations.new > 0:
            calls = await self._calls.count(scope, now)
            content: dict[str, Any] = {
                "registrations": registrations.new,
                "waiting": registrations.waiting,
                "calls": calls,
            }
            id = f"m-news-{self._secrets.derived_id('desk news', f'{news.id} {news.since.isoformat()}')}"
            fields = {"told": content, "postponed": True, "mailbox": self._throttle.key(contact.email)}
            message = new_message(
                "desk-news", news.contact, now, tenant=scope.tenant, due_at=now, not_after=now + NEWS_FOR, **fields
            )
            await self._messages.insert_if_absent({id: message})
        await self._news.mark_sent(scope, news, now, registrations.counted)


def rhythm_in_force(preferences: Preferences, settings: TenantSettings) -> Rhythm | None:
    """The rhythm of a member of staff: their own, else the municipality's; None: they get no digest."""
    digests: Digests | None = preferences.rhythm or settings.digest
    return Rhythm(time.fromisoformat(digests.at), digests.days) if digests else None
