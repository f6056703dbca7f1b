"""The page of a joint self-check: the municipalities side by side and together, one table for each perspective."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from chassis.http.permissions import ANY_STAFF, Caller, Permission
from chassis.pages.brand import of_tenant
from chassis.pages.pages import Pages
from services.reporting.api import municipality
from services.reporting.api_joint import joint_of, names
from services.reporting.domain.joint import WHOLE

router = APIRouter(prefix="/reporting/{tenant}/joint-assessments", include_in_schema=False)
Staff = Annotated[Caller, Permission(*ANY_STAFF)]


@router.get("/{id}")
async def one(request: Request, caller: Staff, id: str) -> Response:
    tenant = caller.scope.tenant
    brand = of_tenant(tenant, await municipality(request, caller)).for_staff()
    request.state.brand = brand
    row, comparison = await joint_of(request, caller, id)
    pages: Pages = request.app.state.pages
    return pages.render(
        request,
        "staff/joint.html",
        brand=brand,
        row=row,
        names=await names(request, (*comparison.members, row["district"])),
        members=comparison.members,
        home=f"/reporting/{tenant}/",
        tables=[
            (None, comparison.of(WHOLE)),
            *((one["title"], comparison.of(one["id"])) for one in row["perspectives"]),
        ],
        agreed=[line for line in comparison.of(WHOLE) if line.together.agreed],
        files=f"/reporting/v1/{tenant}/joint-assessments/{id}",
    )
