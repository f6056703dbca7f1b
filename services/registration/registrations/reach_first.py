"""Checks that a person can be reached by the channel they chose."""

from __future__ import annotations

from typing import Protocol

from chassis.http.problems import FieldError
from contracts.contacts import ReachFirst

REMEDY = "We do not have the address or number for this way yet. Please add it, or choose another way."


class Ways(Protocol):
    """Addresses and numbers, as they are sent or stored."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def post(self) -> str | None: ...


def unmet(wish: ReachFirst, ways: Ways) -> list[FieldError]:
    """Check the preferred channel; what is wrong with it: the address or number for it is missing."""
    reachable = {"any": True, "email": ways.email, "sms": ways.phone, "call": ways.phone, "letter": ways.post}
    return [] if reachable[wish] else [FieldError("/reach_first", REMEDY)]
