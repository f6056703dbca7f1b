"""Events that say whether everybody may read an action plan: reporting shows it, and it goes with its self-check."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, Upsert, Write
from contracts.envelope import Envelope
from contracts.reporting import ActionPlanShown
from contracts.selfcheck import AssessmentDeleted
from services.registration.public_plans.repository import DELETED, PLANS


def _shown(envelope: Envelope, event: ActionPlanShown) -> Iterable[Write]:
    yield Upsert(PLANS, event.assessment_id, {"public": event.public})


def _deleted(envelope: Envelope, event: AssessmentDeleted) -> Iterable[Write]:
    # A row of its own: the two topics keep no order between them, and what is told late of the plan changes nothing.
    yield Upsert(DELETED, event.assessment_id)


HANDLERS: dict[str, Handler] = {ActionPlanShown.event_type: _shown, AssessmentDeleted.event_type: _deleted}
