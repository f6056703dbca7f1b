"""Stored documents of outbound messages: collection `intents`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from chassis.storage.documents import Part, StoredDocument
from services.notifications.domain.messages import Content, content_of
from services.notifications.domain.text_reports import KnownDelivery

Status = Literal["pending", "sent", "bounced", "failed", "expired", "suppressed", "to_call", "to_post"]
BY_HAND: tuple[Status, ...] = ("to_call", "to_post")
"""Statuses of messages that staff pass on by telephone or post."""
OPEN: tuple[Status, ...] = ("pending", *BY_HAND)


MOST_ATTEMPTS = 60
"""Most attempts that are stored of one message; later reports and returned mails are ignored."""


class Attempt(Part, frozen=True, kw_only=False):
    """One attempt to deliver a message. `outcome`: `sent`, an outcome of a call, or the kind of failure; `detail` never quotes an address."""

    at: datetime
    outcome: str
    channel: str = ""
    detail: str = ""


class AsSent(Part, frozen=True, kw_only=False):
    """Copy of what was sent, with codes and links masked. Retention and erasure remove it."""

    subject: str
    text: str
    language: str


class Texted(Part, frozen=True, kw_only=False):
    """The text message by which a message was sent. `id`: the one given to the gateway; stored before the gateway is called, so that a process that
    dies in between sends nothing twice."""

    id: str
    gateway: str
    begun_at: datetime
    parts: int = 1


class OutboundMessage(StoredDocument, frozen=True, kw_only=True):
    """One message to one contact. `facts`: what a message of its kind is about, stored as `told` (typed: `content`). `failed`: channels that failed and are not tried again.

    `range` (of its recipient) and `rank` say which worker sends it, and before which others (`messages/repository_due.py`).
    `at`: since when it is pending; `not_before` and `not_after`: when it may go out; `called_at`: of the last
    call in which nobody was reached. `postponed`: held back by the limit of mails to one mailbox. `merged_into`: the message
    in whose mail this one was sent, stored as `told_in`. `bounce`: the reference in the address that its mail comes back to. `call_after`: not to be called
    before; `number`: the one it waits for on the call list, as a keyed hash. `batch`: of letters that it was printed in; `unmade`: its
    letter could not be made. `delivery`: what is known of it since it was sent; `resent`: how often staff sent it anew.
    """

    version: int
    kind: str
    contact: str
    status: Status
    at: datetime
    range: int = 0
    rank: int = 1
    attempts: list[Attempt] = msgspec.field(default_factory=list)
    gathering: str | None = None
    assessment: str | None = None
    respondent: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    facts: dict[str, Any] | None = msgspec.field(default=None, name="told")
    failed: list[str] = msgspec.field(default_factory=list)
    settled_at: datetime | None = None
    called_at: datetime | None = None
    call_after: datetime | None = None
    number: str | None = None
    batch: str | None = None
    unmade: bool = False
    postponed: bool = False
    merged_into: str | None = msgspec.field(default=None, name="told_in")
    bounce: str = ""
    text: Texted | None = None
    delivery: KnownDelivery | None = None
    resent: int = 0
    template_version: int | None = None
    as_sent: AsSent | None = None
    seq: dict[str, int] = msgspec.field(default_factory=dict)
    outbox: list[dict[str, Any]] = msgspec.field(default_factory=list)
    requests: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def content(self) -> Content:
        """Its content, typed by its kind."""
        return content_of(self.kind, self.facts)

    @property
    def last_channel_attempt(self) -> Attempt | None:
        """The last attempt by any channel."""
        return next((one for one in reversed(self.attempts) if one.channel not in ("", "none")), None)

    @property
    def waits_by_hand(self) -> bool:
        return self.status in BY_HAND
