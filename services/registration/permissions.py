"""Who may call what in registration."""

from __future__ import annotations

from typing import Annotated

from chassis.http.permissions import Caller, Permission
from programme.roles import ANY_STAFF

Coordinator = Annotated[Caller, Permission("coordinator")]
CoordinatorAlways = Annotated[Caller, Permission("coordinator", allow_suspended=True)]
"""The coordination, also while the municipality is suspended."""
CoordinatorOrHolder = Annotated[Caller, Permission("coordinator", link=True, allow_suspended=True, limited="link")]
"""As `DeskOrHolder`, for what only the coordination decides."""
CoordinatorOrProgrammeOffice = Annotated[Caller, Permission("coordinator", "programme_office")]
Desk = Annotated[Caller, Permission("coordinator", "intake")]
"""Who answers the telephone, stands at the door and sends the post."""
DeskOrHolder = Annotated[Caller, Permission("coordinator", "intake", link=True, allow_suspended=True, limited="link")]
"""The clerk, or whoever holds the link; what the law grants a person does not rest while a municipality is suspended."""
ProgrammeOffice = Annotated[Caller, Permission("programme_office")]
ProgrammeOfficeOrApplicant = Annotated[Caller, Permission("programme_office", link=True, limited="link")]
"""The programme office, or who applied, by the link in their mail."""
Staff = Annotated[Caller, Permission(*ANY_STAFF)]
StaffOrProgrammeOffice = Annotated[Caller, Permission(*ANY_STAFF, "programme_office")]
HolderOfPage = Annotated[Caller, Permission(public=True, allow_suspended=True, limited="link")]
"""Whoever opened the page behind a link; the use case checks the code in the address."""
ApplicantOfPage = Annotated[Caller, Permission(public=True, limited="link")]
"""As `HolderOfPage`, for who applied."""
Anybody = Annotated[Caller, Permission(public=True, allow_suspended=True)]
"""Everybody, also while the municipality is suspended; where there is a code in the address, the use case checks it."""
ApplicantByLink = Annotated[Caller, Permission(link=True, limited="link")]
"""Who applied, by the link in their mail."""
NewApplicant = Annotated[Caller, Permission("programme_office", public=True, limited="applications")]
"""Who asks for a municipality to take part; the public is limited in how often."""
Public = Annotated[Caller, Permission(public=True)]
"""Everybody; where there is a code in the address, the use case checks it."""
PublicOrDesk = Annotated[Caller, Permission("coordinator", "intake", public=True)]
"""Everybody; a clerk is known as one."""
PublicOrStaff = Annotated[Caller, Permission(*ANY_STAFF, public=True)]
"""Everybody; staff see more."""
Registrant = Annotated[Caller, Permission("coordinator", "intake", public=True, limited="public")]
"""Who signs somebody up; the public is limited in how often."""
