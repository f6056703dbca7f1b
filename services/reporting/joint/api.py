"""HTTP API of joint self-checks: reads only, for the district and for members whose figures are in."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request, Response

from chassis.clock import rfc3339
from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from services.reporting.council.pdf import as_pdf
from services.reporting.council.sentences import Language
from services.reporting.domain.joint import Comparison
from services.reporting.domain.profile import text
from services.reporting.http import Wanted, file, reader_language
from services.reporting.joint.documents import JointAssessment
from services.reporting.joint.report import JointReport, joint_document
from services.reporting.joint.table import joint_csv
from services.reporting.permissions import Staff
from services.reporting.results.documents import as_json
from services.reporting.services import get_services
from services.reporting.workbook import MEDIA_TYPE, About, joint_xlsx

router = APIRouter(prefix="/reporting/v1/{tenant}/joint-assessments", tags=["joint self-checks"])


@router.get("", summary="Joint self-checks that are closed")
async def list_joint_assessments(request: Request, caller: Staff) -> dict[str, Any]:
    """The newest first."""
    return {"items": await get_services(request).joint.list_all(caller.scope), "next": None}


@router.get("/{id}", summary="The municipalities side by side, and together")
async def get_joint_assessment(request: Request, caller: Staff, id: str) -> dict[str, Any]:
    row, comparison = await joint_of(request, caller, id)
    return {
        "id": id,
        "title": row.title,
        "district": row.district,
        "as_of": rfc3339(row.at),
        "perspectives": as_json(row.perspectives),
        **comparison.as_json(),
    }


@router.get("/{id}/data.csv", summary="The same as a table")
async def get_joint_csv(request: Request, caller: Staff, id: str, language: Wanted = None) -> Response:
    """A row for each municipality, field and perspective; together has an empty municipality."""
    row, comparison = await joint_of(request, caller, id)
    chosen = language or await get_services(request).municipalities.language_of_documents(caller.scope.tenant)
    return file(joint_csv(comparison, chosen, rfc3339(row.at)), "text/csv; charset=utf-8", "joint.csv")


@router.get("/{id}/data.xlsx", summary="The same as a workbook")
async def get_joint_workbook(request: Request, caller: Staff, id: str, language: Wanted = None) -> Response:
    """In the reader's language unless another is asked for."""
    row, comparison = await joint_of(request, caller, id)
    chosen = await reader_language(request, caller, language)
    district, members = await _names(request, row, comparison, chosen)
    about = About(district, text(row.title, chosen, ""), chosen, row.at, _perspective_titles(row, chosen))
    return file(await asyncio.to_thread(joint_xlsx, about, comparison, members), MEDIA_TYPE, "joint.xlsx")


@router.get("/{id}/report.pdf", summary="For the district's council")
async def get_joint_report(request: Request, caller: Staff, id: str, language: Wanted = None) -> Response:
    """In the language of the municipality that asks unless another is asked for."""
    row, comparison = await joint_of(request, caller, id)
    chosen = language or await get_services(request).municipalities.language_of_documents(caller.scope.tenant)
    district, members = await _names(request, row, comparison, chosen)
    title = text(row.title, chosen, id)
    report = JointReport(district, title, chosen, row.at, comparison, members, _perspective_titles(row, chosen))
    return file(await asyncio.to_thread(as_pdf, joint_document(report)), "application/pdf", "joint-report.pdf")


def _perspective_titles(row: JointAssessment, language: Language) -> dict[str, str]:
    return {one.id: text(one.title, language, one.id) for one in row.perspectives}


async def _names(
    request: Request, row: JointAssessment, comparison: Comparison, language: Language
) -> tuple[str, list[str]]:
    """The district and its members by name, in this language."""
    names = await get_services(request).municipalities.get_names((row.district, *comparison.members))
    titles = {slug: text(name, language, slug) for slug, name in names.items()}
    return titles[row.district], [titles[slug] for slug in comparison.members]


async def joint_of(request: Request, caller: Caller, id: str) -> tuple[JointAssessment, Comparison]:
    """The self-check and its figures side by side. Raises Problem 404, also for one that is not closed yet."""
    joint = await get_services(request).joint.get(caller.scope, id)
    if joint is None:
        raise not_found("joint self-check")
    return joint
