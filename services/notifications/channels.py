"""By which way a message goes: e-mail, else a text message where there is a gateway, else a letter or a call.

A letter takes days. What has to be answered soon, or concerns a gathering that is near, is rather told on the telephone where a
number is known. Who is known by neither way can't be told: that shows among the messages as failed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

import phonenumbers

from chassis.storage.mongo import Document
from services.notifications.words import NEW_ADDRESS

CONFIRM_BY_CALL = "confirm-by-call"
"""Asks somebody who signed up without an e-mail address whether they come; their seat is held until they were reached."""
Channel = Literal["email", "sms", "letter", "call", "none"]
A_LETTER_TAKES = timedelta(days=4)
SOON = frozenset(
    (
        "confirm-address",
        CONFIRM_BY_CALL,
        "offered",
        "reconfirm",
        "support-granted",
        "gathering-changed",
        "gathering-cancelled",
    )
)


def channel(intent: Document, contact: Document, gathering: Document | None, now: datetime, has_sms: bool) -> Channel:
    """The first way that is known and has not failed before (`intent["failed"]`)."""
    failed: Collection[str] = intent.get("failed") or ()
    if intent["kind"] == NEW_ADDRESS:  # another way would prove nothing
        return "email" if contact.get("new_email") and "email" not in failed else "none"
    near = gathering is not None and gathering["starts_at"] - now < A_LETTER_TAKES
    known: dict[Channel, bool] = {
        "email": bool(contact.get("email")),
        "sms": has_sms and takes_text(contact.get("phone_e164")),
        "letter": bool(contact.get("post")),
        "call": bool(contact.get("phone")),
    }
    slow_last: tuple[Channel, ...] = ("email", "sms", "call", "letter")
    order: tuple[Channel, ...] = slow_last if near or intent["kind"] in SOON else ("email", "sms", "letter", "call")
    return next((way for way in order if known[way] and way not in failed), "none")


def takes_text(e164: str | None) -> bool:
    """Whether a text message may reach this number: mobile ones, and those of countries that don't tell them apart."""
    if not e164:
        return False
    kind = phonenumbers.number_type(phonenumbers.parse(e164))
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
