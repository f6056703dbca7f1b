"""The event handlers of all features: they store facts and enqueue messages."""

from __future__ import annotations

from chassis.service_definition import merge_handlers
from services.notifications.digests import event_handlers as digests
from services.notifications.erasure import event_handlers as erasures
from services.notifications.gatherings import event_handlers as gatherings
from services.notifications.participants import event_handlers as participants
from services.notifications.respondents import event_handlers as respondents
from services.notifications.staff import coordinators_events as coordinators
from services.notifications.staff import event_handlers as staff

HANDLERS = merge_handlers(
    gatherings.HANDLERS,
    participants.HANDLERS,
    respondents.HANDLERS,
    staff.HANDLERS,
    coordinators.HANDLERS,
    erasures.HANDLERS,
    digests.HANDLERS,
)
