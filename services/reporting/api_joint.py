"""HTTP API of joint self-checks: reads only, for the district and for members whose figures are in."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from chassis.audience import ANY_STAFF, Audience, Caller
from chassis.clock import rfc3339
from chassis.mongo import Document
from chassis.problems import not_found
from chassis.spreadsheets import guarded
from services.reporting.domain.joint import Comparison
from services.reporting.domain.profile import text
from services.reporting.joint import JointReports

router = APIRouter(prefix="/reporting/v1/{tenant}/joint-assessments")
Staff = Annotated[Caller, Audience(*ANY_STAFF)]
HEADER = ("municipality", "field", "title", "perspective", "score", "coverage", "answered", "as_of")


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
    headers = {"Content-Disposition": 'inline; filename="joint.csv"', "Cache-Control": "private, no-store"}
    return Response(_csv(row, comparison), headers=headers, media_type="text/csv; charset=utf-8")


def joint_reports(request: Request) -> JointReports:
    reports: JointReports = request.app.state.joint_reports
    return reports


async def joint_of(request: Request, caller: Caller, id: str) -> tuple[Document, Comparison]:
    """Raises Problem 404, also for one that is not closed yet."""
    found = await joint_reports(request).one(caller.scope, id)
    if found is None:
        raise not_found("joint self-check")
    return found


def _csv(row: Document, comparison: Comparison) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for line in comparison.rows:
        title = text(line.title, "de", line.field or "overall")
        cells = zip((*comparison.members, ""), (*line.figures, line.together), strict=True)
        for member, figure in cells:
            head = [guarded(member), guarded(line.field), guarded(title), guarded(line.perspective)]
            writer.writerow([*head, figure.score, figure.coverage, figure.answered, rfc3339(row["at"])])
    return out.getvalue().encode("utf-8-sig")
