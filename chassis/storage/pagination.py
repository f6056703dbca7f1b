"""Lists: `?limit=&cursor=` → `{"items": […], "next": cursor | null}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query

Cursor = Annotated[str | None, Query(max_length=200, pattern=r"^[A-Za-z0-9._~-]+$")]


def page(found: Sequence[Mapping[str, object]], limit: int, key: str) -> dict[str, Any]:
    """One page of what was found, of which the caller asked for one more than the limit; the cursor is the last item's key."""
    items = list(found[:limit])
    return {"items": items, "next": items[-1][key] if len(found) > limit else None}
