"""HTTP API of the official list: for whoever applies, to pick their municipality from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from chassis.http.app import json_response
from chassis.http.routing import APIRouter
from chassis.text.text_types import bounded_integer, text
from services.registration.gazetteer.documents import GazetteerEntry
from services.registration.gazetteer.schemas import EntryResponse
from services.registration.permissions import Public
from services.registration.response_models import Page
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")
Entered = Annotated[str, text(100, least=0, visible=False), Query()]


@router.get("/gazetteer", response_model=Page[EntryResponse])
async def search_gazetteer(
    request: Request,
    caller: Public,
    q: Entered = "",
    limit: Annotated[int, bounded_integer(1, 50, in_address=True)] = 20,
) -> Response:
    """Municipalities of the official list whose name has a word that begins like this, the largest first."""
    entries = await get_services(request).gazetteer.search(q, limit)
    return json_response({"items": [_entry_json(one) for one in entries], "next": None})


def _entry_json(entry: GazetteerEntry) -> dict[str, Any]:
    return {
        "ags": entry.id,
        **{name: getattr(entry, name) for name in ("name", "state", "district", "kind", "inhabitants", "as_of")},
    }
