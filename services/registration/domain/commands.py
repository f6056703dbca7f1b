"""Commands on a gathering's seat ledger: one object each. How each is decided stands in `decide.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.registration import AnsweredFrom
from services.registration.domain.claim import Group

CallOutcome = Literal["comes", "cancels", "nobody"]
"""A yes to what somebody was asked, that they do not come, or that nobody there knows of a registration."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """End what is due and move on what that frees; every other command does so first."""


@dataclass(frozen=True, slots=True)
class Register:
    """Claim seats or a place in line. `unconfirmed`: until the address is confirmed, or the person was reached; then `origins` are
    keys of the address, the number and the network it comes from."""

    group: Group
    unconfirmed: bool = False
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Seat a group that comes unannounced and check it in, all of it or none."""

    group: Group


@dataclass(frozen=True, slots=True)
class Confirm:
    """Confirm the address. `to_reach`: by its holder, who gave no e-mail address and is called first. `answered`: from where."""

    registration_id: str
    to_reach: bool = False
    answered: AnsweredFrom | None = None


@dataclass(frozen=True, slots=True)
class Extend:
    """Extend the time to confirm: the message that asks for it goes out no sooner than `asked_at`."""

    registration_id: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Accept:
    """Accept the seats that were offered."""

    registration_id: str


@dataclass(frozen=True, slots=True)
class Reconfirm:
    """Say once more that the group comes."""

    registration_id: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give up seats or a place in line."""

    registration_id: str
    by: Literal["holder", "staff"]


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase somebody: what lies ahead is cancelled; that somebody took part stays as a number."""

    registration_id: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Change size, language or wishes. `larger` than registered: only as long as registration is open, unless `by_staff`.
    `asked`: the support that is asked for anew."""

    group: Group
    larger: bool = False
    by_staff: bool = False
    asked: tuple[str, ...] = ()
    other_language: bool = False


@dataclass(frozen=True, slots=True)
class Reassign:
    """Correct for which kept seats a group counts, and by which invitation it came. None: as it is; empty: for none, by none."""

    registration_id: str
    quota: str | None = None
    invitation: str | None = None


@dataclass(frozen=True, slots=True)
class RecordCallOutcome:
    """Record what somebody said who was called `about` something (a kind of message), or was reached elsewhere. It may come late: then
    it has no effect."""

    registration_id: str
    outcome: CallOutcome
    about: str = "confirm-by-call"
    answered: AnsweredFrom = "phone"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Check in so many of a group (all, where no number is given; 0 takes it back). `meeting`: at which of several; empty: the one at
    whose door people stand now."""

    registration_id: str
    people: int | None = None
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class CloseDoor:
    """Publish after the end who was there and who did not come."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw the lottery by this seed."""

    seed: bytes


@dataclass(frozen=True, slots=True)
class ChangeGathering:
    """Change facts of the gathering (place, time, capacity, support …). `commitment`: to the lottery's seed, should it be one."""

    changes: Mapping[str, Any]
    default_language: str
    commitment: str


@dataclass(frozen=True, slots=True)
class ApplyRetention:
    """Note that the retention rule (`hours` after a claim ended, `days` after the gathering) was applied to those who `ended`, or to `everybody`. `later`: when it has to look at claims that ended and are kept elsewhere."""

    ended: tuple[str, ...]
    everybody: bool
    hours: float
    days: float
    later: datetime | None = None


Command = (
    Lapse
    | Register
    | WalkIn
    | Confirm
    | Extend
    | Accept
    | Reconfirm
    | Cancel
    | Erase
    | ChangeGroup
    | Reassign
    | RecordCallOutcome
    | CheckIn
    | CloseDoor
    | Draw
    | ChangeGathering
    | ApplyRetention
)
