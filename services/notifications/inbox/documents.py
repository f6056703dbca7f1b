"""Stored documents of the inbox: collection `inbox`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.storage.documents import StoredDocument

MailState = Literal["open", "answered", "done"]


class InboxMail(StoredDocument, frozen=True, kw_only=True):
    """A mail from somebody. `sender`: the address in lower case, by which erasure finds it. `keep_until`: when it is deleted, whatever its state.
    `references`: ids of the mails of its thread that came before it. `answering_until`: until then it is reserved for somebody who is sending an answer."""

    at: datetime
    keep_until: datetime
    state: MailState
    name: str = ""
    address: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    attachments: int = 0
    automatic: bool = False
    cut: bool = False
    answer: str = ""
    answering_until: datetime | None = None
