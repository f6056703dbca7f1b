"""Terms by which a gathering's seats are given out, as its coordinator set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.registration import Allocation
from services.registration.domain.invitations import Invitation
from services.registration.domain.meetings import Meeting, meetings_in
from services.registration.domain.quotas import Quota
from services.registration.domain.support import Offer

MOST_SEATS = 10_000
CALL_WITHIN = timedelta(days=4)
"""Over a weekend with a holiday somebody is at the desk to call."""


def call_by(now: datetime, starts_at: datetime, least: timedelta) -> datetime:
    """Until when whoever signed up on the web with a telephone number alone has to be reached: half of the time that is left, at
    most four days, so that others can still take seats that become free. To the minute, for people."""
    span = max(least, min(CALL_WITHIN, (starts_at - now) / 2))
    return (now + span).replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Reconfirm:
    """Confirmed groups are asked once more so long `before` the start, and have so long to `answer`."""

    before: timedelta
    answer: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a gathering, as the rules of seats need them. `offer`: how long seats that became free are held for the group
    they are offered to. `confirm`: how long seats are held until an address is confirmed. `party_max` None: no limit but the
    capacity.

    `starts_at`: no offer runs beyond it, and from then on nothing moves any more. `meetings`: all of them where there are several.
    """

    capacity: int
    offer: timedelta
    starts_at: datetime | None = None
    support: tuple[Offer, ...] = ()
    reconfirm: Reconfirm | None = None
    allocation: Allocation = "first_come"
    confirm: timedelta = timedelta(minutes=60)
    party_max: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    ends_at: datetime | None = None
    quotas: tuple[Quota, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    meetings: tuple[Meeting, ...] = ()

    @property
    def ask_at(self) -> datetime | None:
        """When confirmed groups are asked once more."""
        if self.reconfirm is None or self.starts_at is None:
            return None
        return self.starts_at - self.reconfirm.before

    def invitation(self, id: str) -> Invitation | None:
        return next((one for one in self.invitations if one.id == id), None)

    def begun(self, now: datetime) -> bool:
        return self.starts_at is not None and now >= self.starts_at

    def over(self, now: datetime) -> bool:
        return self.ends_at is not None and now >= self.ends_at

    def until(self, now: datetime, span: timedelta) -> datetime:
        """A deadline from now, before the start."""
        return now + span if self.starts_at is None else min(now + span, self.starts_at)

    def confirm_by(self, now: datetime, to_reach: bool) -> datetime:
        """The time by which somebody who registers now has to confirm their address, or has `to_reach` be reached."""
        if to_reach and self.starts_at is not None:
            return call_by(now, self.starts_at, self.confirm)
        return now + self.confirm


def terms_of(facts: Mapping[str, Any]) -> Terms:
    """What the facts of a gathering say about giving out seats and support."""
    offers = tuple(
        Offer(offer["id"], offer.get("capacity"), offer.get("counts", "groups"), offer.get("request_until"))
        for offer in facts["support"]
    )
    asking = facts.get("reconfirm")
    reconfirm = (
        Reconfirm(timedelta(hours=asking["hours_before"]), timedelta(hours=asking["hours_to_answer"]))
        if asking
        else None
    )
    return Terms(
        facts["capacity"],
        timedelta(hours=facts["offer_hours"]),
        facts["starts_at"],
        offers,
        reconfirm,
        facts["allocation"],
        timedelta(minutes=facts["confirm_minutes"]),
        facts["party_max"],
        facts.get("opens_at"),
        facts.get("closes_at"),
        facts["ends_at"],
        tuple(Quota(quota["id"], quota["seats"], quota.get("until")) for quota in facts.get("quotas") or ()),
        tuple(
            Invitation(
                invitation["id"],
                invitation.get("quota") or "",
                invitation.get("uses"),
                invitation.get("until"),
                invitation.get("withdrawn", False),
            )
            for invitation in facts.get("invitations") or ()
        ),
        meetings_in(facts),
    )
