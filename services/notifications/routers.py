"""The routers of all features: API and pages."""

from __future__ import annotations

from chassis.http.permissions import Permission
from chassis.http.routing import APIRouter
from chassis.http.tenant_export import export_router
from services.notifications.call_list import api as call_list_api
from services.notifications.call_list import staff_pages as call_list_pages
from services.notifications.digests import api as digests_api
from services.notifications.digests import staff_pages as digests_pages
from services.notifications.feedback import pages as feedback_pages
from services.notifications.inbox import api as inbox_api
from services.notifications.inbox import staff_pages as inbox_pages
from services.notifications.letters import api as letters_api
from services.notifications.letters import staff_pages as letters_pages
from services.notifications.message_templates import api as templates_api
from services.notifications.message_templates import staff_pages as templates_pages
from services.notifications.messages import api as messages_api
from services.notifications.messages import staff_pages as messages_pages
from services.notifications.people import api as people_api
from services.notifications.returned import api as returned_api
from services.notifications.returned import staff_pages as returned_pages
from services.notifications.settings import api as settings_api
from services.notifications.settings import staff_pages as settings_pages
from services.notifications.sms import api as sms_api
from services.notifications.today import api as today_api
from services.notifications.today import staff_pages as today_pages
from services.notifications.unsubscribing import pages as unsubscribe_pages
from services.notifications.webhooks import api as webhooks_api
from services.notifications.webhooks import staff_pages as webhooks_pages

EXPORTED = {
    "contacts": None,
    "intents": None,
    "message_templates": None,
    "inbox": None,
    "letter_batches": None,
    "settings": ("from_name", "from_address", "reply_to", "signature", "quiet_hours", "reminders", "calls_reminders"),
}
"""What a tenant takes along; never a secret, not even encrypted."""


def routers() -> list[APIRouter]:
    """List the routers of all features in the order in which their routes are tried."""
    return [
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
    ]
