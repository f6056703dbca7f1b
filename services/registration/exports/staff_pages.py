"""Pages on which a municipality sees its district or members over time, and takes all its data along."""

from __future__ import annotations

from datetime import date

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.text.languages import BERLIN
from services.registration.applications.staff_pages import moment
from services.registration.erasures.erasures import SERVICES
from services.registration.page_context import page_context
from services.registration.permissions import Coordinator

router = APIRouter(prefix="/registration/{tenant}/settings", include_in_schema=False)


@router.get("/members")
async def list_members(request: Request, caller: Coordinator, on: Filter = "") -> Response:
    """Of a district: its members on a day and all that was said of them. Of a member: its districts."""
    page = await page_context(request, caller, staff=True)
    municipalities, is_district = page.services.municipalities, page.facts["kind"] == "district"
    day = _day(on) or page.now.astimezone(BERLIN).date()
    memberships = await (municipalities.history if is_district else municipalities.memberships)(page.scope)
    return page.render(
        "staff/settings_members.html",
        here="members",
        is_district=is_district,
        on=day.isoformat(),
        members=await municipalities.members(page.scope, day, page.now) if is_district else [],
        memberships=[{**one, "recorded_at": moment(one["recorded_at"])} for one in memberships],
    )


@router.get("/data")
async def export_data(request: Request, caller: Coordinator) -> Response:
    page = await page_context(request, caller, staff=True)
    exports = [(name, f"/{name}/v1/{page.scope.tenant}/export") for name in SERVICES]
    leaving = await page.services.offboarding.announced(page.scope.tenant)
    return page.render("staff/settings_data.html", here="data", exports=exports, leaving=leaving)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
