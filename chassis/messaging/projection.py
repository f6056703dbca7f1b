"""Writes as data: event handlers are pure functions from an event to `Upsert`, `Replace` and `InsertIfAbsent`.

A row is fed by one aggregate and remembers the sequence it is at (`seq`), so that a write that comes twice or late
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne

from chassis.storage.mongo import Document
from contracts.envelope import Envelope


@dataclass(frozen=True, slots=True)
class Upsert:
    """Set some fields of a row, creating it where it is missing.

    `new`: the event is the first that writes the row, so an insert is tried before an update. That makes it cheaper, never wrong.
    """

    collection: str
    id: str
    fields: Document = field(default_factory=dict)
    new: bool = False


@dataclass(frozen=True, slots=True)
class Replace:
    """Make a row exactly this; used to erase what it held. `new`: as with `Upsert`."""

    collection: str
    id: str
    fields: Document = field(default_factory=dict)
    new: bool = False


@dataclass(frozen=True, slots=True)
class InsertIfAbsent:
    """Create a document unless it exists: a side effect to be carried out, its id derived from the event's.

    It is due (`due_at`, see `chassis.jobs.scheduled_jobs`) `after` it is written, not after the event says it happened: the clock there may differ.
    """

    collection: str
    id: str
    fields: Document
    after: timedelta = timedelta()

    def __post_init__(self) -> None:
        if "due_at" in self.fields:
            raise ValueError(f"{self.collection}: the time when it is written counts; say how long `after` it is due")


Write = Upsert | Replace | InsertIfAbsent
Handler = Callable[[Envelope, Any], Iterable[Write]]
"""(envelope, event model; None for a tombstone) → writes. Pure."""


class InsertRow(InsertOne[Document]):
    """An insert of a row that most likely is not there. MongoDB inserts hundreds at once and upserts one by one, at ten times the cost."""

    def __init__(self, id: str, fields: Document, whole: bool = False) -> None:
        super().__init__({"_id": id, **fields})
        self._id = id
        self._fields = fields
        self._whole = whole

    def as_update(self) -> UpdateOne | ReplaceOne[Document]:
        """The update for a row that is there after all. `whole`: the fields are all of it."""
        return (replace_row if self._whole else update_row)(self._id, self._fields)


Operation = InsertOne[Document] | UpdateOne | ReplaceOne[Document]


def update_row(id: str, fields: Document) -> UpdateOne:
    """Set the fields of a row unless it is already as far as their `seq`: then it does not match, and the upsert meets its _id. The
    caller skips those errors."""
    return UpdateOne({"_id": id, "seq": {"$lt": fields["seq"]}}, {"$set": fields}, upsert=True)


def replace_row(id: str, fields: Document) -> ReplaceOne[Document]:
    """Replace a row by these fields unless it is already as far as their `seq`, as `update_row` does."""
    return ReplaceOne({"_id": id, "seq": {"$lt": fields["seq"]}}, fields, upsert=True)


@dataclass(frozen=True, slots=True)
class Operations:
    """Bulk operations by collection. `due` (whatever has a `due_at`) is written after `rows`: whoever finds it reads the rows that it is about."""

    rows: dict[str, list[Operation]] = field(default_factory=dict)
    due: dict[str, list[Operation]] = field(default_factory=dict)


def operations(handled: Iterable[tuple[Envelope, Iterable[Write]]], now: datetime) -> Operations:
    """Turn writes into bulk operations; the writes of one row are folded into one, in the order of their events."""
    rows: dict[tuple[str, str], _Row] = {}
    absent: dict[tuple[str, str], Document] = {}
    for envelope, writes in handled:
        for write in writes:
            key = (write.collection, write.id)
            fields = {"tenant": envelope.tenant, **write.fields}
            if isinstance(write, InsertIfAbsent):
                if key not in absent:
                    due_at = now + write.after
                    absent[key] = {"_id": write.id, **fields, "due_at": due_at, "trace": envelope.traceparent}
                continue
            row = rows.get(key)
            if row is None:
                row = rows[key] = _Row(new=write.new)
            if isinstance(write, Replace):
                row.fields, row.whole = fields, True
            else:
                row.fields.update(fields)
            row.fields["seq"] = envelope.sequence
    result = Operations()
    for (collection, _), document in absent.items():
        result.due.setdefault(collection, []).append(InsertOne(document))
    for (collection, id), row in rows.items():
        target = result.due if "due_at" in row.fields else result.rows
        target.setdefault(collection, []).append(row.operation(id))
    return result


@dataclass(slots=True)
class _Row:
    """The writes of a batch to one row, folded into one. `whole`: the fields are all that the row holds."""

    new: bool
    fields: Document = field(default_factory=dict)
    whole: bool = False

    def operation(self, id: str) -> Operation:
        if self.new:
            return InsertRow(id, self.fields, self.whole)
        return (replace_row if self.whole else update_row)(id, self.fields)
