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
Way = Literal["email", "phone"]


@dataclass(frozen=True)
class Allowed:
    """Decision that one more may be sent."""


@dataclass(frozen=True)
class Postponed:
    """Decision that it waits until `until`; what comes meanwhile is sent with it in one mail."""

    until: datetime


def is_confirmed(way: Way, contact: Contact, group: Group | None) -> bool:
    """Whether the owner of this mailbox or telephone confirmed a registration from there. What staff entered, or confirmed for somebody,
    does not count."""
    waits = way == "email" and contact.new_email is not None
    return not waits and _answered(way, contact, group)


def _answered(way: Way, contact: Contact, group: Group | None) -> bool:
    if way in contact.answered:
        return contact.answered[way]
    if group is None or group.vouched:
        return False
    if group.answered is not None:
        return group.answered == way
    return group.sure and (way == "email" or not contact.email)  # a number beside an address was never asked


def may_be_stranger(way: Way, content: Content, contact: Contact, group: Group | None) -> bool:
    """Whether the recipient may know nothing of the platform, so that the message must not carry anything that somebody else typed."""
    if content.from_a_stranger:
        return True
    if isinstance(content, ConfirmNewAddress):
        return True
    if not isinstance(content, GatheringMessage) or group is None:
        return False
    vouched = group.vouched and way not in contact.answered
    return not (vouched or _answered(way, contact, group))
