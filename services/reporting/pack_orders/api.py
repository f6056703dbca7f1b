"""HTTP of council packs that are asked for and fetched later."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.routing import APIRouter
from services.reporting.council.sentences import Language
from services.reporting.http import address_of_files, file
from services.reporting.pack_orders.documents import PackOrder
from services.reporting.pack_orders.schemas import PackBody, PackResponse
from services.reporting.permissions import Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1/{tenant}/assessments/{id}/packs", tags=["council pack"])


@router.post("", response_model=PackResponse, status_code=202, summary="Ask for a council pack")
async def order_pack(request: Request, caller: Staff, id: str, body: PackBody, key: Key = None) -> Response:
    """It is made in its turn and kept for a day; one that is waited for already is not made twice. 409 until the self-check is
    closed."""
    services = get_services(request)
    language = body.language or await services.municipalities.language_of_documents(caller.scope.tenant)
    order = await services.pack_orders.ask(caller.scope, id, language, address_of_files(request, caller, id))
    return json_response((await _pack_response(request, order)).model_dump(mode="json"), 202)


@router.get("/{language}", response_model=PackResponse, summary="How far a council pack is")
async def get_pack_order(request: Request, caller: Staff, id: str, language: Language) -> PackResponse:
    """Asked for, being made, or ready. 404 where nobody asked or its day is over."""
    return await _pack_response(request, await get_services(request).pack_orders.get(caller.scope, id, language))


@router.get(
    "/{language}/pack.zip",
    summary="A council pack that is ready",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
)
async def get_pack(request: Request, caller: Staff, id: str, language: Language) -> Response:
    """409 while it is being made."""
    content = await get_services(request).pack_orders.get_content(caller.scope, id, language)
    return file(content, "application/zip", "pack.zip")


async def _pack_response(request: Request, order: PackOrder) -> PackResponse:
    return PackResponse.of(order, await get_services(request).pack_orders.count_before(order))
