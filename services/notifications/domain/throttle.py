"""Limits the messages to a mailbox or telephone that nobody has confirmed to ten an hour: strangers can enter anybody's.

Messages beyond that wait; mails are then sent together as one. What people need at an address they confirmed is never held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notifications.domain.facts import Contact, Group
from services.notifications.domain.messages import Content
from services.notifications.domain.messages.base import GatheringMessage
from services.notifications.domain.messages.participants import ConfirmNewAddress

IN_AN_HOUR = 10
HOUR = timedelta(hours=1)
KEPT = timedelta(hours=24)
AddressKind = Literal["email", "phone"]


@dataclass(frozen=True)
class Allowed:
    """Decision that one more may be sent."""


@dataclass(frozen=True)
class Postponed:
    """Decision that it waits until `until`; what comes meanwhile is sent with it in one mail."""

    until: datetime


def is_confirmed(address_kind: AddressKind, contact: Contact, group: Group | None) -> bool:
    """Whether the owner of this mailbox or telephone confirmed a registration from there. What staff entered, or confirmed for somebody,
    does not count."""
    waits = address_kind == "email" and contact.new_email is not None
    return not waits and _answered(address_kind, contact, group)


def _answered(address_kind: AddressKind, contact: Contact, group: Group | None) -> bool:
    if address_kind in contact.answered:
        return contact.answered[address_kind]
    if group is None or group.vouched:
        return False
    if group.answered is not None:
        return group.answered == address_kind
    return group.sure and (address_kind == "email" or not contact.email)  # a number beside an address was never asked


def may_be_stranger(address_kind: AddressKind, content: Content, contact: Contact, group: Group | None) -> bool:
    """Whether the recipient may know nothing of the platform, so that the message must not carry anything that somebody else typed."""
    if content.from_a_stranger:
        return True
    if isinstance(content, ConfirmNewAddress):
        return True
    if not isinstance(content, GatheringMessage) or group is None:
        return False
    vouched = group.vouched and address_kind not in contact.answered
    return not (vouched or _answered(address_kind, contact, group))
