"""Messages as the API tells them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from services.notifications.shown_time import ShownTime


class ShownAttempt(BaseModel):
    """One attempt. `outcome`: `sent` (handed over), an outcome of a call, or the kind of failure."""

    at: ShownTime
    channel: str | None = None
    outcome: str
    detail: str | None = None


class ShownMessage(BaseModel):
    """A message without its recipient. `template_version`: null for the product's own text."""

    id: str
    kind: str
    status: Literal["pending", "sent", "bounced", "failed", "expired", "suppressed", "to_call", "to_post"]
    postponed: bool = False
    at: ShownTime
    attempts: list[ShownAttempt]
    template_version: int | None = None


class ShownText(BaseModel):
    """What was sent, codes and links masked."""

    subject: str
    text: str
    language: str


class WholeMessage(ShownMessage):
    """A message with what was sent; gone with retention or erasure."""

    as_sent: ShownText | None = None


class MessagePage(BaseModel):
    """Some messages, and the cursor of the next ones."""

    items: list[ShownMessage]
    next: str | None = None


class Retried(BaseModel):
    """A message that is tried again."""

    id: str
    status: Literal["pending"]
