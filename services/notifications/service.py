"""Composition root of notifications."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pymongo import ASCENDING, IndexModel

from chassis.http.permissions import Permission
from chassis.http.tenant_export import export_router
from chassis.jobs.range_leases import RangeLeases
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages
from chassis.service import ServiceContext, ServiceDefinition, merge_handlers
from chassis.storage.aggregates import Aggregates
from chassis.storage.tenant_offboarding import TenantOffboarding
from contracts.notifications import DepartureReceipted
from programme import FOLDER
from programme.programme import PROGRAMME
from programme.tenant_registry import TENANT_REGISTRY_HANDLERS, EventTenantRegistry
from services.notifications.call_list import api as call_list_api
from services.notifications.call_list import staff_pages as call_list_pages
from services.notifications.call_list.call_list import CallList
from services.notifications.call_list.repository import CallListRepository
from services.notifications.call_list.repository_taken import TakenNumbers
from services.notifications.delivery.by_email import DeliverByEmail
from services.notifications.delivery.by_sms import DeliverBySms
from services.notifications.delivery.deliver import Deliver
from services.notifications.delivery.jobs import DeliveryJob, UnsentGauge
from services.notifications.delivery.recipient_limit import RecipientLimit
from services.notifications.delivery.repository_day_limits import DayLimits
from services.notifications.delivery.repository_throttle import Throttle
from services.notifications.delivery.settle import Settling
from services.notifications.delivery.situations import Situations
from services.notifications.digests import api as digests_api
from services.notifications.digests import staff_pages as digests_pages
from services.notifications.digests.digests import StaffDigests
from services.notifications.digests.manage_preferences_staff import ManagePreferences
from services.notifications.digests.repository import DeskNewsRepository, StaffPreferences
from services.notifications.erasure.erase import Erasure
from services.notifications.event_handlers import HANDLERS
from services.notifications.facts.repository import Facts
from services.notifications.feedback import pages as feedback_pages
from services.notifications.feedback.feedback import GatheringFeedback
from services.notifications.feedback.repository import FeedbackRepository
from services.notifications.gatherings.fan_out import AnnouncementFanOut, Announcements
from services.notifications.inbox import api as inbox_api
from services.notifications.inbox import staff_pages as inbox_pages
from services.notifications.inbox.clerk_staff import InboxDesk
from services.notifications.inbox.mail_handler import InboxMailHandler
from services.notifications.inbox.repository import Inbox
from services.notifications.intake.mail_handlers import MailRouter
from services.notifications.intake.mailbox import Mailbox
from services.notifications.intake.server import IntakeServer
from services.notifications.letters import api as letters_api
from services.notifications.letters import staff_pages as letters_pages
from services.notifications.letters.batches import Batches
from services.notifications.letters.letters import Letters
from services.notifications.letters.repository import LetterBatches
from services.notifications.mail.letterheads import Letterheads
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import MailServer
from services.notifications.message_templates import api as templates_api
from services.notifications.message_templates import staff_pages as templates_pages
from services.notifications.message_templates.editing_staff import Templates, name_of
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages import api as messages_api
from services.notifications.messages import staff_pages as messages_pages
from services.notifications.messages.informed import InformedAboutGathering
from services.notifications.messages.messages import MessageLog
from services.notifications.messages.repository import Messages
from services.notifications.messages.repository_due import DueMessages
from services.notifications.metrics import NotificationMetrics
from services.notifications.net.hosts import HostCheck
from services.notifications.people import api as people_api
from services.notifications.people.person_export import PersonExport
from services.notifications.reminders.remind import RemindGroups
from services.notifications.reminders.repository import ReminderPlans
from services.notifications.reminders.stale_handwork import StaleHandwork
from services.notifications.returned import api as returned_api
from services.notifications.returned import staff_pages as returned_pages
from services.notifications.returned.clerk_staff import ReturnedList
from services.notifications.returned.mail_handler import ReturnedMailHandler
from services.notifications.returned.process import ProcessReturnedMail
from services.notifications.returned.repository import ReturnedMails
from services.notifications.returned.tokens import BounceAddresses
from services.notifications.services import Services
from services.notifications.settings import api as settings_api
from services.notifications.settings import staff_pages as settings_pages
from services.notifications.settings.cipher import Cipher
from services.notifications.settings.repository import SettingsRepository
from services.notifications.settings.sender_check import Resolver
from services.notifications.settings.settings_staff import MunicipalitySettings
from services.notifications.settings.sms_account_staff import SmsAccounts
from services.notifications.sms import api as sms_api
from services.notifications.sms.gateways import Gateways
from services.notifications.sms.reports import TextReports
from services.notifications.sms.text_sender import TextSender
from services.notifications.staff.fan_out import CoordinatorFanOut, StaffReminders
from services.notifications.stuck_staff import WORDS
from services.notifications.today import api as today_api
from services.notifications.today import staff_pages as today_pages
from services.notifications.today.today import NotificationsToday
from services.notifications.unsubscribing import pages as unsubscribe_pages
from services.notifications.unsubscribing.unsubscribe import Unsubscribe, Unsubscribed
from services.notifications.webhooks import api as webhooks_api
from services.notifications.webhooks import staff_pages as webhooks_pages
from services.notifications.webhooks.deliver import DeliverWebhooks
from services.notifications.webhooks.event_handlers import handlers as webhook_handlers
from services.notifications.webhooks.jobs import WebhookJob
from services.notifications.webhooks.manage_staff import ManageWebhooks
from services.notifications.webhooks.repository import WebhookDeliveries, Webhooks

EXPORTED = {
    "contacts": None,
    "intents": None,
    "message_templates": None,
    "inbox": None,
    "letter_batches": None,
    "settings": ("from_name", "from_address", "reply_to", "signature", "quiet_hours", "reminders", "calls_reminders"),
}
"""What a tenant takes along; never a secret, not even encrypted."""


def compose(context: ServiceContext) -> ServiceDefinition:
    """Put the service together."""
    database, settings, clock = context.database, context.settings, context.clock
    public_url = settings.public_url
    tenant_registry = EventTenantRegistry(database)
    metrics = NotificationMetrics(context.metrics)
    messages, facts = Messages(database, lambda: context.wake_relay()), Facts(database)
    due_messages = DueMessages(database)
    settling, throttle = Settling(messages, metrics), Throttle(database, context.secrets)
    announcements, reminders = Announcements(database), StaffReminders(database)
    erasures = Aggregates(database, "erasures", lambda: context.wake_relay())
    coordinators = CoordinatorFanOut(reminders, messages, facts, context.secrets)
    stale_handwork = StaleHandwork(database, messages, coordinators, clock)
    tenant_settings, plans = SettingsRepository(database, clock), ReminderPlans(database)
    remind = RemindGroups(plans, messages, facts, tenant_settings, clock)
    texts, cipher, hosts = TemplateRepository(database), Cipher(context.secrets), HostCheck(settings.environment)
    mail_server = MailServer(settings.smtp_url)
    senders = Senders(settings, mail_server, cipher, hosts)
    gateways = Gateways(settings, cipher, hosts, context.secrets, mail_server)
    text_reports = TextReports(gateways, messages, tenant_settings, clock)
    gateways.on_report = text_reports.record
    municipality_settings = MunicipalitySettings(
        tenant_settings,
        plans,
        cipher,
        hosts,
        Resolver(settings.dns_resolver),
        SmsAccounts(gateways, cipher, hosts, settings.environment),
        clock,
        settings.mail_from,
    )
    letterheads = Letterheads(tenant_registry, settings.mail_from, public_url)
    unsubscribed = Unsubscribed(database, throttle)
    unsubscribe = Unsubscribe(unsubscribed, facts, context.secrets, clock, public_url)
    bounces, returned = BounceAddresses(context.secrets, settings.bounce_domain), ReturnedMails(database)
    returns = ProcessReturnedMail(messages, returned, facts, throttle, metrics, clock)
    limits = DayLimits(database, settings.messages_a_day, settings.texts_a_day)
    inbox = Inbox(database)
    inbox_mail_handler = InboxMailHandler(inbox, tenant_registry, context.secrets, clock, settings.bounce_domain)
    mail_router = MailRouter([ReturnedMailHandler(bounces, messages, returns), inbox_mail_handler])
    preferences, desk_news = StaffPreferences(database), DeskNewsRepository(database)
    call_list = CallListRepository(database)
    digests = StaffDigests(
        preferences,
        desk_news,
        tenant_settings,
        coordinators,
        call_list,
        messages,
        facts,
        throttle,
        context.secrets,
        clock,
    )
    feedback_rows = FeedbackRepository(database, lambda: context.wake_relay())
    feedback = GatheringFeedback(feedback_rows, facts, context.secrets, clock)
    situations = Situations(messages, facts, feedback, gateways, frozenset(settings.sms_countries.upper().split(",")))
    recipient_limit = RecipientLimit(throttle, settling)
    by_email = DeliverByEmail(
        situations,
        messages,
        settling,
        throttle,
        recipient_limit,
        limits,
        texts,
        letterheads,
        senders,
        bounces,
        returned,
        returns,
        digests,
        unsubscribe,
        public_url,
    )
    text_sender = TextSender(messages, settling, limits, context.secrets)
    deliver = Deliver(
        situations,
        tenant_settings,
        settling,
        by_email,
        DeliverBySms(throttle, recipient_limit, texts, gateways, text_sender, public_url),
        limits,
        unsubscribed,
        stale_handwork,
        context.secrets,
        clock,
    )
    fan_out = AnnouncementFanOut(announcements, messages, facts, settling, clock)
    erasure = Erasure(context, messages, returned, inbox, erasures)
    timing = (context.lease, clock, context.metrics)
    due = [
        DeliveryJob(
            messages,
            due_messages,
            deliver,
            UnsentGauge(messages, metrics),
            limits,
            RangeLeases(database["leases"], "deliver"),
            clock,
            context.metrics,
        ),
        ScheduledJob("announce", announcements.collection, fan_out.carry_out, *timing, poll=1),
        ScheduledJob("tell-desk-news", desk_news.collection, digests.carry_out, *timing, poll=1),
        ScheduledJob("remind", reminders.collection, coordinators.carry_out, *timing, poll=1),
        ScheduledJob("remind-groups", plans.collection, remind.carry_out, *timing, poll=1),
        ScheduledJob("remind-of-hands-on", stale_handwork.collection, stale_handwork.carry_out, *timing, poll=5),
        ScheduledJob("check-senders", tenant_settings.collection, municipality_settings.check_due, *timing, poll=5),
        ScheduledJob("erase", erasures.collection, erasure.carry_out, *timing, poll=1),
    ]
    webhooks, webhook_deliveries = Webhooks(database), WebhookDeliveries(database)
    webhook_events = Aggregates(database, "webhook_events")
    deliver_webhooks = DeliverWebhooks(
        database, webhooks, webhook_deliveries, messages, coordinators, hosts, context.secrets, clock
    )
    due += [
        ScheduledJob("fan-out-webhooks", webhook_events.collection, deliver_webhooks.fan_out, *timing, poll=1),
        WebhookJob(webhooks, webhook_deliveries, deliver_webhooks, *timing),
    ]
    taken = TakenNumbers(database)
    letters, letter_batches = Letters(messages, facts, texts, clock, public_url), LetterBatches(database)
    pages = Pages("notifications", FOLDER, Path(__file__).parent)
    loops: list[IntakeServer | Mailbox] = []
    if settings.intake_port is not None:
        place = (settings.intake_host, settings.intake_port, settings.intake_protocol)
        loops.append(IntakeServer(mail_router, *place, context.metrics))
    if settings.imap_url.get_secret_value():
        loops.append(Mailbox(mail_router, settings.imap_url.get_secret_value(), context.lease, context.metrics))
    calls = CallList(call_list, taken, messages, facts, texts, clock, public_url)
    services = Services(
        context,
        facts,
        MessageLog(messages, clock),
        calls,
        letters,
        Batches(letter_batches, letters, messages, clock),
        PersonExport(facts, messages),
        Templates(texts, letterheads, tenant_settings, name_of(tenant_registry), senders, clock, public_url),
        municipality_settings,
        ManageWebhooks(webhooks, webhook_deliveries, hosts, context.secrets, clock, settings.environment),
        text_reports,
        ManagePreferences(preferences, tenant_settings, context.secrets, clock),
        InformedAboutGathering(messages, facts, clock),
        InboxDesk(inbox, facts, letterheads, tenant_settings, senders, clock, public_url),
        inbox_mail_handler,
        ReturnedList(returned, messages, facts, clock),
        NotificationsToday(calls, letters, letter_batches, inbox, returned, messages, facts, clock),
        unsubscribe,
        feedback,
        pages,
        Forms(context.secrets, clock),
    )

    async def prepare() -> None:
        await asyncio.gather(
            messages.ensure_indexes(),
            due_messages.ensure_indexes(),
            announcements.ensure_indexes(),
            reminders.ensure_indexes(),
            throttle.ensure_indexes(),
            plans.ensure_indexes(),
            texts.ensure_indexes(),
            tenant_settings.ensure_indexes(),
            returned.ensure_indexes(),
            limits.ensure_indexes(),
            webhooks.ensure_indexes(),
            webhook_deliveries.ensure_indexes(),
            webhook_events.ensure_indexes(),
            stale_handwork.ensure_indexes(),
            erasures.ensure_indexes(),
            taken.ensure_indexes(),
            preferences.ensure_indexes(),
            inbox.ensure_indexes(),
            desk_news.ensure_indexes(),
            letter_batches.ensure_indexes(),
            feedback_rows.ensure_indexes(),
            database["participants"].create_indexes([IndexModel([("gathering", ASCENDING)], name="gathering")]),
        )

    return ServiceDefinition(
        programme=PROGRAMME,
        tenant_registry=tenant_registry,
        words=WORDS,
        routers=[
            messages_api.router,
            messages_api.gatherings_router,
            call_list_api.router,
            call_list_api.export_router,
            letters_api.router,
            people_api.router,
            templates_api.router,
            settings_api.router,
            returned_api.router,
            inbox_api.router,
            webhooks_api.router,
            sms_api.router,
            digests_api.router,
            today_api.router,
            export_router("notifications", EXPORTED, Permission("coordinator", allow_suspended=True)),
            today_pages.router,
            messages_pages.router,
            call_list_pages.router,
            letters_pages.router,
            templates_pages.router,
            settings_pages.router,
            digests_pages.router,
            inbox_pages.router,
            returned_pages.router,
            webhooks_pages.router,
            unsubscribe_pages.router,
            feedback_pages.router,
        ],
        handlers=lambda: merge_handlers(TENANT_REGISTRY_HANDLERS, HANDLERS, webhook_handlers(lambda: webhooks.tenants)),
        outboxes=["intents", "feedback", "erasures"],
        due=due,
        loops=loops,
        prepare=prepare,
        offboarding=TenantOffboarding(DepartureReceipted),
        state={"services": services},
        pages=pages,
    )
