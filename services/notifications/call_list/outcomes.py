"""Outcomes of calls: what each changes of its message."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from contracts.notifications import MessageSettled
from services.notifications.domain.facts import Group
from services.notifications.domain.messages import CONFIRM_BY_CALL
from services.notifications.messages.changes import stored_attempts
from services.notifications.messages.documents import Attempt, OutboundMessage

CallOutcome = Literal["reached", "comes", "cancels", "not_reached", "wrong_number"]
"""`reached`: told. `comes`: told, and they said yes to what they were asked, which registration carries out. `cancels`: whatever it was about,
they said that they do not come, and registration cancels the whole group. `not_reached`: stays on the list. `wrong_number`: goes by post where
an address is known, else it failed.

For somebody who signed up without an e-mail address `reached` also says that they come, and `wrong_number` that nobody there knows of it, so
their seats go to others."""
MAY_CANCEL = frozenset(("unconfirmed", "confirmed", "waiting", "offered"))
"""Statuses of groups that may still say that they do not come."""


def may_cancel(message: OutboundMessage, group: Group | None) -> bool:
    """Whether the group that a message is about can cancel in a call."""
    return bool(message.gathering and group and group.status in MAY_CANCEL)


def outcome_change(
    message: OutboundMessage, outcome: CallOutcome, has_post: bool, now: datetime, next_at: datetime | None
) -> Change:
    """The change that records the outcome of a call about a message."""
    attempts = [*message.attempts, Attempt(now, outcome, "call")]
    answer: dict[str, Any] = {"id": message.id, "outcome": outcome}
    if outcome == "not_reached":
        fields: Document = {"attempts": stored_attempts(attempts), "called_at": now}
        if next_at is not None:
            fields["call_after"] = next_at
        return Change(fields, () if next_at else ("call_after",), answer={**answer, "status": "to_call"})
    confirms_seat = message.kind == CONFIRM_BY_CALL
    decides = confirms_seat or outcome == "cancels" or (outcome == "comes" and message.content.answered)
    status: Literal["sent", "to_post", "failed"] = (
        "sent"
        if outcome in ("reached", "comes", "cancels")
        else "to_post"
        if has_post and not confirms_seat
        else "failed"
    )
    event = MessageSettled(
        message_id=message.id,
        kind=message.kind,
        channel="letter" if status == "to_post" else "call",
        status=status,
        attempts=len(attempts),
        registration_id=message.contact if decides else None,
        cancels=outcome == "cancels",
    )
    fields = {"status": status, "attempts": stored_attempts(attempts), "settled_at": now}
    unset = () if status == "to_post" else ("due_at",)
    return Change(fields, unset, [event], {**answer, "status": status})
