"""Lists: `?limit=&cursor=` → `{"items": […], "next": cursor | null}`.

A cursor is the place of the last item, such as its id, with a checksum: what was cut off, mistyped or made up is refused at once,
where a place that is none would be answered with an empty list. The checksum is no secret, because a cursor opens nothing: it only
says from where on somebody reads who may read the list.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Annotated, Any

from fastapi import Query

from chassis.http.problems import FieldError, Problem, invalid
from chassis.text.field_rules import Rule, refused
from chassis.text.translations import mark

UNKNOWN_PLACE = mark("This is no place in the list. Please begin at its first page, without a cursor.")
_CHECKSUM = 6
"""Bytes."""


def cursor_at(place: str) -> str:
    """The cursor from which a list goes on after the item of this place."""
    stored = place.encode()
    return base64.urlsafe_b64encode(_checksum(stored) + stored).decode().rstrip("=")


def _read_cursor(cursor: str | None, typed: bool) -> str | None:
    """Read the place out of a cursor that `cursor_at` made; refuses any other."""
    if cursor is None:
        return None
    try:
        whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        checksum, stored = whole[:_CHECKSUM], whole[_CHECKSUM:]
        if checksum == _checksum(stored):
            return stored.decode()
    except (binascii.Error, ValueError):
        pass
    raise refused(UNKNOWN_PLACE)


def number_from_place(place: str | None) -> int:
    """The running number after which a page begins, in lists whose places are numbers. Raises Problem 422: a place of another list."""
    if place is not None and not (place.isascii() and place.isdigit() and len(place) < 16):
        raise unknown_place()
    return int(place or 0)


def unknown_place() -> Problem:
    """The problem of a cursor that belongs to another list (422)."""
    return invalid(FieldError("/query/cursor", UNKNOWN_PLACE))


def _checksum(stored: bytes) -> bytes:
    return blake2b(stored, digest_size=_CHECKSUM, person=b"cursor").digest()


Cursor = Annotated[str | None, Query(max_length=600), Rule(_read_cursor)]
"""A parameter of a list: routes are given the place, clients have the cursor."""


def page(rows: Sequence[Mapping[str, Any]], limit: int, key: str) -> dict[str, Any]:
    """One page of rows, of which the caller asked for one more than the limit; `key` is the field of an item's place."""
    items = list(rows[:limit])
    return {"items": items, "next": cursor_at(str(items[-1][key])) if len(rows) > limit else None}
