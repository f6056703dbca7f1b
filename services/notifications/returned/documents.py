"""Stored documents of mails that came back, one for each message: collection `returned_mails`."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument
from services.notifications.domain.returned import Reason


class ReturnedMail(StoredDocument, frozen=True, kw_only=True):
    """A mail that came back; `id` is the message's. Where it is `suppressed`, no optional mails of its `kind` go to its `mailbox` (a keyed hash).

    `excerpt`: of what could not be understood, for a person to read; it goes with the contact. `seen_at`: since when a clerk knows.
    """

    contact: str
    kind: str
    reason: Reason
    status: str = ""
    at: datetime
    mailbox: str = ""
    suppressed: bool = False
    excerpt: str = ""
    seen_at: datetime | None = None
