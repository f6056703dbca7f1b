"""Writes as data: event handlers are pure functions from an event to `Upsert`, `Replace` and `InsertIfAbsent`.

A row is fed by one aggregate and remembers the sequence it is at (`seq`), so that a write that comes twice or late
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne, UpdateOne

from chassis.storage.mongo import Document
from contracts.envelope import Envelope


@dataclass(frozen=True, slots=True)
class Upsert:
    """Set some fields of a row, creating it where it is missing."""

    collection: str
    id: str
    fields: Document = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replace:
    """Make a row exactly this; used to erase what it held."""

    collection: str
    id: str
    fields: Document = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InsertIfAbsent:
    """Create a document unless it exists: a side effect to be carried out, its id derived from the event's.

    It is due (`due_at`, see `chassis.jobs.scheduled_jobs`) when it is written, not when the event says it happened: the clock there may differ.
    """

    collection: str
    id: str
    fields: Document


Write = Upsert | Replace | InsertIfAbsent
Handler = Callable[[Envelope, Any], Iterable[Write]]
"""(envelope, event model; None for a tombstone) → writes. Pure."""


def operations(
    handled: Iterable[tuple[Envelope, Iterable[Write]]], now: datetime
) -> dict[str, list[UpdateOne | ReplaceOne[Any]]]:
    """Bulk operations by collection; the writes of one row are folded into one, in the order of their events."""
    rows: dict[tuple[str, str], tuple[Document, int, bool]] = {}
    result: dict[str, list[UpdateOne | ReplaceOne[Any]]] = {}
    for envelope, writes in handled:
        for write in writes:
            fields = {"tenant": envelope.tenant, **write.fields}
            if isinstance(write, InsertIfAbsent):
                result.setdefault(write.collection, []).append(
                    UpdateOne(
                        {"_id": write.id},
                        {"$setOnInsert": {**fields, "due_at": now, "trace": envelope.traceparent}},
                        upsert=True,
                    )
                )
                continue
            before, _, replaced = rows.get((write.collection, write.id), ({}, 0, False))
            whole = isinstance(write, Replace)
            rows[write.collection, write.id] = (
                fields if whole else before | fields,
                envelope.sequence,
                whole or replaced,
            )
    for (collection, id), (fields, sequence, whole) in rows.items():
        # A row that is already further does not match, and the upsert then meets its _id: the caller skips those errors.
        older: Document = {"_id": id, "seq": {"$lt": sequence}}
        fields = {**fields, "seq": sequence}
        operation: UpdateOne | ReplaceOne[Any]
        operation = ReplaceOne(older, fields, upsert=True) if whole else UpdateOne(older, {"$set": fields}, upsert=True)
        result.setdefault(collection, []).append(operation)
    return result
