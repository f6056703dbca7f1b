"""Stored documents of mails that came back, one for each message: collection `returned_mails`."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument
from services.notifications.domain.returned import Reason


class ReturnedMail(StoredDocument, frozen=True, kw_only=True):
    """`id` is the message's. `kind` and `mailbox` (a keyed hash) are what its suppression is scoped to, where `suppressed`.

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
