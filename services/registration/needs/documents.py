"""What was ordered of the support of a gathering: collection `support_orders`, one document for each kind."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import StoredDocument


class SupportOrder(StoredDocument, frozen=True, kw_only=True):
    """What was ordered of one kind of support. `number`: how many of it (groups or people, as its limit counts) were ordered in
    all, last noted at `at`."""

    gathering: str
    support: str
    number: int
    at: datetime
