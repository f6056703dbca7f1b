"""Chooses the channel of a message: as its recipient wishes, else e-mail, else a text message where there is a gateway, else a letter
or a call. Where one channel fails, the next is tried.

A letter takes days. What has to be answered soon, or concerns a gathering that is near, is rather said on the telephone where a
number is known, also where a letter is wished for. Otherwise a letter is sent only where no e-mail reaches. Without any channel the
message fails, which shows in the log of messages.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from services.notifications.domain.facts import Contact, Gathering
from services.notifications.domain.messages import Content
from services.notifications.domain.messages.participants import GatheringReminder, GatheringThanks, OfferHalfOver

Channel = Literal["email", "sms", "letter", "call", "none"]
BY_HAND: tuple[Channel, ...] = ("call", "letter")
"""Channels by which staff pass messages on."""
A_LETTER_TAKES = timedelta(days=4)
EXTRAS = (GatheringReminder, GatheringThanks, OfferHalfOver)
"""Messages that people can do without: nobody is called or sent a letter for them, unless a municipality wants that."""


def choose_channel(
    content: Content,
    contact: Contact,
    gathering: Gathering | None,
    failed: Collection[str],
    now: datetime,
    *,
    takes_text: bool,
    calls_reminders: bool = False,
) -> Channel:
    """Choose the first channel by which the contact can be reached and that has not failed before.

    `takes_text`: there is a gateway that reaches the contact's number. `calls_reminders`: the municipality calls people to remind
    them; otherwise reminders and thanks go by e-mail or text message, or not at all.
    """
    if content.email_only:
        return "email" if contact.new_email and "email" not in failed else "none"
    by_hand = calls_reminders or not isinstance(content, EXTRAS)
    reachable: dict[Channel, bool] = {
        "email": bool(contact.email),
        "sms": takes_text,
        "letter": bool(contact.post) and by_hand,
        "call": bool(contact.phone) and by_hand,
    }
    near = gathering is not None and gathering.starts_at - now < A_LETTER_TAKES
    last: tuple[Channel, ...] = ("call", "letter") if near or content.soon else ("letter", "call")
    channels: tuple[Channel, ...] = ("email", "sms", *last)
    wish = contact.reach_first
    if wish != "any" and not content.proves_address and not (wish == "letter" and last[0] == "call"):
        channels = (wish, *(one for one in channels if one != wish))
    return next((one for one in channels if reachable[one] and one not in failed), "none")
