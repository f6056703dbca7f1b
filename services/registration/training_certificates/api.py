"""HTTP of certificates of attendance: for the desk, for whoever holds the link, and behind the link of their page."""

from __future__ import annotations

from asyncio import to_thread
from typing import Annotated

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.text.text_types import bounded_integer
from services.registration.page_context import page_context
from services.registration.permissions import DeskOrHolder, HolderOfPage
from services.registration.response_models import file_of
from services.registration.services import get_services
from services.registration.training_certificates.attendance_staff import pdf

router = APIRouter(prefix="/registration")
Person = Annotated[int, bounded_integer(0, 50, in_address=True)]


@router.get("/v1/{tenant}/registrations/{id}/certificate.pdf", response_class=Response, **file_of("application/pdf"))
async def get_certificate(request: Request, caller: DeskOrHolder, id: str, person: Person = 0) -> Response:
    """One page for who was at a training. `person`: 0 is who registered, then the others of the group."""
    return await _certificate_pdf(request, caller, id, person)


@router.get("/{tenant}/my/{id}/{code}/certificate.pdf", include_in_schema=False)
async def get_own_certificate(
    request: Request, caller: HolderOfPage, id: str, code: str, person: Person = 0
) -> Response:
    return await _certificate_pdf(request, caller.as_holder(code), id, person)


async def _certificate_pdf(request: Request, caller: Caller, id: str, person: int) -> Response:
    page = await page_context(request, caller)
    attended = await get_services(request).training_certificates.get(caller, id, person, page.now)
    language = "de" if page.language.startswith("de") else "en"
    say = page.pages.catalogue(language).gettext
    content = await to_thread(pdf, attended, page.brand.name, language, say)
    headers = {"Content-Disposition": 'inline; filename="certificate.pdf"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/pdf", headers=headers)
