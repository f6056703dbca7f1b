"""Grants and withdraws roles of a municipality's staff; there is always somebody who can change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from contracts.registration import Role
from services.registration.domain.refused import Refused

ROLES: tuple[Role, ...] = get_args(Role)
Grants = Mapping[str, Iterable[str]]
"""Roles by the key that stands for a person's address."""


def in_order(roles: Iterable[str]) -> tuple[Role, ...]:
    """Roles without repetition, in the order they are declared in."""
    distinct_roles = set(roles)
    return tuple(role for role in ROLES if role in distinct_roles)


def check_change(staff: Grants, key: str, roles: Iterable[str]) -> None:
    """Whether a person may hold exactly these roles from now on (none: leaves).

    Raises:
        Refused: nobody would be left to coordinate.
    """
    coordinating = {holder for holder, held in staff.items() if "coordinator" in held}
    if coordinating == {key} and "coordinator" not in roles:
        raise Refused(
            "last-coordinator",
            "This is the only person who coordinates. Give somebody else the role of coordinator first.",
        )
