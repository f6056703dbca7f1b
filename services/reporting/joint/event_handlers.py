"""selfcheck's events about joint self-checks become rows."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from chassis.messaging.projection import Handler, Replace, Upsert, Write
from contracts import selfcheck as s
from contracts.envelope import Envelope
from services.reporting.joint.repository import ROWS


def _store_opened(envelope: Envelope, event: s.JointOpened) -> Iterable[Write]:
    yield Upsert(
        ROWS,
        event.joint_id,
        {
            "district": event.district,
            "title": event.title,
            "questionnaire": f"{event.questionnaire_id}:{event.version}",
            "perspectives": [{"id": one.id, "title": one.title} for one in event.perspectives],
            "at": envelope.occurred_at,
        },
    )


def _store_result(envelope: Envelope, event: s.JointClosed) -> Iterable[Write]:
    # As text: its keys are ids of fields, which may hold what MongoDB reads as a path.
    result = {"members": [one.model_dump() for one in event.members], "together": event.together}
    yield Upsert(
        ROWS,
        event.joint_id,
        {
            "members": [one.member for one in event.members],
            "result": orjson.dumps(result).decode(),
            "at": envelope.occurred_at,
        },
    )


def _forget(envelope: Envelope, event: s.JointDeleted) -> Iterable[Write]:
    yield Replace(ROWS, event.joint_id, {"at": envelope.occurred_at})


HANDLERS: dict[str, Handler] = {
    s.JointOpened.event_type: _store_opened,
    s.JointClosed.event_type: _store_result,
    s.JointDeleted.event_type: _forget,
}
