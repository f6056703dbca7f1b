"""HTTP API of joint self-checks: reads only, for the district and for members whose figures are in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from chassis.clock import rfc3339
from chassis.http.permissions import ANY_STAFF, Caller, Permission
from chassis.http.problems import not_found
from chassis.storage.mongo import Document
from chassis.text.languages import format_datetime
from services.reporting.api import Language, about_figures, document_language, file, municipality, perspectives
from services.reporting.domain.joint import Comparison
from services.reporting.domain.profile import text
from services.reporting.joint import JointReports
from services.reporting.joint_report import JointReport, joint_pdf
from services.reporting.tabular import joint_csv
from services.reporting.workbook import MEDIA_TYPE, joint_xlsx

router = APIRouter(prefix="/reporting/v1/{tenant}/joint-assessments")
Staff = Annotated[Caller, Permission(*ANY_STAFF)]


@router.get("")
async def listed(request: Request, caller: Staff) -> dict[str, Any]:
    """Those that are closed, the newest first."""
    return {"items": await joint_reports(request).listed(caller.scope), "next": None}


@router.get("/{id}")
async def one(request: Request, caller: Staff, id: str) -> dict[str, Any]:
    row, comparison = await joint_of(request, caller, id)
    return {
        "id": id,
        "title": row["title"],
        "district": row["district"],
        "as_of": rfc3339(row["at"]),
        "perspectives": row["perspectives"],
        **comparison.plain(),
    }


@router.get("/{id}/data.csv")
async def data(request: Request, caller: Staff, id: str) -> Response:
    """A row for each municipality, field and perspective; together has an empty municipality."""
    row, comparison = await joint_of(request, caller, id)
    return file(joint_csv(comparison, rfc3339(row["at"])), "text/csv; charset=utf-8", "joint.csv")


@router.get("/{id}/data.xlsx")
async def workbook(request: Request, caller: Staff, id: str, language: Language | None = None) -> Response:
    """The same as a workbook, in the reader's language unless another is asked for."""
    row, comparison = await joint_of(request, caller, id)
    about = await about_figures(request, caller, row, language)
    district, members = await _called(request, row, comparison, about.language)
    about = replace(about, municipality=district)
    content = await asyncio.to_thread(joint_xlsx, about, comparison, members)
    return file(content, MEDIA_TYPE, "joint.xlsx")


@router.get("/{id}/report.pdf")
async def report(request: Request, caller: Staff, id: str, language: Language | None = None) -> Response:
    """For the district's council, in the language of the municipality that asks unless another is asked for."""
    row, comparison = await joint_of(request, caller, id)
    chosen = language or document_language(await municipality(request, caller))
    district, members = await _called(request, row, comparison, chosen)
    document = JointReport(
        district,
        text(row["title"], chosen, id),
        chosen,
        format_datetime(row["at"], chosen),
        comparison,
        members,
        perspectives(row, chosen),
    )
    return file(await asyncio.to_thread(joint_pdf, document), "application/pdf", "joint-report.pdf")


def joint_reports(request: Request) -> JointReports:
    reports: JointReports = request.app.state.joint_reports
    return reports


async def names(request: Request, slugs: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """What municipalities are called; one that is not known (any more) is called by its slug."""
    directory = request.app.state.tenant_registry
    known = {slug: await directory.tenant(slug) for slug in slugs}
    return {slug: facts["name"] if facts else {"de": slug} for slug, facts in known.items()}


async def _called(request: Request, row: Document, comparison: Comparison, language: str) -> tuple[str, list[str]]:
    """The district and its members by name, in this language."""
    known = await names(request, (row["district"], *comparison.members))
    titles = {slug: text(name, language, slug) for slug, name in known.items()}
    return titles[row["district"]], [titles[slug] for slug in comparison.members]


async def joint_of(request: Request, caller: Caller, id: str) -> tuple[Document, Comparison]:
    """Raises Problem 404, also for one that is not closed yet."""
    found = await joint_reports(request).one(caller.scope, id)
    if found is None:
        raise not_found("joint self-check")
    return found
