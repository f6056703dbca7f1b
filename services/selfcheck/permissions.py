"""Permissions of selfcheck's routes."""

from __future__ import annotations

from typing import Annotated

from chassis.http.permissions import Caller, Permission
from programme.roles import ANY_STAFF, PLATFORM_ROLES

Coordinator = Annotated[Caller, Permission("coordinator")]
CoordinatorOrHolder = Annotated[Caller, Permission("coordinator", link=True, allow_suspended=True)]
"""As `DeskOrHolder`, for what only the coordination decides."""
Host = Annotated[Caller, Permission("coordinator", "moderator")]
"""Who prepares or leads a self-check."""
Moderator = Annotated[Caller, Permission("moderator")]
ProgrammeOffice = Annotated[Caller, Permission("programme_office")]
Staff = Annotated[Caller, Permission(*ANY_STAFF)]
StaffAnywhere = Annotated[Caller, Permission(*ANY_STAFF, *PLATFORM_ROLES, any_tenant=True)]
"""Staff of any municipality, and those who act for the whole platform."""
Public = Annotated[Caller, Permission(public=True)]
"""Everybody; where there is a code in the address, the use case checks it."""
