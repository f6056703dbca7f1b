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
"""What people are to hand on."""
OPEN: tuple[Status, ...] = ("pending", *BY_HAND)


MOST_ATTEMPTS = 60
"""Attempts of a message after which reports and returned mails are not noted any more."""


class Attempt(Part, frozen=True, kw_only=False):
    """One attempt. `outcome`: `sent`, an outcome of a call, or the kind of failure; `detail` never quotes an address."""

    at: datetime
    outcome: str
    channel: str = ""
    detail: str = ""


class AsSent(Part, frozen=True, kw_only=False):
    """What was sent, codes and links masked. Goes with retention and erasure."""

    subject: str
    text: str
    language: str


class Texted(Part, frozen=True, kw_only=False):
    """The text message it was sent as. `id`: by which the gateway knows it; written before the gateway is asked, so that a process that
    dies in between tells nobody twice."""

    id: str
    gateway: str
    begun_at: datetime
    parts: int = 1


class OutboundMessage(StoredDocument, frozen=True, kw_only=True):
    """One message to one contact. `told`: the facts of its kind (`content`). `failed`: channels that are no use for it.

    `range` (of its recipient) and `rank` say who sends it, and before which others (`messages.due`).
    `at`: since when it is pending; `not_before` and `not_after`: when it may go out; `called_at`: of the last
    call in which nobody was reached. `postponed`: held back by the limit of mails to one mailbox. `told_in`: the message that told
    this one together with others. `bounce`: the reference in the address that its mail comes back to. `call_after`: not to be called
    before; `number`: the one it waits for on the call list, as a keyed hash. `batch`: of letters that it was printed in; `unmade`: its
    letter could not be made. `delivery`: what is known of it since it went out; `resent`: how often staff let it go out anew.
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
    told: dict[str, Any] | None = None
    failed: list[str] = msgspec.field(default_factory=list)
    settled_at: datetime | None = None
    called_at: datetime | None = None
    call_after: datetime | None = None
    number: str | None = None
    batch: str | None = None
    unmade: bool = False
    postponed: bool = False
    told_in: str | None = None
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
        """What it says, typed by its kind."""
        return content_of(self.kind, self.told)

    @property
    def last_way(self) -> Attempt | None:
        """The last attempt on any way."""
        return next((one for one in reversed(self.attempts) if one.channel not in ("", "none")), None)

    @property
    def waits_by_hand(self) -> bool:
        return self.status in BY_HAND
