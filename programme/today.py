"""Type of what a service shows staff when their day begins: what is due there, and what was done there last.

Each service says its own part, on a page (`staff/today_parts.html`) and as JSON; the page of registration, where coordinators and
clerks begin, fetches the other services' pages in the browser and puts the lists together (`static/today.js`).
What was done is told without who did it: the page is for handing over work, not for watching people at it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from chassis.clock import rfc3339

MOST = 50
"""Entries of a list; who has more to do begins with these."""
_Time = Annotated[datetime, PlainSerializer(rfc3339)]
_NO_TIME = datetime.max.replace(tzinfo=UTC)


class Due(BaseModel):
    """Something that is to be done: `number` of them, at the page `address`. `until`: by when the first of them; `about`: what it
    belongs to, by language."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    what: str
    number: int
    address: str
    until: _Time | None = None
    about: dict[str, str] | None = None


class Done(BaseModel):
    """Something that was done."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    what: str
    at: _Time
    address: str
    about: dict[str, str] | None = None


class Today(BaseModel):
    """The part of one service: `due` with what ends first on top, `done` with the newest on top."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    due: list[Due]
    done: list[Done]


def build_today(due: Iterable[Due], done: Iterable[Done]) -> Today:
    """Put a service's entries in order: without those that number nought, at most `MOST` of each kind."""
    pressing = sorted((entry for entry in due if entry.number > 0), key=lambda entry: entry.until or _NO_TIME)
    newest = sorted(done, key=lambda entry: entry.at, reverse=True)
    return Today(due=pressing[:MOST], done=newest[:MOST])
