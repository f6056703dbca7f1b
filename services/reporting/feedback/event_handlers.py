"""Stores the feedback of each gathering from notifications' events; the newest event replaces earlier ones."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.messaging.projection import Handler, Replace, Write
from contracts import notifications as n
from contracts.envelope import Envelope
from services.reporting.feedback.repository import FEEDBACK


def _store_feedback(envelope: Envelope, event: n.FeedbackTold) -> Iterable[Write]:
    cells = [cell.model_dump() for cell in event.cells]
    yield Replace(FEEDBACK, event.gathering_id, {"cells": cells, "at": envelope.occurred_at})


HANDLERS: dict[str, Handler] = {n.FeedbackTold.event_type: _store_feedback}
