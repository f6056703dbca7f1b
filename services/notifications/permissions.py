"""Permissions of notifications' routes."""

from __future__ import annotations

from typing import Annotated

from chassis.http.permissions import Caller, Permission

Coordinator = Annotated[Caller, Permission("coordinator")]
Desk = Annotated[Caller, Permission("coordinator", "intake")]
"""Staff who answer the telephone and send the post."""
CoordinatorOrHolder = Annotated[Caller, Permission("coordinator", link=True, allow_suspended=True)]
Anybody = Annotated[Caller, Permission(public=True, allow_suspended=True)]
"""Anybody; the route checks a code in its address."""
Stranger = Annotated[Caller, Permission(public=True, limited="public", allow_suspended=True)]
"""Anybody who changes something by a code in the address; rate-limited."""
