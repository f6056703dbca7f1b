"""HTTP API of the official list: for whoever applies, to pick their municipality from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.http.app import json_response
from services.registration.gazetteer.documents import GazetteerEntry
from services.registration.routes import Anyone, parts_of

router = APIRouter(prefix="/registration/v1")
Entered = Annotated[str, Query(max_length=100)]


@router.get("/gazetteer")
async def search(
    request: Request, caller: Anyone, q: Entered, limit: Annotated[int, Query(ge=1, le=50)] = 20
) -> Response:
    """Municipalities of the official list whose name has a word that begins like this, the largest first."""
    found = await parts_of(request).gazetteer.search(q, limit)
    return json_response({"items": [_shown(one) for one in found], "next": None})


def _shown(entry: GazetteerEntry) -> dict[str, Any]:
    return {
        "ags": entry.id,
        **{name: getattr(entry, name) for name in ("name", "state", "district", "kind", "inhabitants", "as_of")},
    }
