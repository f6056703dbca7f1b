"""Stored documents of a municipality's settings, one for each tenant: collection `settings`."""

from __future__ import annotations

from datetime import datetime, time
from typing import Literal

import msgspec

from chassis.storage.documents import Part, StoredDocument
from services.notifications.domain.channels import Channel
from services.notifications.domain.facts import Texts
from services.notifications.domain.quiet_hours import QuietHours
from services.notifications.domain.send_windows import SendWindow

SenderState = Literal["unproven", "delivering", "failing"]


class Hours(Part, frozen=True, kw_only=False):
    """Quiet hours as times of day, `HH:MM`."""

    begin: str
    until: str

    def quiet(self) -> QuietHours:
        return QuietHours(time.fromisoformat(self.begin), time.fromisoformat(self.until))


EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


class SendDays(Part, frozen=True, kw_only=True):
    """Days of the week (1: Monday) on which messages that may wait are sent by each channel; people are called on those of `call`."""

    email: tuple[int, ...] = EVERY_DAY
    sms: tuple[int, ...] = EVERY_DAY
    call: tuple[int, ...] = EVERY_DAY


class Finding(Part, frozen=True):
    """Result of checking one DNS record. `expected`: what it has to contain."""

    record: Literal["spf", "dkim", "dmarc"]
    name: str
    expected: str
    ok: bool
    found: str = ""


class Digests(Part, frozen=True, kw_only=False):
    """When staff get digests: at `at` (`HH:MM`), on these days of the week (1: Monday)."""

    at: str
    days: tuple[int, ...] = (1, 2, 3, 4, 5)


class TenantSettings(StoredDocument, frozen=True, kw_only=True):
    """What a municipality set about its messages; every field has a default. `reminders`: days before a gathering, None: the platform's. `smtp`, `sms` and `dkim_key` are encrypted;
    `sms_price`: cents for one part of a text message.

    `sender_state`: whether mails from `from_address` are proven to arrive; until then they come from the platform's address.
    `server_failure`: why the municipality's own mail server took nothing when it was last tried.
    """

    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    signature: Texts = msgspec.field(default_factory=dict)
    quiet_hours: Hours | None = None
    send_days: SendDays = SendDays()
    reminders: tuple[int, ...] | None = None
    calls_reminders: bool = False
    sender_state: SenderState = "unproven"
    findings: tuple[Finding, ...] = ()
    checked_at: datetime | None = None
    server_failure: str = ""
    smtp: bytes | None = None
    dkim_key: bytes | None = None
    dkim_selector: str = ""
    stopped: bool = False
    sms: bytes | None = None
    sms_price: float | None = None
    digest: Digests | None = None

    @property
    def windows(self) -> dict[Channel, SendWindow]:
        """When each channel is open for messages that may wait."""
        quiet = self.quiet_hours.quiet() if self.quiet_hours else None
        days: dict[Channel, tuple[int, ...]] = {
            "email": self.send_days.email,
            "sms": self.send_days.sms,
            "call": self.send_days.call,
        }
        return {channel: SendWindow(frozenset(open_days), quiet) for channel, open_days in days.items()}

    @property
    def own_address(self) -> str:
        """The municipality's own sender address, once it is proven that mails from it arrive; else empty."""
        return self.from_address if self.sender_state == "delivering" else ""
