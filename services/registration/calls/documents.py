"""The outcome of a call as it is stored until it is carried out: collection `calls`."""

from __future__ import annotations

import msgspec

from chassis.storage.documents import StoredDocument
from services.registration.domain.commands import CallOutcome


class Call(StoredDocument, frozen=True, kw_only=True):
    """One call about `registration`. `about`: the kind of the message it was made for."""

    registration: str
    outcome: CallOutcome = msgspec.field(name="said")
    about: str
