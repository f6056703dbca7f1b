"""The repositories of all features: everything that talks to MongoDB."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from chassis.service_definition import ServiceContext
from chassis.storage.aggregates import Aggregates
from services.notifications.call_list.repository import CallListRepository
from services.notifications.call_list.repository_locks import CallLockRepository
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.digests.repository import DeskNewsRepository, StaffPreferences
from services.notifications.erasure.repository import ErasedContacts
from services.notifications.facts.repository import Facts
from services.notifications.feedback.repository import FeedbackRepository
from services.notifications.gatherings.repository import Announcements
from services.notifications.inbox.repository import Inbox
from services.notifications.letters.repository import LetterBatches
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.repository import Messages
from services.notifications.messages.repository_due import DueMessages
from services.notifications.reminders.repository import HandworkWatches, ReminderPlans
from services.notifications.returned.repository import ReturnedMails
from services.notifications.settings.repository import SettingsRepository
from services.notifications.staff.repository import StaffReminders
from services.notifications.unsubscribing.repository import Unsubscribed
from services.notifications.webhooks.repository import WebhookDeliveries, WebhookEvents, Webhooks


@dataclass(frozen=True, kw_only=True)
class Repositories:
    """All of the service's collections; see `repositories_of`."""

    facts: Facts
    messages: Messages
    due_messages: DueMessages
    announcements: Announcements
    staff_reminders: StaffReminders
    reminder_plans: ReminderPlans
    handwork_watches: HandworkWatches
    settings: SettingsRepository
    templates: TemplateRepository
    throttle: Throttle
    day_limits: DayLimits
    unsubscribed: Unsubscribed
    staff_preferences: StaffPreferences
    desk_news: DeskNewsRepository
    call_list: CallListRepository
    call_locks: CallLockRepository
    letter_batches: LetterBatches
    returned_mails: ReturnedMails
    inbox: Inbox
    feedback: FeedbackRepository
    webhooks: Webhooks
    webhook_events: WebhookEvents
    webhook_deliveries: WebhookDeliveries
    erased_contacts: ErasedContacts
    erasures: Aggregates

    async def ensure_indexes(self) -> None:
        """Create all indexes that are missing."""
        indexed = (
            self.facts,
            self.messages,
            self.due_messages,
            self.announcements,
            self.staff_reminders,
            self.reminder_plans,
            self.handwork_watches,
            self.settings,
            self.templates,
            self.throttle,
            self.day_limits,
            self.staff_preferences,
            self.desk_news,
            self.call_locks,
            self.letter_batches,
            self.returned_mails,
            self.inbox,
            self.feedback,
            self.webhooks,
            self.webhook_events,
            self.webhook_deliveries,
            self.erasures,
        )
        await asyncio.gather(*(repository.ensure_indexes() for repository in indexed))


def repositories_of(context: ServiceContext) -> Repositories:
    """Build all repositories on the service's database."""
    database, settings = context.database, context.settings

    def wake_relay() -> None:
        context.wake_relay()

    throttle = Throttle(database, context.secrets)
    return Repositories(
        facts=Facts(database),
        messages=Messages(database, wake_relay),
        due_messages=DueMessages(database),
        announcements=Announcements(database),
        staff_reminders=StaffReminders(database),
        reminder_plans=ReminderPlans(database),
        handwork_watches=HandworkWatches(database),
        settings=SettingsRepository(database, context.clock),
        templates=TemplateRepository(database),
        throttle=throttle,
        day_limits=DayLimits(database, settings.messages_a_day, settings.texts_a_day),
        unsubscribed=Unsubscribed(database, throttle),
        staff_preferences=StaffPreferences(database),
        desk_news=DeskNewsRepository(database),
        call_list=CallListRepository(database),
        call_locks=CallLockRepository(database),
        letter_batches=LetterBatches(database),
        returned_mails=ReturnedMails(database),
        inbox=Inbox(database),
        feedback=FeedbackRepository(database, wake_relay),
        webhooks=Webhooks(database),
        webhook_events=WebhookEvents(database),
        webhook_deliveries=WebhookDeliveries(database),
        erased_contacts=ErasedContacts(database),
        erasures=Aggregates(database, "erasures", wake_relay),
    )
