"""HTTP API of the desk's lists: who is registered, filtered; finding people; who looks like somebody being registered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from chassis.http.app import json_response
from chassis.http.base_schemas import Language, Limit
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.brand import STAFF_LANGUAGES
from chassis.storage.pagination import Cursor, cursor_at
from chassis.text.languages import negotiate
from chassis.text.text_types import Identifier
from contracts.registration import Channel, SeatStatus
from services.registration.desk import staff_exports as exports
from services.registration.desk.lists import RegistrationFilter
from services.registration.desk.schemas import Likeness, SearchFor, SimilarRegistration
from services.registration.permissions import Desk
from services.registration.questions.answering import sees_special
from services.registration.questions.wording import Wording
from services.registration.registrations.schemas import ListedRegistration
from services.registration.response_models import Groups, Page, file_of
from services.registration.seats.documents import Answer
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1")

Status = Annotated[Literal[SeatStatus, "active"] | None, Query()]
"""`active`: all who have a place or wait."""


def _read_criteria(
    status: Status = None,
    language: Language | None = None,
    support: Identifier | None = None,
    channel: Channel | None = None,
) -> RegistrationFilter:
    return RegistrationFilter(status, language, support, channel)


Filtered = Annotated[RegistrationFilter, Depends(_read_criteria)]
"""What a list is filtered by, the same for the list and its files."""


@router.get("/{tenant}/gatherings/{id}/registrations", response_model=Page[ListedRegistration])
async def list_registrations(
    request: Request, caller: Desk, id: str, criteria: Filtered, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """List registrations by id; with an active status in the order in which people registered, which is that of the waiting line."""
    page = await get_services(request).lists.page(
        caller.scope, id, criteria, limit, cursor, special=sees_special(caller)
    )
    return json_response(page | {"next": cursor_at(page["next"]) if page["next"] else None})


@router.get("/{tenant}/gatherings/{id}/registrations/counts", response_model=dict[SeatStatus, Groups])
async def count_registrations(request: Request, caller: Desk, id: str) -> Response:
    """Count groups and people by status; what is needed stands beside, in `needs`."""
    return json_response(await get_services(request).lists.counts(caller.scope, id))


@router.get("/{tenant}/gatherings/{id}/registrations.csv", response_class=Response, **file_of("text/csv"))
async def export_registrations_csv(
    request: Request, caller: Desk, id: str, criteria: Filtered, delimiter: Literal["comma", "semicolon"] = "comma"
) -> Response:
    """Export the list as CSV, filtered like it. Excel in German wants `delimiter=semicolon`."""
    items, columns = await _table(request, caller, id, criteria, "de")
    rows = exports.csv_rows(items, columns, {"comma": ",", "semicolon": ";"}[delimiter])
    return StreamingResponse(rows, media_type=exports.CSV, headers=_attached(f"{id}.csv"))


@router.get("/{tenant}/gatherings/{id}/registrations.xlsx", response_class=Response, **file_of(exports.XLSX))
async def export_registrations_xlsx(request: Request, caller: Desk, id: str, criteria: Filtered) -> Response:
    """Export the list as a workbook, filtered like it, with headings in the reader's language (`Accept-Language`: German or English)."""
    code = negotiate(None, None, request.headers.get("accept-language"), STAFF_LANGUAGES)
    pieces = await exports.xlsx_file(*await _table(request, caller, id, criteria, code))
    return StreamingResponse(pieces, media_type=exports.XLSX, headers=_attached(f"{id}.xlsx"))


@router.post("/{tenant}/registrations/search", response_model=Page[ListedRegistration])
async def search_registrations(request: Request, caller: Desk, body: SearchFor) -> Response:
    """Find registrations by name, number, e-mail address or door code. A POST, because names don't belong into addresses; nothing is stored."""
    registrations = await get_services(request).search.find(caller.scope, body.gathering, body.q, body.limit)
    return json_response({"items": registrations, "next": None})


@router.post("/{tenant}/registrations/similar", response_model=Page[SimilarRegistration])
async def find_similar_registrations(request: Request, caller: Desk, body: Likeness) -> Response:
    """Find registrations that look like this person. A hint: families share a phone."""
    search = get_services(request).search
    registrations = await search.similar(caller.scope, body.gathering, body.name, body.phone, body.email)
    return json_response({"items": registrations, "next": None})


async def _table(
    request: Request, caller: Caller, id: str, criteria: RegistrationFilter, language: str
) -> tuple[AsyncIterator[Answer], exports.Columns]:
    services, special = get_services(request), sees_special(caller)
    gathering = await services.gatherings.get_for_desk(caller.scope, id, services.clock.now())
    wording = Wording(language, request.app.state.pages.catalogue(language).gettext)
    items = services.lists.iterate(caller.scope, id, criteria, special=special)
    return items, exports.columns_of(gathering, special, wording)


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
