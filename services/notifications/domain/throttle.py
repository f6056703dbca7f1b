"""How many messages one mailbox or telephone gets: strangers can name any, so what nobody has confirmed gets ten an hour at most.

What is over that waits; mails are then told together in one. What people need at an address they confirmed is never held back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notifications.domain.facts import Contact, Group
from services.notifications.domain.messages import Content
from services.notifications.domain.messages.base import AboutGathering
from services.notifications.domain.messages.participants import ConfirmNewAddress

IN_AN_HOUR = 10
HOUR = timedelta(hours=1)
KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class Allowed:
    """One more may be sent."""


@dataclass(frozen=True)
class Postponed:
    """It waits until `until`; what comes meanwhile is told with it in one mail."""

    until: datetime


def confirmed(contact: Contact, group: Group | None) -> bool:
    """Whether the mailbox answered us: its owner confirmed a registration from it. What staff typed is not confirmed by that."""
    return group is not None and group.sure and not group.vouched and contact.new_email is None


def number_confirmed(contact: Contact, group: Group | None) -> bool:
    """Whether the telephone did. A number beside an e-mail address was never asked, whatever its owner wishes to get there."""
    return not contact.email and confirmed(contact, group)


def strange(content: Content, group: Group | None) -> bool:
    """Whether the recipient may be a stranger to all this, so that the message may carry nothing that somebody else typed."""
    if content.from_a_stranger:
        return True
    return isinstance(content, ConfirmNewAddress) or (
        isinstance(content, AboutGathering) and group is not None and not (group.sure or group.vouched)
    )
