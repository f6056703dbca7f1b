"""Every event that registration handles: it becomes a row of what is known, or something to be done."""

from __future__ import annotations

from chassis.service_definition import merge_handlers
from services.registration.audit import event_handlers as audit
from services.registration.calls import event_handlers as calls
from services.registration.erasures import event_handlers as erasures
from services.registration.late_messages import event_handlers as late_messages
from services.registration.peer_visits import event_handlers as peer_visits
from services.registration.public_plans import event_handlers as public_plans
from services.registration.tenant_offboarding import event_handlers as tenant_offboarding

HANDLERS = merge_handlers(
    peer_visits.HANDLERS,
    public_plans.HANDLERS,
    erasures.HANDLERS,
    tenant_offboarding.HANDLERS,
    audit.HANDLERS,
    calls.HANDLERS,
    late_messages.HANDLERS,
)
