"""HTTP of letters."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.http.problems import not_found
from services.notifications.letters.schemas import LetterPage, LettersPrinted, Printed
from services.notifications.permissions import Desk
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}", tags=["letters"])


@router.get("/letters", response_model=LetterPage, summary="Letters to print")
async def letters(request: Request, caller: Desk) -> dict[str, Any]:
    """Letters that are to be printed, oldest first."""
    return {"items": await get_services(request).letters.waiting(caller.scope), "next": None}


@router.get("/letters.pdf", response_class=Response, summary="Letters to print, as PDF")
async def letters_pdf(request: Request, caller: Desk) -> Response:
    """All of them, one a page, for window envelopes. Printing changes nothing; `POST letters/printed` does."""
    municipality = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    if municipality is None:
        raise not_found("municipality")
    content = await get_services(request).letters.pdf(caller.scope, municipality)
    headers = {"Content-Disposition": 'inline; filename="letters.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/letters/printed", response_model=LettersPrinted, summary="These letters are in the post")
async def letters_printed(request: Request, caller: Desk, body: Printed) -> dict[str, Any]:
    """These are in the post and are not printed again. Repeating it changes nothing."""
    return {"printed": await get_services(request).letters.printed(caller.scope, body.ids)}
