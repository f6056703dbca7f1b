"""What stands in a seat ledger: a group's claim, the group itself, and the refusal of a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.registration import SeatStatus


class Refused(Exception):
    """A command the rules do not allow; `code` is stable, `detail` a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Claim:
    """A group's claim. `turn`: its place in the order of arrival. `until`: its deadline, if one runs.

    `came`: how many of the group are at the gathering, since `came_at`.
    """

    size: int
    turn: int
    seated: bool
    confirmed: bool
    until: datetime | None = None
    came: int = 0
    came_at: datetime | None = None

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
        return "offered" if self.until is not None else "confirmed"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What the others are told about a group that registers."""

    registration_id: str
    size: int
    language: str
    channel: Literal["web", "phone", "email", "helper"]
    support: tuple[str, ...] = ()
    walk_in: bool = False
