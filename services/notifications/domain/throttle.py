"""Limits the messages to one mailbox or telephone: strangers can name any, so what nobody has confirmed gets ten an hour at most.

What is over that waits; mails are then told together in one. What people need at an address they confirmed is never held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notifications.domain.facts import Contact, Group
from services.notifications.domain.messages import Content
from services.notifications.domain.messages.base import AboutGathering
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
    """It waits until `until`; what comes meanwhile is told with it in one mail."""

    until: datetime


def confirmed(way: Way, contact: Contact, group: Group | None) -> bool:
    """Whether the mailbox or telephone answered us: its owner confirmed a registration from there. What staff typed, or confirmed for
    somebody, is not confirmed by that."""
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


def strange(way: Way, content: Content, contact: Contact, group: Group | None) -> bool:
    """Whether the recipient may be a stranger to all this, so that the message may carry nothing that somebody else typed."""
    if content.from_a_stranger:
        return True
    if isinstance(content, ConfirmNewAddress):
        return True
    if not isinstance(content, AboutGathering) or group is None:
        return False
    vouched = group.vouched and way not in contact.answered
    return not (vouched or _answered(way, contact, group))
