"""HTTP of letters."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Limit
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.storage.pagination import Cursor, number_from_place, page
from services.notifications.http import idempotency
from services.notifications.letters.schemas import (
    BatchList,
    LetterBatchResponse,
    LetterPage,
    LetterReturned,
    LettersPrinted,
    PostedBatch,
    PostedLetters,
)
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}", tags=["letters"])


@router.get("/letters", response_model=LetterPage, summary="Letters to print")
async def list_letters(request: Request, caller: Desk) -> dict[str, Any]:
    """List the letters that are to be printed, oldest first."""
    return {"items": await get_services(request).letters.list_waiting(caller.scope), "next": None}


@router.get("/letters.pdf", response_class=Response, summary="Letters to print, as PDF")
async def get_letters_pdf(request: Request, caller: Desk) -> Response:
    """Get all letters that are to be printed as one PDF for window envelopes, one letter a page. Printing changes nothing;
    `POST letters/printed` does."""
    municipality = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    if municipality is None:
        raise not_found("municipality")
    content = await get_services(request).letters.pdf(caller.scope, municipality)
    headers = {"Content-Disposition": 'inline; filename="letters.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/letters/printed", response_model=LettersPrinted, summary="These letters are in the post")
async def mark_letters_posted(request: Request, caller: Desk, body: PostedLetters) -> dict[str, Any]:
    """Record that these letters are in the post, so that they are not printed again. Repeating it changes nothing."""
    return {"printed": await get_services(request).letters.mark_posted(caller.scope, body.ids)}


@router.get("/letters/batches", response_model=BatchList, summary="Batches of letters")
async def list_letter_batches(
    request: Request, caller: Desk, limit: Limit = 50, cursor: Cursor = None
) -> dict[str, Any]:
    """List the batches of letters that were printed together, the newest first."""
    batches = await get_services(request).batches.list_newest(caller.scope, limit + 1, number_from_place(cursor))
    return page(batches, limit, "number")


@router.post("/letters/batches", status_code=201, response_model=LetterBatchResponse, summary="Put letters together")
async def create_letter_batch(request: Request, caller: Desk, key: Key = None) -> Response:
    """Create a batch of all letters that wait and are in no batch yet, as far as they can be typeset."""
    municipality = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    idempotency_key = idempotency(request, key, {})
    batch, replayed = await get_services(request).batches.create(caller.scope, municipality, idempotency_key)
    return json_response(batch, 201, replayed)


@router.get("/letters/batches/{id}.pdf", response_class=Response, summary="A batch, as PDF")
async def get_letter_batch_pdf(request: Request, caller: Desk, id: str) -> Response:
    """Get the letters of a batch that still wait to be posted as PDF, each with its sheet number."""
    municipality = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    content = await get_services(request).batches.pdf(caller.scope, id, municipality)
    headers = {"Content-Disposition": 'inline; filename="letters.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/letters/batches/{id}/posted", response_model=LettersPrinted, summary="A batch is in the post")
async def mark_letter_batch_posted(request: Request, caller: Desk, id: str, body: PostedBatch) -> dict[str, Any]:
    """Record that a batch is in the post, except for some letters, which wait for the next batch."""
    return {"printed": await get_services(request).batches.mark_posted(caller.scope, id, body.besides)}


@router.get("/letters/{id}.png", response_class=Response, summary="A letter to look at")
async def get_letter_picture(request: Request, caller: Desk, id: str) -> Response:
    """Get a picture of the first page of a letter that waits."""
    municipality = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    content = await get_services(request).letters.picture(caller.scope, id, municipality)
    return Response(content, media_type="image/png", headers={"Cache-Control": "no-store"})


@router.post("/letters/{id}/returned", response_model=LetterReturned, summary="A letter came back")
async def record_letter_return(request: Request, caller: Desk, id: str) -> dict[str, Any]:
    """Record that a letter came back: its recipient was not reached, so the next channel is tried."""
    return await get_services(request).batches.record_return(caller.scope, id)
