"""Typed documents: how a collection's documents look in Python, read and written through their class.

A field that has its default is not stored, and what is stored beyond the class's fields (outbox, counters, fields of an
older release) is left alone, so a class can grow without a migration.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from chassis.storage.mongo import Document

_BSON_TYPES = (datetime, bytes)
"""Types that BSON knows by itself."""


class StoredDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One class per collection: fields are those of the stored document, `id` is its `_id`.

    A change is made with `msgspec.structs.replace`; nested values are `Part`s.
    """

    id: str = msgspec.field(name="_id")
    tenant: str
    due_at: datetime | None = None
    """When time alone changes the document (`chassis.jobs.scheduled_jobs`)."""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value inside a document."""


D = TypeVar("D", bound=StoredDocument)


def from_stored(kind: type[D], stored: Document) -> D:
    """The typed document.

    Raises:
        msgspec.ValidationError: what is stored does not fit the class; the message names the place, never the value.
    """
    return msgspec.convert(stored, kind, builtin_types=_BSON_TYPES)


def to_stored(document: StoredDocument) -> Document:
    """The document as MongoDB keeps it."""
    stored: Document = msgspec.to_builtins(document, builtin_types=_BSON_TYPES)
    return stored


def difference(before: StoredDocument, after: StoredDocument) -> tuple[Document, Sequence[str]]:
    """What makes `before` into `after`: top-level fields to set, and fields to unset.

    Raises:
        ValueError: `_id` or tenant differ: another document.
    """
    old, new = to_stored(before), to_stored(after)
    if (old["_id"], old["tenant"]) != (new["_id"], new["tenant"]):
        raise ValueError("a change can't turn one document into another")
    return {name: value for name, value in new.items() if name not in old or old[name] != value}, [
        name for name in old if name not in new
    ]


def projection_of(kind: type[StoredDocument]) -> dict[str, Any]:
    """A MongoDB projection of the class's fields alone, so that an outbox or request records don't travel along."""
    return dict.fromkeys(kind.__struct_encode_fields__, 1)
