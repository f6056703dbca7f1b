"""Decides what to do with a due message, from what is known now. `services.notifications.delivery` carries it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from services.notifications.domain.channels import EXTRAS, Channel, choose_channel
from services.notifications.domain.facts import Contact, Gathering, Group
from services.notifications.domain.messages import About, Content
from services.notifications.domain.messages.participants import ConfirmAddress
from services.notifications.domain.relevance import obsolete_status, repeats_previous_call, was_told_at_registration
from services.notifications.domain.send_windows import SendWindow

Settled = Literal["sent", "bounced", "failed", "expired", "suppressed", "to_call", "to_post"]
GIVE_UP = timedelta(days=2)
LONGEST_PAUSE = timedelta(minutes=30)
"""Between two attempts by the same channel."""
RECHECK_EVERY = timedelta(minutes=15)
"""How often a call or letter that waits for staff is checked for whether it still matters."""
UNKNOWN_FACT_PAUSES = (timedelta(seconds=0.05), timedelta(seconds=30))
"""Shortest and longest pause while a fact is missing: the contact may arrive a moment after the event that made the message."""
NOTICEABLE_DELAY = timedelta(minutes=5)
"""A message that is delayed by less leaves its recipient enough of the time they have to answer."""
CANCELLED_CALL_OUTCOME = "cancels"


@dataclass(frozen=True)
class Situation:
    """Everything that a decision about one message depends on.

    `waits_by_hand`: the message stands on the call list or among the letters. `gathering_expected`: it names a gathering, which may
    not be known yet. `assessment_over`: it asks for answers in a self-check that is over for its recipient. `cancelled_in_call`: its
    recipient cancelled in a call. `municipality_known`: the municipality that its text names is. `windows`: when each channel is open for
    messages that may wait; a channel that is not named always is.
    """

    tenant: str
    content: Content
    at: datetime
    failed: Collection[str]
    waits_by_hand: bool
    contact: Contact | None
    gathering_expected: bool = False
    gathering: Gathering | None = None
    group: Group | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    assessment_over: bool = False
    cancelled_in_call: bool = False
    municipality_known: bool = True
    takes_text: bool = False
    calls_reminders: bool = False
    windows: Mapping[Channel, SendWindow] = field(default_factory=dict)

    @cached_property
    def about(self) -> About:
        """What the text of the message is rendered from.

        Raises: AssertionError the contact is not known.
        """
        assert self.contact is not None
        return About(self.tenant, self.contact, self.gathering, self.group)


@dataclass(frozen=True)
class Settle:
    """Decision to end delivery with this status, or to leave it to staff (`to_call`, `to_post`), who call no sooner than `call_after`."""

    status: Settled
    channel: Channel = "none"
    call_after: datetime | None = None


@dataclass(frozen=True)
class Wait:
    """Decision to do nothing before `until`, and then decide again."""

    until: datetime


@dataclass(frozen=True)
class Send:
    """Decision to hand it to the mail server or to the gateway for text messages."""

    channel: Literal["email", "sms"]


Decision = Settle | Wait | Send


def decide(situation: Situation, now: datetime) -> Decision:
    """Decides what to do with a due message."""
    final = _final_status(situation, now)
    if final is not None:
        return final
    if situation.not_before is not None and now < situation.not_before:
        return Wait(situation.not_before)
    if situation.waits_by_hand:
        return Wait(now + RECHECK_EVERY)
    contact = situation.contact
    missing = contact is None or (situation.gathering_expected and situation.gathering is None)
    if missing or not situation.municipality_known:
        return Wait(now + min(max((now - situation.at) / 4, UNKNOWN_FACT_PAUSES[0]), UNKNOWN_FACT_PAUSES[1]))
    assert contact is not None
    channel = choose_channel(
        situation.content,
        contact,
        situation.gathering,
        situation.failed,
        now,
        takes_text=situation.takes_text,
        calls_reminders=situation.calls_reminders,
    )
    if channel == "none":
        if isinstance(situation.content, EXTRAS):
            return Settle("suppressed")
        return Settle("bounced" if situation.failed else "failed")
    if channel == "letter":
        return Settle("to_post", channel)
    if channel == "call":
        if _was_said_in_a_call(situation):
            return Settle("suppressed")
        return Settle("to_call", channel, _opens_at(situation, channel, now))
    if opens := _opens_at(situation, channel, now):
        return Wait(opens)
    return Send(channel)


def _final_status(situation: Situation, now: datetime) -> Settle | None:
    """The status of a message that is not to be delivered any more; None: it still is."""
    contact = situation.contact
    if contact is not None and contact.erased:
        return Settle("suppressed")
    if contact is not None and not situation.content.is_current(contact):
        return Settle("suppressed")
    if obsolete := obsolete_status(situation.content, situation.gathering, situation.group, now):
        return Settle(obsolete)
    if situation.waits_by_hand:
        return None
    if situation.not_after is not None and now >= situation.not_after:
        return Settle("expired")
    if situation.assessment_over:
        return Settle("suppressed")
    given_up = max(situation.at, situation.not_before or situation.at) + GIVE_UP
    if opens := _all_open_at(situation, given_up):
        given_up = opens + GIVE_UP
    return Settle("expired") if now > given_up else None


def is_over(situation: Situation, now: datetime) -> bool:
    """Whether nothing is to be done any more: asked once more right before a message goes out, as the way there may take long."""
    return _final_status(situation, now) is not None


def _was_said_in_a_call(situation: Situation) -> bool:
    """Whether a call would only repeat what its recipient heard, or said, in an earlier one."""
    content, group = situation.content, situation.group
    return (
        repeats_previous_call(content, group)
        or was_told_at_registration(content, group)
        or (content.kind == "cancelled" and situation.cancelled_in_call)
    )


def delays_answer(content: Content, at: datetime, until: datetime) -> bool:
    """Whether a message enqueued at `at` that goes out no sooner than `until` is so late that its recipient needs more time to answer."""
    return isinstance(content, ConfirmAddress) and until - at >= NOTICEABLE_DELAY


def _all_open_at(situation: Situation, at: datetime) -> datetime | None:
    """When all channels are open again for messages that may wait; None where they are open at this moment."""
    if situation.content.now:
        return None
    return max(filter(None, (window.opens_at(at) for window in situation.windows.values())), default=None)


def _opens_at(situation: Situation, channel: Channel, now: datetime) -> datetime | None:
    """When a channel opens for this message; None: it is open. What somebody waits for this minute, and news within a day of the gathering, is
    never held back; a mail that people need is held back only where it may wait."""
    if channel not in situation.windows:
        return None
    near = situation.gathering is not None and situation.gathering.starts_at - now < timedelta(days=1)
    content = situation.content
    if content.now or near or (channel == "email" and content.purpose == "needed" and not content.may_wait):
        return None
    return situation.windows[channel].opens_at(now)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failed attempts in a row."""
    return min(timedelta(seconds=2 ** min(failures, 12)), LONGEST_PAUSE)
