"""A late message as it is stored until it is taken into account: collection `late_messages`."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument


class LateMessage(StoredDocument, frozen=True, kw_only=True):
    """A request to confirm that goes out late. `until`: the message to `registration` goes out no sooner."""

    registration: str
    until: datetime
