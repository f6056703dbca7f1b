"""Decides which messages staff get at once, which in a digest at a time they choose, and which not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from services.notifications.domain.german_time import BERLIN
from services.notifications.domain.messages import CONTENTS, Content

Choice = Literal["at_once", "together", "never"]
KINDS = sorted(kind for kind, content in CONTENTS.items() if content.purpose == "internal")
"""Kinds of messages that staff may choose about."""


@dataclass(frozen=True)
class Rhythm:
    """When digests are sent: at this time of day in Germany, on these days of the week (1: Monday)."""

    at: time
    days: Collection[int]

    def next(self, now: datetime) -> datetime:
        """The first such time after `now`. Where clocks are put forward over it, the time after; never twice where they go back."""
        local = now.astimezone(BERLIN)
        for ahead in range(9):
            day = local.date() + timedelta(days=ahead)
            slot = datetime.combine(day, self.at, BERLIN).astimezone(now.tzinfo)
            if day.isoweekday() in self.days and slot > now:
                return slot
        raise ValueError("a rhythm needs a day of the week")


def effective_choice(content: type[Content], chosen: Mapping[str, Choice], rhythm: Rhythm | None) -> Choice:
    """How one kind of message reaches a member of staff: as they chose for it, else in the digest where there is one. Urgent ones never
    wait."""
    choice = chosen.get(str(content.__struct_config__.tag)) or ("together" if rhythm else "at_once")
    if choice == "together" and (rhythm is None or content.urgent):
        return "at_once"
    return choice
