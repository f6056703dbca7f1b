"""Every event that reporting handles: it becomes a row, or something to be done."""

from __future__ import annotations

from chassis.service_definition import merge_handlers
from services.reporting.feedback import event_handlers as feedback
from services.reporting.joint import event_handlers as joint
from services.reporting.measures import event_handlers as measures
from services.reporting.participation import event_handlers as participation
from services.reporting.privacy import event_handlers as privacy
from services.reporting.results import event_handlers as results
from services.reporting.similar import event_handlers as similar

HANDLERS = merge_handlers(
    participation.HANDLERS,
    results.HANDLERS,
    measures.HANDLERS,
    joint.HANDLERS,
    privacy.HANDLERS,
    similar.HANDLERS,
    feedback.HANDLERS,
)
