"""How a joint self-check stands in its document, what is told of it, and what the domain makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.clock import rfc3339
from chassis.storage.mongo import Document
from contracts.envelope import Event
from contracts.selfcheck import JointClosed, JointMember, JointMemberChanged
from disclosure.across import together
from services.selfcheck.domain.joint import Joint, Member, Stance


def state_of(document: Document) -> Joint:
    """The domain's view of a stored joint self-check."""
    members = (
        Member(one["tenant"], Stance(one["stance"]), one["assessment"], one["figures"]) for one in document["members"]
    )
    return Joint({one.tenant: one for one in members}, document["closed_at"] is not None)


def stored(joint: Joint, before: Document, now: datetime) -> list[Document]:
    """Members with the moment since which they stand where they stand."""
    since = {(one["tenant"], one["stance"]): one["since"] for one in before.get("members") or ()}
    return [
        {
            "tenant": one.tenant,
            "stance": one.stance.value,
            "assessment": one.assessment,
            "figures": one.figures,
            "since": since.get((one.tenant, one.stance.value), now),
        }
        for one in joint.members.values()
    ]


def result_of(joint: Joint, decimals: int) -> Document:
    """The figures of those who are in, and together."""
    given = joint.contributing
    return {
        "members": [{"municipality": name, **figures} for name, figures in given.items()],
        "together": dict(together(given.values(), decimals)),
    }


def closing_event(id: str, result: Document) -> JointClosed:
    return JointClosed(
        joint_id=id,
        together=result["together"],
        members=tuple(
            JointMember(
                member=one["municipality"],
                overall=one["overall"],
                fields=one["fields"],
                disclosure_rule=one.get("disclosure_rule"),
            )
            for one in result["members"]
        ),
    )


def shown(document: Document, viewer: str) -> dict[str, Any]:
    """As the district sees it, or a member: itself and those that have agreed, nobody's figures."""
    district = document["tenant"]
    own = district == viewer
    members = [
        {
            "municipality": one["tenant"],
            "stance": one["stance"],
            "since": rfc3339(one["since"]),
            "finished": one["figures"] is not None,
            **({"assessment": one["assessment"]} if one["tenant"] == viewer else {}),
        }
        for one in document["members"]
        if own or one["tenant"] == viewer or Stance(one["stance"]) is Stance.ACCEPTED
    ]
    return {
        "id": document["_id"],
        "district": district,
        "role": "district" if own else "member",
        "status": "closed" if document["closed_at"] else "open",
        **{
            key: document[key]
            for key in ("title", "questionnaire", "perspectives", "minimum_group", "repeats", "reminder_days")
        },
        "deadline": rfc3339(document["deadline"]) if document["deadline"] else None,
        "created_at": rfc3339(document["created_at"]),
        "closed_at": rfc3339(document["closed_at"]) if document["closed_at"] else None,
        "members": members,
    }


def moved(document: Document, before: Joint, after: Joint) -> list[Event]:
    """One event for each member whose stance changed."""
    id, title = document["_id"], document["title"]
    events: list[Event] = []
    for name, one in after.members.items():
        former = before.members.get(name)
        if former is None or former.stance is not one.stance:
            events.append(JointMemberChanged(joint_id=id, member=name, stance=one.stance.value, title=title))
    return events
