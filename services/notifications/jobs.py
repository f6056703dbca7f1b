"""The scheduled jobs and loops of all features: what a worker does."""

from __future__ import annotations

from chassis.jobs.range_leases import RangeLeases
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service_definition import ServiceContext
from services.notifications.delivery.by_email import DeliverByEmail
from services.notifications.delivery.by_sms import DeliverBySms
from services.notifications.delivery.deliver import Deliver
from services.notifications.delivery.held_back import HeldBack
from services.notifications.delivery.jobs import DeliveryJob, UnsentGauge
from services.notifications.delivery.mails import DeliveryMails
from services.notifications.delivery.recipient_limit import RecipientLimit
from services.notifications.delivery.situations import Situations
from services.notifications.erasure.erase import Erasure
from services.notifications.gatherings.fan_out import AnnouncementFanOut
from services.notifications.intake.mail_handlers import MailRouter
from services.notifications.intake.mailbox import Mailbox
from services.notifications.intake.server import IntakeServer
from services.notifications.metrics import NotificationMetrics
from services.notifications.reminders.remind import RemindGroups
from services.notifications.repositories import Repositories
from services.notifications.services import Services
from services.notifications.sms.text_sender import TextSender
from services.notifications.transports import Transports
from services.notifications.webhooks.deliver import DeliverWebhooks
from services.notifications.webhooks.jobs import WebhookJob


def scheduled_jobs(
    context: ServiceContext,
    repositories: Repositories,
    transports: Transports,
    services: Services,
    metrics: NotificationMetrics,
) -> list[ScheduledJob]:
    """List the jobs of all features."""
    clock, messages, facts = context.clock, repositories.messages, repositories.facts
    timing = (context.lease, clock, context.metrics)
    fan_out = AnnouncementFanOut(repositories.announcements, messages, facts, services.settling, clock)
    remind = RemindGroups(repositories.reminder_plans, messages, facts, repositories.settings, clock)
    erasure = Erasure(
        context,
        repositories.erased_contacts,
        messages,
        repositories.returned_mails,
        repositories.inbox,
        repositories.erasures,
    )
    deliver_webhooks = DeliverWebhooks(
        repositories.webhook_events,
        repositories.webhooks,
        repositories.webhook_deliveries,
        messages,
        services.coordinators,
        transports.hosts,
        context.secrets,
        clock,
    )
    announcements, desk_news = repositories.announcements.collection, repositories.desk_news.collection
    staff_reminders, plans = repositories.staff_reminders.collection, repositories.reminder_plans.collection
    watches, settings = repositories.handwork_watches.collection, repositories.settings.collection
    events, erasures = repositories.webhook_events.collection, repositories.erasures.collection
    return [
        _delivery_job(context, repositories, transports, services, metrics),
        ScheduledJob("announce", announcements, fan_out.carry_out, *timing, poll=1),
        ScheduledJob("tell-desk-news", desk_news, services.digests.carry_out, *timing, poll=1),
        ScheduledJob("remind", staff_reminders, services.coordinators.carry_out, *timing, poll=1),
        ScheduledJob("remind-groups", plans, remind.carry_out, *timing, poll=1),
        ScheduledJob("remind-of-hands-on", watches, services.stale_handwork.carry_out, *timing, poll=5),
        ScheduledJob("check-senders", settings, services.settings.check_due, *timing, poll=5),
        ScheduledJob("erase", erasures, erasure.carry_out, *timing, poll=1),
        ScheduledJob("fan-out-webhooks", events, deliver_webhooks.fan_out, *timing, poll=1),
        WebhookJob(repositories.webhooks, repositories.webhook_deliveries, deliver_webhooks, *timing),
    ]


def _delivery_job(
    context: ServiceContext,
    repositories: Repositories,
    transports: Transports,
    services: Services,
    metrics: NotificationMetrics,
) -> DeliveryJob:
    settings, clock, messages = context.settings, context.clock, repositories.messages
    settling, throttle, limits = services.settling, repositories.throttle, repositories.day_limits
    countries = frozenset(settings.sms_countries.upper().split(","))
    situations = Situations(messages, repositories.facts, services.feedback, transports.gateways, countries)
    recipient_limit = RecipientLimit(throttle, settling)
    by_email = DeliverByEmail(
        situations,
        messages,
        settling,
        HeldBack(repositories.returned_mails, services.digests, throttle, settling),
        DeliveryMails(repositories.templates, services.letterheads, services.unsubscribe, settings.public_url),
        throttle,
        recipient_limit,
        limits,
        transports.senders,
        services.bounces,
        services.returned_mail,
    )
    by_sms = DeliverBySms(
        recipient_limit,
        repositories.templates,
        transports.gateways,
        TextSender(messages, settling, limits, context.secrets),
        settings.public_url,
    )
    deliver = Deliver(
        situations,
        repositories.settings,
        settling,
        by_email,
        by_sms,
        limits,
        repositories.unsubscribed,
        services.stale_handwork,
        context.secrets,
        clock,
    )
    unsent = UnsentGauge(messages, metrics)
    leases = RangeLeases(context.database["leases"], "deliver")
    return DeliveryJob(messages, repositories.due_messages, deliver, unsent, limits, leases, clock, context.metrics)


def mail_intake(
    context: ServiceContext, router: MailRouter, metrics: NotificationMetrics
) -> list[IntakeServer | Mailbox]:
    """The loops by which mail comes in, as far as the settings ask for them."""
    settings, loops = context.settings, list[IntakeServer | Mailbox]()
    if settings.intake_port is not None:
        address = (settings.intake_host, settings.intake_port, settings.intake_protocol)
        loops.append(IntakeServer(router, *address, context.metrics))
    if imap_url := settings.imap_url.get_secret_value():
        loops.append(Mailbox(router, imap_url, context.lease, context.metrics, metrics))
    return loops
