"""The page of a joint self-check: the municipalities side by side and together, one table for each perspective."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from services.reporting.domain.joint import WHOLE
from services.reporting.http import frame, render
from services.reporting.joint.api import joint_of
from services.reporting.permissions import Staff
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/{tenant}/joint-assessments", include_in_schema=False)


@router.get("/{id}")
async def show_joint_assessment(request: Request, caller: Staff, id: str) -> Response:
    await frame(request, caller)
    row, comparison = await joint_of(request, caller, id)
    tenant = caller.scope.tenant
    return render(
        request,
        "staff/joint.html",
        row=row,
        names=await get_services(request).municipalities.get_names((*comparison.members, row.district)),
        members=comparison.members,
        home=f"/reporting/{tenant}/",
        tables=[(None, comparison.of(WHOLE)), *((one.title, comparison.of(one.id)) for one in row.perspectives)],
        agreed=[line for line in comparison.of(WHOLE) if line.together.agreed],
        files=f"/reporting/v1/{tenant}/joint-assessments/{id}",
    )
