"""Decides whether a message still matters: seats move on, gatherings change, are called off and end, while somebody waits to be reached."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.notifications.domain.facts import Gathering, Group
from services.notifications.domain.messages import CONFIRM_BY_CALL, Content
from services.notifications.domain.messages.participants import GatheringReminder, Reconfirm

Verdict = Literal["expired", "suppressed"]


def no_use(content: Content, gathering: Gathering | None, group: Group | None, now: datetime) -> Verdict | None:
    """Why a message is of no use any more; None: it is.

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


def repeats_last_call(content: Content, group: Group | None) -> bool:
    """Whether a call would only say what was said in the call before: that the group comes and what it has, or that it does not.

    Somebody who signed up without an e-mail address confirms on the telephone.
    """
    if not group or not group.to_reach:
        return False
    return content.kind in (("confirmed", "waiting") if group.sure else ("cancelled",))


def known_since_registration(content: Content, group: Group | None) -> bool:
    """Whether a call would only say what the clerk said when they registered the caller: where the group stands.

    Only later news is called.
    """
    told = content.kind in ("registered", "waiting") or content.kind == CONFIRM_BY_CALL
    return bool(told and group and group.by_telephone)
