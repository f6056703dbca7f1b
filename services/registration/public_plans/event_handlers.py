"""Events of reporting that say whether everybody may read an action plan."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, Upsert, Write
from contracts.envelope import Envelope
from contracts.reporting import ActionPlanShown
from services.registration.public_plans.repository import COLLECTION


def _shown(envelope: Envelope, event: ActionPlanShown) -> Iterable[Write]:
    yield Upsert(COLLECTION, event.assessment_id, {"public": event.public})


HANDLERS: dict[str, Handler] = {ActionPlanShown.event_type: _shown}
