"""A group's claim on seats, and how one ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.registration import Channel, SeatStatus, SupportStatus


@dataclass(frozen=True, slots=True)
class Wish:
    """One kind of support a group asked for. `turn`: its place in the order in which groups with seats asked (0: none yet)."""

    support: str
    status: SupportStatus
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A group's claim. `turn`: its place in the order of arrival. `until`: its deadline, if one runs.

    `came`: how many of the group are at the gathering, since `came_at`; where it has several meetings `came_to` says how many were at
    which, `came` how many at the most. `asked`: the group has seats for sure and is asked to
    say once more that it comes, until the deadline. `origins`: keys of the address, the number or the network that an unconfirmed
    group came from, until it is confirmed. `language` and `channel` decide nothing: lists are filtered and support is
    ordered by them. `quota`: that of the gathering the group declared it belongs to, as long as seats are kept for it. `invitation`:
    the one it came by, until the gathering is over.
    """

    size: int
    turn: int
    seated: bool
    confirmed: bool
    until: datetime | None = None
    came: int = 0
    came_at: datetime | None = None
    asked: bool = False
    wishes: tuple[Wish, ...] = ()
    language: str = ""
    channel: Channel = "web"
    origins: tuple[str, ...] = ()
    quota: str = ""
    invitation: str = ""
    came_to: tuple[tuple[str, int], ...] = ()

    def here(self, meeting: str) -> int:
        """How many were at one of the gathering's meetings; at the gathering where it has no list of them."""
        return dict(self.came_to).get(meeting, 0) if meeting else self.came

    @property
    def arrived(self) -> bool:
        return self.came > 0

    @property
    def status(self) -> SeatStatus:
        if self.came > 0:
            return "arrived"
        if not self.confirmed:
            return "unconfirmed"
        if not self.seated:
            return "waiting"
        return "offered" if self.until is not None and not self.asked else "confirmed"

    @property
    def support_status(self) -> dict[str, SupportStatus]:
        """The status of each wish, in the order they were made."""
        return {wish.support: wish.status for wish in self.wishes}


@dataclass(frozen=True, slots=True)
class EndedClaim:
    """A claim that is no more. `at` None: the retention rule was applied, and only how it ended is still known."""

    status: Literal["cancelled", "lapsed"]
    at: datetime | None
    language: str = ""
    channel: Channel = "web"
    support: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group that registers or changes. What the others are told about it, and for the seats alone the `quota` it declared and the `invitation` it came by."""

    registration_id: str
    size: int
    language: str
    channel: Channel
    support: tuple[str, ...] = ()
    walk_in: bool = False
    to_reach: bool = False
    quota: str = ""
    invitation: str = ""
