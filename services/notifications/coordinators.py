"""What the coordinators of a municipality are told: measures that are due soon or overdue, support that is to be ordered, a
joint self-check that their district asks them to take part in.

Which contact is a coordinator's is known from their invitation; whose roles were changed since is told by the directory's table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from chassis.messaging.projection import Handler, InsertIfAbsent, Upsert, Write
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import of_document
from contracts import registration as r
from contracts import selfcheck as s
from contracts.envelope import Envelope

JOINT = "joint-asked"
KINDS = frozenset({"measure-soon", "measure-overdue", "support-closed", JOINT})


def link(public_url: str, intent: Document) -> str:
    """The municipality's measures, what has to be ordered for a meeting, or the joint self-check."""
    if intent["kind"] == "support-closed":
        return f"{public_url}/registration/{intent['tenant']}/desk/{intent['gathering']}/needs"
    if intent["kind"] == JOINT:
        return f"{public_url}/selfcheck/{intent['tenant']}/joint-assessments/{intent['told']['joint_id']}"
    return f"{public_url}/selfcheck/{intent['tenant']}/measures"


def _first(envelope: Envelope, event: r.MunicipalityAdmitted) -> Iterable[Write]:
    yield Upsert("coordinators", event.contact_id, {"key": None})


def _granted(envelope: Envelope, event: r.StaffGranted) -> Iterable[Write]:
    if event.contact_id:
        yield Upsert("coordinators", event.contact_id, {"key": event.email_key})


def _measure_due(envelope: Envelope, event: s.MeasureDue) -> Iterable[Write]:
    day = datetime(event.due.year, event.due.month, event.due.day, 12, tzinfo=UTC)
    told = {"measure": event.title, "day": day}
    yield InsertIfAbsent(
        "reminders", f"r-{envelope.id}", {"kind": f"measure-{event.state}", "told": told, "at": envelope.occurred_at}
    )


def _support_closed(envelope: Envelope, event: r.SupportClosed) -> Iterable[Write]:
    """Nobody can ask for it any more. Where nobody did, there is nothing to order and nothing to tell."""
    if event.groups:
        told = {"support": event.support, "groups": event.groups, "people": event.people}
        fields = {"kind": "support-closed", "gathering": event.gathering_id, "told": told, "at": envelope.occurred_at}
        yield InsertIfAbsent("reminders", f"r-{envelope.id}", fields)


def _joint_opened(envelope: Envelope, event: s.JointOpened) -> Iterable[Write]:
    """A district that takes part itself has agreed by saying so."""
    for member in event.members:
        if member != event.district:
            yield _asked(envelope, event.joint_id, member, event.title)


def _joint_member_changed(envelope: Envelope, event: s.JointMemberChanged) -> Iterable[Write]:
    if event.stance == "asked" and event.title:
        yield _asked(envelope, event.joint_id, event.member, event.title)


def _asked(envelope: Envelope, joint: str, member: str, title: dict[str, str]) -> Write:
    """The event is the district's; its member's coordinators are told."""
    told = {"joint": title, "joint_id": joint}
    fields = {"tenant": member, "kind": JOINT, "told": told, "at": envelope.occurred_at}
    return InsertIfAbsent("reminders", f"r-{envelope.id}-{member}", fields)


HANDLERS: dict[str, Handler] = {
    r.MunicipalityAdmitted.event_type: _first,
    r.StaffGranted.event_type: _granted,
    s.MeasureDue.event_type: _measure_due,
    r.SupportClosed.event_type: _support_closed,
    s.JointOpened.event_type: _joint_opened,
    s.JointMemberChanged.event_type: _joint_member_changed,
}


class Coordinators:
    """Turns a reminder into one intent for each coordinator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remind(self, reminder: Document) -> None:
        """Repeating it adds no intent. Whose contact was erased meanwhile gets nothing: their intent is suppressed."""
        scope = of_document(reminder)
        for row in await self._database["coordinators"].find(scope.filter()).to_list(None):
            if row["key"] is not None:
                staff = await self._database["staff"].find_one(scope.filter(_id=f"{scope.tenant}:{row['key']}"))
                if staff is None or "coordinator" not in staff["roles"]:
                    continue
            intent = {
                "tenant": scope.tenant,
                "kind": reminder["kind"],
                "contact": row["_id"],
                "status": "pending",
                "attempts": [],
                "version": 1,
                "at": reminder["at"],
                "due_at": reminder["at"],
                "told": reminder["told"],
                **({"gathering": reminder["gathering"]} if "gathering" in reminder else {}),
            }
            id = f"{reminder['_id']}-{row['_id']}"
            await self._database["intents"].update_one({"_id": id}, {"$setOnInsert": intent}, upsert=True)
        await self._database["reminders"].update_one({"_id": reminder["_id"]}, {"$unset": {"due_at": ""}})
