"""Events of joint self-checks. Aggregate (record key): the joint self-check."""

from typing import Any, Literal

from contracts.envelope import Event, Model
from contracts.selfcheck.vocabulary import TOPIC, Texts, Titled


class JointOpened(Event):
    """A district asks its members for a joint self-check. `district`: its slug; `members`: slugs, in the order of asking;
    `institutions`: the perspectives that give official answers, as for an assessment."""

    event_type = "selfcheck.joint.opened.v1"
    topic = TOPIC
    joint_id: str
    district: str
    title: Texts
    questionnaire_id: str
    version: str
    perspectives: tuple[Titled, ...]
    members: tuple[str, ...]
    institutions: tuple[str, ...] = ()


class JointMemberChanged(Event):
    """A member of a joint self-check was asked, agreed (`accepted`), declined, left, was taken back, or deleted its own
    self-check (`gone`). `title`: of the joint self-check, for whoever is asked."""

    event_type = "selfcheck.joint.member-changed.v1"
    topic = TOPIC
    joint_id: str
    member: str
    stance: Literal["asked", "accepted", "declined", "left", "taken_back", "gone"]
    title: Texts | None = None


class JointMember(Model):
    """A member's figures in a joint self-check, in the shape of the result object, without questions (hidden is null).

    `disclosure_rule`: the version of the rule they were made by (not told: 1).

    Beside each `consensus_score` stands `consensus_questions`, on how many questions the member's workshop agreed.
    """

    member: str
    overall: dict[str, Any]
    fields: dict[str, Any]
    disclosure_rule: int | None = None


class JointClosed(Event):
    """The joint result stands. `together`: the means of the members' figures beside it, each with `members`, how many entered,
    and `consensus_members`, how many agreed on a value in their workshop.

    The newest event holds: it is told anew without a member that deleted its self-check.
    """

    event_type = "selfcheck.joint.closed.v1"
    topic = TOPIC
    joint_id: str
    members: tuple[JointMember, ...]
    together: dict[str, Any]


class JointDeleted(Event):
    """The district deleted the joint self-check: forget it and its figures. The members' own self-checks stay with them."""

    event_type = "selfcheck.joint.deleted.v1"
    topic = TOPIC
    joint_id: str
