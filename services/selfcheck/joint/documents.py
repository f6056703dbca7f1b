"""Stored documents of joint self-checks and of the members of districts: collections `joint_assessments` and `memberships`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import msgspec
from msgspec.structs import replace

from chassis.storage.documents import Part, StoredDocument
from disclosure.across import GivenFigures
from services.selfcheck.assessments.documents import Version
from services.selfcheck.domain.assessment_model import Perspective
from services.selfcheck.domain.joint import Joint, Member, Stance
from services.selfcheck.joint.schemas import JointFigures


class StoredMember(Part, frozen=True, kw_only=True):
    """A municipality that was asked. `assessment`: its own self-check; `figures`: what it gave; `since`: when it took its stance."""

    tenant: str
    stance: Stance
    assessment: str | None
    figures: dict[str, Any] | None
    since: datetime


class StoredJoint(StoredDocument, frozen=True, kw_only=True):
    """A joint self-check, a document of the district. Nothing of a member stands here but what it agreed to give. Of a deleted one only its members stay."""

    version: int = 0
    created_at: datetime
    members: tuple[StoredMember, ...]
    questionnaire: Version = Version(id="", version="")
    title: dict[str, str] = msgspec.field(default_factory=dict)
    minimum_group: int = 0
    perspectives: tuple[Perspective, ...] = ()
    deadline: datetime | None = None
    reminder_days: tuple[int, ...] = ()
    repeats: str | None = None
    closed_at: datetime | None = None
    deleted_at: datetime | None = None
    result: dict[str, Any] | None = None

    @property
    def state(self) -> Joint:
        """The domain's view."""
        members = (
            Member(member.tenant, member.stance, member.assessment, cast("GivenFigures | None", member.figures))
            for member in self.members
        )
        return Joint({member.tenant: member for member in members}, self.closed_at is not None)

    @property
    def figures(self) -> JointFigures | None:
        """The result that stands."""
        return cast("JointFigures | None", self.result)

    def updated(self, state: Joint, now: datetime) -> StoredJoint:
        """The joint self-check with what the domain decided of the members."""
        return replace(self, members=members_of(state, self.members, now))


def members_of(state: Joint, before: tuple[StoredMember, ...], now: datetime) -> tuple[StoredMember, ...]:
    """The members as they are stored: each with the moment since which it takes its stance."""
    since = {(member.tenant, member.stance): member.since for member in before}
    return tuple(
        StoredMember(
            tenant=member.tenant,
            stance=member.stance,
            assessment=member.assessment,
            figures=cast("dict[str, Any] | None", member.figures),
            since=since.get((member.tenant, member.stance), now),
        )
        for member in state.members.values()
    )


class Membership(StoredDocument, frozen=True, kw_only=True):
    """A municipality that belongs to a district, as registration reported it."""

    district: str
    member: str
