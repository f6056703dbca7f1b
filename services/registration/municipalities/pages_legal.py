"""What a municipality has to say of itself: accessibility, data protection, legal notice, consent, its crest; and the platform's."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from chassis.http.permissions import Caller, Permission
from services.registration.domain.profile import enforcement_of
from services.registration.frame import frame, to_read
from services.registration.municipalities.schemas_settings import Subject

router = APIRouter(prefix="/registration", include_in_schema=False)

Anyone = Annotated[Caller, Permission(public=True)]
Always = Annotated[Caller, Permission(public=True, allow_suspended=True)]
Version = Annotated[str | None, Query(max_length=10)]
TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@router.get("/legal/{subject}")
async def platform(
    request: Request, caller: Anyone, subject: Literal["accessibility", "privacy", "imprint"]
) -> Response:
    response: Response = request.app.state.pages.render(
        request, f"{subject}.html", facts={}, enforcement=None, own=None
    )
    return response


@router.get("/{tenant}/accessibility")
async def accessibility(request: Request, caller: Always) -> Response:
    page = await frame(request, caller)
    return page.render("accessibility.html", facts=page.facts, enforcement=enforcement_of(page.facts), own=None)


@router.get("/{tenant}/crest/{name}")
async def crest(
    request: Request, caller: Always, name: Annotated[str, Path(pattern=r"^[0-9a-f]{16}\.(svg|png)$")]
) -> Response:
    """A picture under the name of its content. Opened by itself it may do nothing either."""
    content = await request.app.state.registration.administration.profiles.crest(caller.scope, name)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(content, headers=headers, media_type=TYPES[name[-3:]])


@router.get("/{tenant}/{subject}")
async def legal(request: Request, caller: Always, subject: Subject, version: Version = None) -> Response:
    """The text in force, or an earlier version of it."""
    page = await frame(request, caller)
    found = await page.parts.administration.texts.one(page.scope, subject, version)
    own = to_read(found["text"], page.language)
    return page.render(f"{subject}.html", facts=page.facts, enforcement=None, own=own, version=found["version"])
