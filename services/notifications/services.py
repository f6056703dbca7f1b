"""The use cases of all features: built once per process, given to routes by `get_services`."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from fastapi import Request

from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service_definition import ServiceContext
from programme.tenant_registry import EventTenantRegistry
from services.notifications.call_list.call_list import CallList
from services.notifications.delivery.settle import Settling
from services.notifications.digests.digests import StaffDigests
from services.notifications.digests.manage_preferences_staff import ManagePreferences
from services.notifications.facts.repository import Facts
from services.notifications.feedback.feedback import GatheringFeedback
from services.notifications.inbox.clerk_staff import InboxDesk
from services.notifications.inbox.mail_handler import InboxMailHandler
from services.notifications.intake.mail_handlers import MailRouter
from services.notifications.letters.batches import Batches
from services.notifications.letters.letters import Letters
from services.notifications.mail.letterheads import Letterheads
from services.notifications.message_templates.editing_staff import Templates
from services.notifications.message_templates.previews import TemplatePreviews, name_of
from services.notifications.messages.informed import InformedAboutGathering
from services.notifications.messages.messages import MessageLog
from services.notifications.metrics import NotificationMetrics
from services.notifications.people.person_export import PersonExport
from services.notifications.reminders.stale_handwork import StaleHandwork
from services.notifications.repositories import Repositories
from services.notifications.returned.clerk_staff import ReturnedList
from services.notifications.returned.mail_handler import ReturnedMailHandler
from services.notifications.returned.process import ProcessReturnedMail
from services.notifications.returned.tokens import BounceAddresses
from services.notifications.settings.own_server import OwnServers
from services.notifications.settings.sender_check import Resolver
from services.notifications.settings.sender_test_staff import SenderTest
from services.notifications.settings.settings_staff import MunicipalitySettings
from services.notifications.settings.sms_account_staff import SmsAccounts
from services.notifications.sms.reports import TextReports
from services.notifications.staff.fan_out import CoordinatorFanOut
from services.notifications.staff.own_mailbox_staff import MailsToOneself, OwnMailbox
from services.notifications.today.today import NotificationsToday
from services.notifications.transports import Transports
from services.notifications.unsubscribing.unsubscribe import Unsubscribe
from services.notifications.webhooks.manage_staff import ManageWebhooks


@dataclass(frozen=True, kw_only=True)
class Services:
    """All use cases of the service; see `services_of`."""

    context: ServiceContext
    tenant_registry: EventTenantRegistry
    facts: Facts
    messages: MessageLog
    informed: InformedAboutGathering
    calls: CallList
    letters: Letters
    batches: Batches
    inbox: InboxDesk
    inbox_mail_handler: InboxMailHandler
    returned: ReturnedList
    returned_mail: ProcessReturnedMail
    mail_router: MailRouter
    today: NotificationsToday
    templates: Templates
    template_previews: TemplatePreviews
    letterheads: Letterheads
    settings: MunicipalitySettings
    sender_test: SenderTest
    text_reports: TextReports
    preferences: ManagePreferences
    digests: StaffDigests
    coordinators: CoordinatorFanOut
    stale_handwork: StaleHandwork
    webhooks: ManageWebhooks
    unsubscribe: Unsubscribe
    feedback: GatheringFeedback
    person_export: PersonExport
    settling: Settling
    bounces: BounceAddresses
    pages: Pages
    forms: Forms


def services_of(
    context: ServiceContext,
    repositories: Repositories,
    transports: Transports,
    metrics: NotificationMetrics,
    pages: Pages,
) -> Services:
    """Build the use cases of all features on the repositories and transports."""
    settings, secrets, clock = context.settings, context.secrets, context.clock
    public_url, senders, gateways = settings.public_url, transports.senders, transports.gateways
    messages, facts, templates = repositories.messages, repositories.facts, repositories.templates
    tenant_settings, inbox, returned = repositories.settings, repositories.inbox, repositories.returned_mails
    tenant_registry = EventTenantRegistry(context.database)
    letterheads = Letterheads(tenant_registry, settings.mail_from, public_url)
    calls = CallList(repositories.call_list, repositories.call_locks, messages, facts, templates, clock, public_url)
    letters = Letters(messages, facts, templates, clock, public_url)
    coordinators = CoordinatorFanOut(repositories.staff_reminders, messages, facts, secrets)
    to_oneself = MailsToOneself(OwnMailbox(repositories.staff_reminders, facts, secrets), senders, clock)
    bounces = BounceAddresses(secrets, settings.bounce_domain)
    returned_mail = ProcessReturnedMail(messages, returned, facts, repositories.throttle, metrics, clock)
    inbox_mail_handler = InboxMailHandler(inbox, tenant_registry, secrets, clock, settings.bounce_domain)
    text_reports = TextReports(gateways, messages, tenant_settings, clock)
    gateways.on_report = text_reports.record
    own_servers = OwnServers(tenant_settings, senders, clock, parseaddr(settings.mail_from)[1])
    senders.on_own_server_away = own_servers.record
    return Services(
        context=context,
        tenant_registry=tenant_registry,
        facts=facts,
        # Messages, and what staff do with them
        messages=MessageLog(messages, clock),
        informed=InformedAboutGathering(messages, facts, clock),
        calls=calls,
        letters=letters,
        batches=Batches(repositories.letter_batches, letters, messages, clock),
        today=NotificationsToday(calls, letters, repositories.letter_batches, inbox, returned, messages, facts, clock),
        settling=Settling(messages, metrics),
        text_reports=text_reports,
        # Incoming mail
        inbox=InboxDesk(inbox, facts, letterheads, tenant_settings, senders, clock, public_url),
        inbox_mail_handler=inbox_mail_handler,
        returned=ReturnedList(returned, messages, facts, clock),
        returned_mail=returned_mail,
        mail_router=MailRouter([ReturnedMailHandler(bounces, messages, returned_mail), inbox_mail_handler]),
        bounces=bounces,
        # What a municipality sets
        templates=Templates(templates, clock),
        template_previews=TemplatePreviews(
            templates, letterheads, tenant_settings, name_of(tenant_registry), to_oneself, clock, public_url
        ),
        letterheads=letterheads,
        settings=MunicipalitySettings(
            tenant_settings,
            repositories.reminder_plans,
            transports.cipher,
            transports.hosts,
            Resolver(settings.dns_resolver),
            SmsAccounts(gateways, transports.cipher, transports.hosts, settings.environment),
            own_servers,
            clock,
            settings.mail_from,
        ),
        sender_test=SenderTest(tenant_settings, letterheads, to_oneself, public_url),
        webhooks=ManageWebhooks(
            repositories.webhooks,
            repositories.webhook_deliveries,
            transports.hosts,
            secrets,
            clock,
            settings.environment,
        ),
        # Messages to staff
        preferences=ManagePreferences(repositories.staff_preferences, tenant_settings, secrets, clock),
        digests=StaffDigests(
            repositories.staff_preferences,
            repositories.desk_news,
            tenant_settings,
            coordinators,
            repositories.call_list,
            messages,
            facts,
            repositories.throttle,
            secrets,
            clock,
        ),
        coordinators=coordinators,
        stale_handwork=StaleHandwork(repositories.handwork_watches, messages, coordinators, clock),
        # What people decide about messages and their data
        unsubscribe=Unsubscribe(repositories.unsubscribed, facts, secrets, clock, public_url),
        feedback=GatheringFeedback(repositories.feedback, facts, secrets, clock),
        person_export=PersonExport(facts, messages),
        pages=pages,
        forms=Forms(secrets, clock),
    )


def get_services(request: Request) -> Services:
    """The composed use cases."""
    services: Services = request.app.state.services
    return services
