"""Pages for decisions: who takes part and what they need, and the profile of a self-check."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from chassis.http.permissions import ANY_STAFF, Caller, Permission
from chassis.pages.brand import of_tenant
from chassis.pages.pages import Pages, language_of
from chassis.text.languages import LANGUAGES
from services.reporting.api import agreed, municipality, perspectives, profile_of
from services.reporting.api_joint import joint_reports
from services.reporting.chart import chart
from services.reporting.store import Reports

router = APIRouter(prefix="/reporting", include_in_schema=False)

Staff = Annotated[Caller, Permission(*ANY_STAFF)]
Office = Annotated[Caller, Permission("programme_office")]


@router.get("/programme")
async def programme(request: Request, caller: Office) -> Response:
    """All municipalities in numbers, for the programme office."""
    reports: Reports = request.app.state.reports
    return _render(request, "staff/programme.html", programme=await reports.programme())


@router.get("/{tenant}/")
async def overview(request: Request, caller: Staff) -> Response:
    await _frame(request, caller)
    reports: Reports = request.app.state.reports
    found = await reports.overview(caller.scope)
    measures = await agreed(request).listed(caller.scope)
    return _render(
        request,
        "staff/overview.html",
        found=found,
        measures=measures,
        joint=await joint_reports(request).listed(caller.scope),
        home=f"/reporting/{caller.scope.tenant}/",
        as_of=_moment(found["as_of"]),
        gatherings=[{**one, "starts_at": _moment(one["starts_at"])} for one in found["participation"]],
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
    )


@router.get("/{tenant}/assessments/{id}")
async def assessment(request: Request, caller: Staff, id: str) -> Response:
    """The profile as a picture and as a table; before the closing the page says that there is none yet."""
    await _frame(request, caller)
    row, lines, overall = await profile_of(request, caller, id)
    drawn = "de" if language_of(request, request.state.brand).startswith("de") else "en"
    return _render(
        request,
        "staff/assessment.html",
        measures=await agreed(request).listed(caller.scope, id),
        title=row["title"],
        lines=lines,
        overall=overall,
        as_of=row["at"],
        perspectives=row["perspectives"],
        picture=Markup(chart(lines, perspectives(row, drawn), drawn)) if lines else "",  # noqa: S704 - our own SVG, texts escaped in it
        home=f"/reporting/{caller.scope.tenant}/",
        files=f"/reporting/v1/{caller.scope.tenant}/assessments/{id}",
        result=f"/selfcheck/{caller.scope.tenant}/assessments/{id}/result",
    )


async def _frame(request: Request, caller: Caller) -> None:
    request.state.brand = of_tenant(caller.scope.tenant, await municipality(request, caller)).for_staff()


def _render(request: Request, template: str, **context: Any) -> Response:
    pages: Pages = request.app.state.pages
    brand = getattr(request.state, "brand", None)
    return pages.render(request, template, **({"brand": brand} if brand else {}), **context)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
