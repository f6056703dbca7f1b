"""What the HTTP API takes for joint self-checks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from chassis.http.base_schemas import RequestModel
from services.selfcheck.domain.joint import MAX_MEMBERS
from services.selfcheck.schemas import NewAssessment

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,80}$"), Field(examples=["wilhelmshaven"])]
Members = Annotated[list[Slug], Field(max_length=MAX_MEMBERS)]


class NewJoint(NewAssessment):
    """As for an assessment, which each member then begins for itself, and whom to ask. `takes_part`: whether the district
    asks people of its own too. `repeats`: an earlier joint self-check; members continue what they began with it."""

    members: Members = Field(default_factory=list, max_length=MAX_MEMBERS)
    takes_part: bool = False


class MoreMembers(RequestModel):
    members: Members
