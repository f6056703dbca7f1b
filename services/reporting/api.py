"""HTTP of reporting: reads only."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response

from chassis.clock import rfc3339
from chassis.http.permissions import ANY_STAFF, Caller, Permission
from chassis.http.problems import conflict, not_found
from chassis.pages.brand import of_tenant
from chassis.pages.pages import language_of
from chassis.storage.mongo import Document
from chassis.text.languages import format_datetime
from services.reporting.chart import chart
from services.reporting.domain.profile import Figure, Line, profile, text
from services.reporting.measures import AgreedMeasures, as_lines, counted
from services.reporting.report import Report, pdf
from services.reporting.store import Reports
from services.reporting.tabular import profile_csv
from services.reporting.workbook import MEDIA_TYPE, About, profile_xlsx

router = APIRouter(prefix="/reporting/v1")
Staff = Annotated[Caller, Permission(*ANY_STAFF)]
Office = Annotated[Caller, Permission("programme_office")]
Language = Literal["de", "en"]


@router.get("/programme")
async def programme(request: Request, caller: Office) -> dict[str, Any]:
    """Counts per municipality."""
    return await _reports(request).programme()


@router.get("/{tenant}/overview")
async def overview(request: Request, caller: Staff) -> dict[str, Any]:
    """Participation, needs, assessments and measures."""
    measures = await agreed(request).listed(caller.scope)
    return await _reports(request).overview(caller.scope) | {
        "measures": {"counts": counted(measures), "items": measures}
    }


@router.get("/{tenant}/assessments/{id}")
async def assessment(request: Request, caller: Staff, id: str) -> dict[str, Any]:
    """The profile; `overall` is null and `fields` empty until the assessment is closed."""
    row, lines, overall = await profile_of(request, caller, id)
    return {
        "id": id,
        "title": row["title"],
        "status": row["status"],
        "as_of": rfc3339(row["at"]),
        "perspectives": row["perspectives"],
        "overall": overall.plain() if overall else None,
        "fields": [line.plain() for line in lines],
        "measures": await agreed(request).listed(caller.scope, id),
    }


@router.get("/{tenant}/assessments/{id}/report.pdf")
async def report(request: Request, caller: Staff, id: str, language: Language | None = None) -> Response:
    """One page for the council, in the municipality's language unless another is asked for."""
    row, lines, overall = await _closed(request, caller, id)
    town = await municipality(request, caller)
    chosen = language or document_language(town)
    page = Report(
        text(town["name"], chosen, caller.scope.tenant),
        text(row["title"], chosen, id),
        chosen,
        format_datetime(row["at"], chosen),
        overall,
        lines,
        perspectives(row, chosen),
        as_lines(await agreed(request).listed(caller.scope, id), chosen),
    )
    return file(await asyncio.to_thread(pdf, page), "application/pdf", "report.pdf")


@router.get("/{tenant}/assessments/{id}/chart.svg")
async def picture(request: Request, caller: Staff, id: str, language: Language | None = None) -> Response:
    """The profile as a picture."""
    row, lines, _ = await _closed(request, caller, id)
    chosen = language or document_language(await municipality(request, caller))
    return file(chart(lines, perspectives(row, chosen), chosen).encode(), "image/svg+xml", "chart.svg")


@router.get("/{tenant}/assessments/{id}/data.csv")
async def data(request: Request, caller: Staff, id: str, language: Language | None = None) -> Response:
    """The profile for spreadsheets."""
    row, lines, _ = await _closed(request, caller, id)
    chosen = language or document_language(await municipality(request, caller))
    return file(profile_csv(lines, chosen, rfc3339(row["at"])), "text/csv; charset=utf-8", "data.csv")


@router.get("/{tenant}/assessments/{id}/data.xlsx")
async def workbook(request: Request, caller: Staff, id: str, language: Language | None = None) -> Response:
    """The profile as a workbook, in the reader's language unless another is asked for."""
    row, lines, overall = await _closed(request, caller, id)
    about = await about_figures(request, caller, row, language)
    content = await asyncio.to_thread(profile_xlsx, about, lines, overall)
    return file(content, MEDIA_TYPE, "data.xlsx")


def _reports(request: Request) -> Reports:
    reports: Reports = request.app.state.reports
    return reports


def agreed(request: Request) -> AgreedMeasures:
    measures: AgreedMeasures = request.app.state.agreed_measures
    return measures


async def profile_of(request: Request, caller: Caller, id: str) -> tuple[Document, list[Line], Figure | None]:
    found = await _reports(request).assessment(caller.scope, id)
    if found is None:
        raise not_found("assessment")
    row, fields, result = found
    if not result:
        return row, [], None
    return row, profile(result, fields, row["perspectives"]), Figure.of(result.get("overall") or {})


async def _closed(request: Request, caller: Caller, id: str) -> tuple[Document, list[Line], Figure]:
    row, lines, overall = await profile_of(request, caller, id)
    if overall is None:
        raise conflict("assessment-not-closed", "The report exists once the assessment is closed.")
    return row, lines, overall


async def municipality(request: Request, caller: Caller) -> Document:
    known: Document | None = await request.app.state.tenant_registry.tenant(caller.scope.tenant)
    if known is None:
        raise not_found("municipality")
    return known


def document_language(municipality: Document) -> str:
    """Documents are in the municipality's first language where it is one of those that they exist in."""
    first = municipality["languages"][0]
    return first if first in ("de", "en") else "de"


async def about_figures(request: Request, caller: Caller, row: Document, language: Language | None) -> About:
    """What a workbook says of its figures, in the language in which this reader gets the pages of staff."""
    tenant, town = caller.scope.tenant, await municipality(request, caller)
    chosen = language or language_of(request, of_tenant(tenant, town).for_staff())
    name, title = text(town["name"], chosen, tenant), text(row["title"], chosen, "")
    return About(name, title, chosen, row["at"], perspectives(row, chosen))


def perspectives(row: Document, language: str) -> dict[str, str]:
    return {one["id"]: text(one["title"], language, one["id"]) for one in row["perspectives"]}


def file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, headers=headers, media_type=media_type)
