"""Mail of people, in the collection `inbox`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.storage.documents import StoredDocument

MailState = Literal["open", "answered", "done"]


class InboxMail(StoredDocument, frozen=True, kw_only=True):
    """`sender`: the address in lower case, by which it is found when its sender is erased. `keep_until`: when it is forgotten, whatever became of it.
    `answering_until`: until then somebody is sending an answer."""

    at: datetime
    keep_until: datetime
    state: MailState
    name: str = ""
    address: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    attachments: int = 0
    automatic: bool = False
    cut: bool = False
    answer: str = ""
    answering_until: datetime | None = None
