"""HTTP API of what has to be ordered for a gathering."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.text.languages import LANGUAGES
from chassis.text.text_types import Identifier
from services.registration.needs.needs import as_csv
from services.registration.needs.schemas import NeedsResponse, OrderResponse, SupportOrdered
from services.registration.permissions import Desk
from services.registration.questions.answering import sees_special
from services.registration.questions.wording import Wording
from services.registration.response_models import file_of
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1/{tenant}/gatherings/{id}")


@router.get("/needs", response_model=NeedsResponse)
async def get_needs(request: Request, caller: Desk, id: str) -> Response:
    """What has to be ordered: support by kind (granted, waiting, by language), what was answered, and the languages of those who come."""
    return json_response(await get_services(request).needs.summary(caller.scope, id, special=sees_special(caller)))


@router.get("/needs.csv", response_class=Response, **file_of("text/csv"))
async def export_needs(request: Request, caller: Desk, id: str, language: Filter = "de") -> Response:
    """Export the needs as a table, for spreadsheets."""
    needs = await get_services(request).needs.summary(caller.scope, id, special=sees_special(caller))
    words = request.app.state.pages.catalogue(language if language in LANGUAGES else "de")
    headers = {"Content-Disposition": 'attachment; filename="needs.csv"', "Cache-Control": "no-store"}
    return Response(
        as_csv(needs, Wording(language, words.gettext)), media_type="text/csv; charset=utf-8", headers=headers
    )


@router.put("/needs/{support}/order", response_model=OrderResponse)
async def replace_order(request: Request, caller: Desk, id: str, support: Identifier, body: SupportOrdered) -> Response:
    """Note how many are ordered; where more are granted later, the difference is to be ordered again."""
    services = get_services(request)
    return json_response(await services.needs.order(caller.scope, id, support, body.number, services.clock.now()))
