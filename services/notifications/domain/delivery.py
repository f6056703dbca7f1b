"""Decides what to do with a due message, from what is known now. `services.notifications.delivery` carries it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from services.notifications.domain.channels import EXTRAS, Channel, channel
from services.notifications.domain.facts import Contact, Gathering, Group
from services.notifications.domain.messages import About, Content
from services.notifications.domain.messages.participants import ConfirmAddress
from services.notifications.domain.relevance import known_since_registration, no_use, repeats_last_call
from services.notifications.domain.send_windows import SendWindow

Settled = Literal["sent", "bounced", "failed", "expired", "suppressed", "to_call", "to_post"]
GIVE_UP = timedelta(days=2)
LONGEST_PAUSE = timedelta(minutes=30)
LOOK_AGAIN = timedelta(minutes=15)
"""How often it is looked whether what people are to hand on still matters."""
UNKNOWN_AGAIN = (timedelta(seconds=0.05), timedelta(seconds=30))
"""A contact may arrive a moment after the event that owes it a message: asked again soon at first, then less often."""
LATE = timedelta(minutes=5)
"""What waits for less costs nobody the time they have to answer."""
CANCELLED_IN_A_CALL = "cancels"


@dataclass(frozen=True)
class Situation:
    """Everything a decision depends on.

    `waits_by_hand`: the message stands on the call list or among the letters. `gathering_expected`: it names a gathering, which may
    not be known yet. `over`: it asks for answers in a self-check that is over for its recipient. `said_no`: its recipient cancelled
    in a call. `municipality_known`: the municipality that its text names is. `windows`: when each way is open for what may wait; one
    that is not named always is.
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
    over: bool = False
    said_no: bool = False
    municipality_known: bool = True
    takes_text: bool = False
    calls_reminders: bool = False
    windows: Mapping[Channel, SendWindow] = field(default_factory=dict)

    @property
    def about(self) -> About:
        """Raises AssertionError where the contact is not known."""
        assert self.contact is not None
        return About(self.tenant, self.contact, self.gathering, self.group)


@dataclass(frozen=True)
class Settle:
    """It ends here, or waits to be handed on by people (`to_call`, `to_post`), to be called no sooner than `call_after`."""

    status: Settled
    channel: Channel = "none"
    call_after: datetime | None = None


@dataclass(frozen=True)
class LookAgain:
    """Nothing can be done before `at`."""

    at: datetime


@dataclass(frozen=True)
class Send:
    """Hand it to the mail server or the gateway for text messages."""

    channel: Literal["email", "sms"]


Decision = Settle | LookAgain | Send


def decide(situation: Situation, now: datetime) -> Decision:
    """Decides what to do with a due message."""
    ended = _ended(situation, now)
    if ended is not None:
        return ended
    if situation.not_before is not None and now < situation.not_before:
        return LookAgain(situation.not_before)
    if situation.waits_by_hand:
        return LookAgain(now + LOOK_AGAIN)
    contact = situation.contact
    missing = contact is None or (situation.gathering_expected and situation.gathering is None)
    if missing or not situation.municipality_known:
        return LookAgain(now + min(max((now - situation.at) / 4, UNKNOWN_AGAIN[0]), UNKNOWN_AGAIN[1]))
    assert contact is not None
    way = channel(
        situation.content,
        contact,
        situation.gathering,
        situation.failed,
        now,
        takes_text=situation.takes_text,
        calls_reminders=situation.calls_reminders,
    )
    if way == "none":
        if isinstance(situation.content, EXTRAS):
            return Settle("suppressed")
        return Settle("bounced" if situation.failed else "failed")
    if way == "letter":
        return Settle("to_post", way)
    if way == "call":
        if _reached_by_call(situation):
            return Settle("suppressed")
        return Settle("to_call", way, _opens(situation, way, now))
    if opens := _opens(situation, way, now):
        return LookAgain(opens)
    return Send(way)


def _ended(situation: Situation, now: datetime) -> Settle | None:
    """Why nothing is to be done any more."""
    contact = situation.contact
    if contact is not None and contact.erased:
        return Settle("suppressed")
    if contact is not None and not situation.content.is_current(contact):
        return Settle("suppressed")
    if verdict := no_use(situation.content, situation.gathering, situation.group, now):
        return Settle(verdict)
    if situation.waits_by_hand:
        return None
    if situation.not_after is not None and now >= situation.not_after:
        return Settle("expired")
    if situation.over:
        return Settle("suppressed")
    given_up = max(situation.at, situation.not_before or situation.at) + GIVE_UP
    if opens := _all_open(situation, given_up):
        given_up = opens + GIVE_UP
    return Settle("expired") if now > given_up else None


def _reached_by_call(situation: Situation) -> bool:
    content, group = situation.content, situation.group
    return (
        repeats_last_call(content, group)
        or known_since_registration(content, group)
        or (content.kind == "cancelled" and situation.said_no)
    )


def answer_runs_anew(content: Content, at: datetime, until: datetime) -> bool:
    """Whether what was enqueued at `at` and goes out no sooner than `until` is so late that its recipient has to be given more time."""
    return isinstance(content, ConfirmAddress) and until - at >= LATE


def _all_open(situation: Situation, at: datetime) -> datetime | None:
    """When all ways are open again for what may wait; None where they are at this moment."""
    if situation.content.now:
        return None
    return max(filter(None, (window.opens_at(at) for window in situation.windows.values())), default=None)


def _opens(situation: Situation, way: Channel, now: datetime) -> datetime | None:
    """When a way opens, for what may wait: never what somebody waits for, nor news within a day of the gathering. None: it is open."""
    if way not in situation.windows:
        return None
    near = situation.gathering is not None and situation.gathering.starts_at - now < timedelta(days=1)
    if situation.content.now or near or (way == "email" and situation.content.purpose == "needed"):
        return None
    return situation.windows[way].opens_at(now)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failed attempts in a row."""
    return min(timedelta(seconds=2 ** min(failures, 12)), LONGEST_PAUSE)
