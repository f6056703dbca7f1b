"""An action plan as it is stored, one for each self-check, whose id it bears."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.storage.documents import StoredDocument
from services.reporting.domain.action_plan import PlanState


class ActionPlan(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """The plan of one self-check, with all its published versions."""

    state: PlanState = msgspec.field(default_factory=PlanState)
    changed_at: datetime
