"""Joint self-checks of a district and its members as they closed: for the district and for those whose figures are in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.messaging.projection import Handler, Replace, Upsert, Write
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from contracts import selfcheck as s
from contracts.envelope import Envelope
from services.reporting.domain.joint import Comparison, compared

ROWS = "joint_assessments"


def _opened(envelope: Envelope, event: s.JointOpened) -> Iterable[Write]:
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


def _closed(envelope: Envelope, event: s.JointClosed) -> Iterable[Write]:
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


def _deleted(envelope: Envelope, event: s.JointDeleted) -> Iterable[Write]:
    yield Replace(ROWS, event.joint_id, {"at": envelope.occurred_at})


HANDLERS: dict[str, Handler] = {
    s.JointOpened.event_type: _opened,
    s.JointClosed.event_type: _closed,
    s.JointDeleted.event_type: _deleted,
}


class JointReports:
    """Reads those rows; only what has a result is there to be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure_indexes(self) -> None:
        await self._database[ROWS].create_indexes(
            [IndexModel([("tenant", ASCENDING)], name="tenant"), IndexModel([("members", ASCENDING)], name="member")]
        )

    async def listed(self, scope: TenantScope) -> list[dict[str, Any]]:
        """The newest first: `{id, title, district, as_of}`."""
        rows = await self._database[ROWS].find(_told(scope), {"result": 0}).sort("at", -1).to_list(None)
        return [
            {"id": row["_id"], "title": row["title"], "district": row["district"], "as_of": rfc3339(row["at"])}
            for row in rows
        ]

    async def one(self, scope: TenantScope, id: str) -> tuple[Document, Comparison] | None:
        """The row, and the figures side by side."""
        row = await self._database[ROWS].find_one({"_id": id, **_told(scope)})
        if row is None:
            return None
        questionnaire = await self._database["questionnaires"].find_one({"_id": row["questionnaire"]})
        fields = questionnaire["fields"] if questionnaire else []
        return row, compared(orjson.loads(row["result"]), fields, [one["id"] for one in row["perspectives"]])


def _told(scope: TenantScope) -> Document:
    return {"result": {"$exists": True}, "$or": [scope.filter(), {"members": scope.tenant}]}
