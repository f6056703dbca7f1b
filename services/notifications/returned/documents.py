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


def joined(known: ReturnedMail, came: ReturnedMail) -> ReturnedMail:
    """What is known of a message when one more mail came back for it: nothing that was understood or kept for a person is lost by what
    comes later, which anybody may send who once saw the address of the envelope."""
    excerpt = known.excerpt
    if came.excerpt and came.excerpt not in excerpt:
        excerpt = f"{excerpt}\n\n{came.excerpt}".strip()[:MOST_EXCERPTS]
    understood = known if came.reason == "unclear" else came
    return msgspec.structs.replace(
        came,
        reason=understood.reason,
        status=understood.status,
        mailbox=came.mailbox or known.mailbox,
        suppressed=known.suppressed or came.suppressed,
        excerpt=excerpt,
    )
