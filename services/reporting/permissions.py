"""Who may call what in reporting."""

from __future__ import annotations

from typing import Annotated

from chassis.http.permissions import Caller, Permission
from programme.roles import ANY_STAFF

SEES_REGISTRATIONS = frozenset({"coordinator", "intake"})
"""Roles that see each registration anyway; for all others small counts are folded."""

Staff = Annotated[Caller, Permission(*ANY_STAFF)]
Coordinator = Annotated[Caller, Permission("coordinator")]
ProgrammeOffice = Annotated[Caller, Permission("programme_office")]
PersonOrCoordinator = Annotated[Caller, Permission("coordinator", link=True, allow_suspended=True)]
WaveReader = Annotated[Caller, Permission(*ANY_STAFF, "programme_office", any_tenant=True)]
"""Staff of any municipality, and the programme office."""
Public = Annotated[Caller, Permission(public=True, allow_suspended=True)]
"""Everybody, also while the municipality is suspended: what was published stays to be read."""
LibraryReader = Annotated[Caller, Permission(*ANY_STAFF, "programme_office", public=True, any_tenant=True)]
"""Everybody; whoever has a role anywhere sees more than what is public."""

StaffAnywhere = Annotated[Caller, Permission(*ANY_STAFF, any_tenant=True)]
"""Staff of any municipality, on routes whose path names none (`Caller.scope_in`)."""


def sees_registrations(caller: Caller) -> bool:
    return bool(caller.roles & SEES_REGISTRATIONS)
