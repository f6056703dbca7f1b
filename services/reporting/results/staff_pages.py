"""The page of a self-check's result: picture and table, what follows from it, and the council pack."""

from __future__ import annotations

from fastapi import Request, Response
from markupsafe import Markup

from chassis.http.routing import APIRouter
from services.reporting.council.picture import council_picture
from services.reporting.http import frame, reader_language, render
from services.reporting.permissions import Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting", include_in_schema=False)


@router.get("/{tenant}/assessments/{id}")
async def show_profile(request: Request, caller: Staff, id: str) -> Response:
    """Before the closing the page says that there is no result yet."""
    await frame(request, caller)
    services = get_services(request)
    profile = await services.profiles.get(caller.scope, id)
    picture = Markup()
    if profile.overall is not None:
        language = await reader_language(request, caller, None)
        wording = await services.council.get_wording(caller.scope, id, language)
        picture = Markup(council_picture(wording))  # noqa: S704 - our own SVG, texts escaped in it
    tenant = caller.scope.tenant
    return render(
        request,
        "staff/assessment.html",
        measures=await services.measures.list_all(caller.scope, id),
        title=profile.assessment.title,
        lines=profile.lines,
        overall=profile.overall,
        consensus=profile.consensus,
        as_of=profile.assessment.at,
        perspectives=profile.assessment.perspectives,
        picture=picture,
        german=await services.municipalities.language_of_documents(tenant) == "de",
        home=f"/reporting/{tenant}/",
        files=f"/reporting/v1/{tenant}/assessments/{id}",
        packs=f"/reporting/{tenant}/assessments/{id}/packs",
        plan=f"/reporting/{tenant}/assessments/{id}/action-plan",
        result=f"/selfcheck/{tenant}/assessments/{id}/result",
    )
