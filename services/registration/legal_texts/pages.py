"""What a municipality has to say of itself: accessibility, data protection, legal notice, consent, its crest; and the platform's."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from services.registration.domain.profile import enforcement_of
from services.registration.legal_texts.schemas import Subject
from services.registration.page_context import page_context, to_read
from services.registration.permissions import Anybody, Public
from services.registration.services import get_services

router = APIRouter(prefix="/registration", include_in_schema=False)

Version = Filter | None
TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@router.get("/legal/{subject}")
async def show_platform_text(
    request: Request, caller: Public, subject: Literal["accessibility", "privacy", "imprint"]
) -> Response:
    response: Response = request.app.state.pages.render(
        request, f"{subject}.html", facts={}, enforcement=None, own=None
    )
    return response


@router.get("/{tenant}/accessibility")
async def show_accessibility_statement(request: Request, caller: Anybody) -> Response:
    page = await page_context(request, caller)
    return page.render("accessibility.html", facts=page.facts, enforcement=enforcement_of(page.facts), own=None)


@router.get("/{tenant}/crest/{name}")
async def get_crest(
    request: Request, caller: Anybody, name: Annotated[str, Path(pattern=r"^[0-9a-f]{16}\.(svg|png)$")]
) -> Response:
    """A picture under the name of its content. Opened by itself it may do nothing either."""
    content = await get_services(request).profiles.crest(caller.scope, name)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(content, headers=headers, media_type=TYPES[name[-3:]])


@router.get("/{tenant}/{subject}")
async def show_legal_text(request: Request, caller: Anybody, subject: Subject, version: Version = None) -> Response:
    """The text in force, or an earlier version of it."""
    page = await page_context(request, caller)
    legal_text = await page.services.legal_texts.get(page.scope, subject, version)
    own = to_read(legal_text["text"], page.reader_language)
    return page.render(f"{subject}.html", facts=page.facts, enforcement=None, own=own, version=legal_text["version"])
