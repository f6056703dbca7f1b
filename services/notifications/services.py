"""The use cases of notifications, composed once; routes find them by `get_services`."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext
from services.notifications.call_list.call_list import CallList
from services.notifications.digests.manage_preferences_staff import ManagePreferences
from services.notifications.facts.repository import Facts
from services.notifications.feedback.feedback import GatheringFeedback
from services.notifications.inbox.clerk_staff import InboxDesk
from services.notifications.inbox.mail_handler import InboxMailHandler
from services.notifications.letters.batches import Batches
from services.notifications.letters.letters import Letters
from services.notifications.message_templates.editing_staff import Templates
from services.notifications.messages.informed import InformedAboutGathering
from services.notifications.messages.messages import MessageLog
from services.notifications.people.person_export import PersonExport
from services.notifications.returned.clerk_staff import ReturnedList
from services.notifications.settings.settings_staff import MunicipalitySettings
from services.notifications.sms.reports import TextReports
from services.notifications.today.today import NotificationsToday
from services.notifications.unsubscribing.unsubscribe import Unsubscribe
from services.notifications.webhooks.manage_staff import ManageWebhooks


@dataclass(frozen=True)
class Services:
    """Everything that routes use."""

    context: ServiceContext
    facts: Facts
    messages: MessageLog
    calls: CallList
    letters: Letters
    batches: Batches
    person_export: PersonExport
    templates: Templates
    settings: MunicipalitySettings
    webhooks: ManageWebhooks
    text_reports: TextReports
    preferences: ManagePreferences
    informed: InformedAboutGathering
    inbox: InboxDesk
    inbox_mail_handler: InboxMailHandler
    returned: ReturnedList
    today: NotificationsToday
    unsubscribe: Unsubscribe
    feedback: GatheringFeedback
    pages: Pages
    forms: Forms


def get_services(request: Request) -> Services:
    """The services of the application that a request came to."""
    services: Services = request.app.state.services
    return services
