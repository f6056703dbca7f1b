"""Stored documents of mails that came back, one for each message: collection `returned_mails`."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.storage.documents import StoredDocument
from services.notifications.domain.returned import Reason


class ReturnedMail(StoredDocument, frozen=True, kw_only=True):
    """A mail that came back; `id` is the message's. Where it is `suppressed`, no optional mails of its `kind` go to its `mailbox` (a keyed hash).

    `reason`: the last that is understood. `excerpt`: of all that could not be understood, for a person to read; it goes with the contact.
    `seen_at`: since when a clerk knows.
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


MOST_EXCERPTS = 10_000
"""Characters of all excerpts of one message together."""


def merge_returned(earlier: ReturnedMail, later: ReturnedMail) -> ReturnedMail:
    """Merge a mail that came back with one that came back before for the same message: nothing that was understood or kept for a person is lost by what
    comes later, which anybody may send who once saw the address of the envelope."""
    excerpt = earlier.excerpt
    if later.excerpt and later.excerpt not in excerpt:
        excerpt = f"{excerpt}\n\n{later.excerpt}".strip()[:MOST_EXCERPTS]
    understood = earlier if later.reason == "unclear" else later
    return msgspec.structs.replace(
        later,
        reason=understood.reason,
        status=understood.status,
        mailbox=later.mailbox or earlier.mailbox,
        suppressed=earlier.suppressed or later.suppressed,
        excerpt=excerpt,
    )
