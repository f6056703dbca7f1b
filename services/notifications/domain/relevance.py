"""Decides whether a message still matters.

While it waits to be delivered, seats are given to others, and gatherings change, are called off or end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.notifications.domain.facts import Gathering, Group
from services.notifications.domain.messages import CONFIRM_BY_CALL, Content
from services.notifications.domain.messages.participants import GatheringReminder, Reconfirm

ObsoleteStatus = Literal["expired", "suppressed"]


def obsolete_status(
    content: Content, gathering: Gathering | None, group: Group | None, now: datetime
) -> ObsoleteStatus | None:
    """The status with which a message that no longer matters is settled; None: it still matters.

    A reminder is not sent after its gathering began.
    """
    if gathering and isinstance(content, GatheringReminder) and gathering.starts_at <= now:
        return "expired"
    if gathering and not content.after_the_end and gathering.matters_until < now:
        return "expired"
    if gathering and gathering.cancelled and not content.when_called_off:
        return "suppressed"
    if group and isinstance(content, Reconfirm) and not group.asked:
        return "suppressed"
    if group and content.matters_while is not None and group.status not in content.matters_while:
        return "suppressed"
    return None


def repeats_previous_call(content: Content, group: Group | None) -> bool:
    """Whether a call would only repeat the previous one: that the group comes and what it has, or that it does not come.

    Somebody who signed up without an e-mail address confirms on the telephone.
    """
    if not group or not group.to_reach:
        return False
    return content.kind in (("confirmed", "waiting") if group.sure else ("cancelled",))


def was_told_at_registration(content: Content, group: Group | None) -> bool:
    """Whether a call would only repeat what the clerk said when they registered the group on the telephone: its status.

    Such a group is called for later news only.
    """
    status_news = content.kind in ("registered", "waiting") or content.kind == CONFIRM_BY_CALL
    return bool(status_news and group and group.by_telephone)
