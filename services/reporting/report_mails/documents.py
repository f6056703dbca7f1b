"""How often a municipality's coordinators are written to; `due_at`: next time."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument
from services.reporting.domain.report_mail import Every


class ReportMail(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """How often one municipality is written to."""

    every: Every
