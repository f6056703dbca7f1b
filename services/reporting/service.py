"""Composition root of reporting."""

from __future__ import annotations

from chassis.service import Context, Parts
from services.reporting.api import router
from services.reporting.store import Reports
from services.reporting.subscriptions import HANDLERS


def compose(context: Context) -> Parts:
    """Put the service together."""
    reports = Reports(context.database)
    return Parts(
        routers=[router],
        handlers=HANDLERS,
        outboxes=[],
        due=[],
        prepare=reports.ensure_indexes,
        state={"reports": reports},
    )
