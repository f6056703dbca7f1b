"""The page of what has to be ordered for a gathering, for whoever orders interpreters, childcare and the like."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.text.languages import LANGUAGES
from services.registration.page_context import moments, offered, page_context
from services.registration.permissions import Desk

router = APIRouter(prefix="/registration/{tenant}/desk", include_in_schema=False)


@router.get("/{id}/needs")
async def needs(request: Request, caller: Desk, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    found = await page.services.gatherings.known(page.scope, id, page.now)
    summed = await page.services.needs.of(page.scope, id)
    return page.render(
        "staff/needs.html",
        gathering=offered(moments(found), page.now),
        needs=summed,
        here=f"{page.home}desk/{id}",
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
        download=f"/registration/v1/{page.scope.tenant}/gatherings/{id}/needs.csv?language={page.language}",
    )
