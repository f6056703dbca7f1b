"""Event handlers whose messages go to coordinators: measures that are due soon or overdue, support that is to be ordered, a joint self-check
that their district asks them to take part in, what is new in the exchange with other municipalities. Which contact is a coordinator's is known from their invitation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from chassis.messaging.projection import Handler, InsertIfAbsent, Upsert, Write
from contracts import registration as r
from contracts import reporting as e
from contracts import selfcheck as s
from contracts.envelope import Envelope


def _first(envelope: Envelope, event: r.MunicipalityAdmitted) -> Iterable[Write]:
    yield Upsert("coordinators", event.contact_id, {"key": None})


def _granted(envelope: Envelope, event: r.StaffGranted) -> Iterable[Write]:
    if event.contact_id:
        yield Upsert("coordinators", event.contact_id, {"key": event.email_key})


def _measure_due(envelope: Envelope, event: s.MeasureDue) -> Iterable[Write]:
    day = datetime(event.due.year, event.due.month, event.due.day, 12, tzinfo=UTC)
    parameters = {"measure": event.title, "day": day}
    yield InsertIfAbsent(
        "reminders",
        f"r-{envelope.id}",
        {"kind": f"measure-{event.state}", "told": parameters, "at": envelope.occurred_at},
    )


def _support_closed(envelope: Envelope, event: r.SupportClosed) -> Iterable[Write]:
    """Remind of support that is to be ordered, unless nobody asked for it."""
    if event.groups:
        parameters = {"support": event.support, "groups": event.groups, "people": event.people}
        fields = {
            "kind": "support-closed",
            "gathering": event.gathering_id,
            "told": parameters,
            "at": envelope.occurred_at,
        }
        yield InsertIfAbsent("reminders", f"r-{envelope.id}", fields)


def _joint_opened(envelope: Envelope, event: s.JointOpened) -> Iterable[Write]:
    """Ask each member except the district itself, which agreed by opening the self-check."""
    for member in event.members:
        if member != event.district:
            yield _asked(envelope, event.joint_id, member, event.title)


def _joint_member_changed(envelope: Envelope, event: s.JointMemberChanged) -> Iterable[Write]:
    if event.stance == "asked" and event.title:
        yield _asked(envelope, event.joint_id, event.member, event.title)


def _asked(envelope: Envelope, joint: str, member: str, title: dict[str, str]) -> Write:
    """Write that asks the coordinators of a member; the event itself is the district's."""
    parameters = {"joint": title, "joint_id": joint}
    fields = {"tenant": member, "kind": "joint-asked", "told": parameters, "at": envelope.occurred_at}
    return InsertIfAbsent("reminders", f"r-{envelope.id}-{member}", fields)


def _exchange_told(envelope: Envelope, event: e.ExchangeTold) -> Iterable[Write]:
    """Remind each municipality that the event names, whoever published it."""
    for slug in event.municipalities:
        parameters = {"subject": event.subject_id}
        fields = {"tenant": slug, "kind": event.news, "told": parameters, "at": envelope.occurred_at}
        yield InsertIfAbsent("reminders", f"r-{envelope.id}-{slug}", fields)


def _report_due(envelope: Envelope, event: e.ReportDue) -> Iterable[Write]:
    fields = {"kind": "report-due", "told": {}, "at": envelope.occurred_at}
    yield InsertIfAbsent("reminders", f"r-{envelope.id}", fields)


HANDLERS: dict[str, Handler] = {
    r.MunicipalityAdmitted.event_type: _first,
    r.StaffGranted.event_type: _granted,
    s.MeasureDue.event_type: _measure_due,
    r.SupportClosed.event_type: _support_closed,
    s.JointOpened.event_type: _joint_opened,
    s.JointMemberChanged.event_type: _joint_member_changed,
    e.ExchangeTold.event_type: _exchange_told,
    e.ReportDue.event_type: _report_due,
}
