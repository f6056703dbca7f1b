"""What stands in a seat ledger: a group's claim, the group itself, and the refusal of a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.registration import Channel, SeatStatus, SupportStatus


class Refused(Exception):
    """A command the rules do not allow; `code` is stable, `detail` a sentence of the catalogue with places for `values`."""

    def __init__(self, code: str, detail: str, **values: object) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.values = values


@dataclass(frozen=True, slots=True)
class Wish:
    """One kind of support a group asked for. `turn`: its place in the order in which groups with seats asked (0: none yet)."""

    support: str
    status: SupportStatus
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A group's claim. `turn`: its place in the order of arrival. `until`: its deadline, if one runs.

    `came`: how many of the group are at the gathering, since `came_at`. `asked`: the group has seats for sure and is asked to
    say once more that it comes, until the deadline. `language` and `channel` decide nothing: lists are filtered and support is
    ordered by them.
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

    @property
    def arrived(self) -> bool:
        return self.came > 0

    @property
    def status(self) -> SeatStatus:
        if self.arrived:
            return "arrived"
        if not self.confirmed:
            return "unconfirmed"
        if not self.seated:
            return "waiting"
        return "offered" if self.until is not None and not self.asked else "confirmed"

    @property
    def support_status(self) -> dict[str, SupportStatus]:
        """Of each wish, in the order they were made."""
        return {wish.support: wish.status for wish in self.wishes}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the others are told about a group that registers or changes."""

    registration_id: str
    size: int
    language: str
    channel: Channel
    support: tuple[str, ...] = ()
    walk_in: bool = False
    to_reach: bool = False
