"""Responses and events that show a joint self-check: to the district, and to members."""

from __future__ import annotations

from chassis.clock import rfc3339
from contracts.envelope import Event
from contracts.selfcheck import JointClosed, JointMember, JointMemberChanged
from disclosure.across import means
from services.selfcheck.assessments.assessments import moment, shown_perspective, shown_version
from services.selfcheck.domain.joint import Joint, Stance
from services.selfcheck.joint.documents import StoredJoint, StoredMember
from services.selfcheck.joint.schemas import JointFigures, JointResponse, MemberResponse


def to_response(joint: StoredJoint, viewer: str) -> JointResponse:
    """Build the response that shows a joint self-check to its district, or to a member."""
    own = joint.tenant == viewer
    return {
        "id": joint.id,
        "district": joint.tenant,
        "role": "district" if own else "member",
        "status": "closed" if joint.closed_at else "open",
        "title": joint.title,
        "questionnaire": shown_version(joint.questionnaire),
        "perspectives": [shown_perspective(one) for one in joint.perspectives],
        "minimum_group": joint.minimum_group,
        "repeats": joint.repeats,
        "reminder_days": list(joint.reminder_days),
        "deadline": moment(joint.deadline),
        "created_at": rfc3339(joint.created_at),
        "closed_at": moment(joint.closed_at),
        "members": [
            _member(one, viewer)
            for one in joint.members
            if own or one.tenant == viewer or one.stance is Stance.ACCEPTED
        ],
    }


def figures_of(joint: Joint, decimals: int) -> JointFigures:
    """The figures of those who are in, and together."""
    given = joint.contributing
    return {
        "members": [{**figures, "municipality": name} for name, figures in given.items()],
        "together": means(given.values(), decimals),
    }


def closing_event(id: str, result: JointFigures) -> JointClosed:
    return JointClosed(
        joint_id=id,
        together=dict(result["together"]),
        members=tuple(
            JointMember(
                member=one["municipality"],
                overall=dict(one["overall"]),
                fields={field: dict(node) for field, node in one["fields"].items()},
                disclosure_rule=one.get("disclosure_rule"),
            )
            for one in result["members"]
        ),
    )


def moved(before: StoredJoint, after: StoredJoint) -> list[Event]:
    """One event for each member whose stance changed."""
    stances = {one.tenant: one.stance for one in before.members}
    return [
        JointMemberChanged(joint_id=after.id, member=one.tenant, stance=one.stance.value, title=before.title)
        for one in after.members
        if stances.get(one.tenant) is not one.stance
    ]


def waits_for(joint: JointResponse, tenant: str) -> bool:
    """Whether it waits for this municipality's answer."""
    own = next((one for one in joint["members"] if one["municipality"] == tenant), None)
    return joint["status"] == "open" and own is not None and own["stance"] == Stance.ASKED.value


def _member(one: StoredMember, viewer: str) -> MemberResponse:
    response: MemberResponse = {
        "municipality": one.tenant,
        "stance": one.stance.value,
        "since": rfc3339(one.since),
        "finished": one.figures is not None,
    }
    return {**response, "assessment": one.assessment} if one.tenant == viewer else response
