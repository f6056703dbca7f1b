"""Composition root of reporting."""

from __future__ import annotations

from pathlib import Path

from chassis.pages import Pages
from chassis.service import Context, Parts
from services.reporting import pages_staff
from services.reporting.api import router
from services.reporting.store import Reports
from services.reporting.subscriptions import HANDLERS


def compose(context: Context) -> Parts:
    """Put the service together."""
    reports = Reports(context.database)
    pages = Pages("reporting", Path(__file__).parent)
    return Parts(
        routers=[router, pages_staff.router],
        handlers=HANDLERS,
        outboxes=[],
        due=[],
        prepare=reports.ensure_indexes,
        state={"reports": reports, "pages": pages},
        pages=pages,
    )
