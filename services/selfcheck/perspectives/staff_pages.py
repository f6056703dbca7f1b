"""Perspectives compared, as a picture to be read from the back of a room (`?large`), with a table that says the same."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from services.selfcheck.assessments.assessments import to_response
from services.selfcheck.permissions import Staff
from services.selfcheck.perspectives import picture
from services.selfcheck.staff_page import StaffPage, from_the_reveal_on, staff_page

router = APIRouter(prefix="/selfcheck/{tenant}/assessments/{id}/perspectives", include_in_schema=False)


@router.get("")
async def show_perspectives(request: Request, caller: Staff, id: str) -> Response:
    """All fields of action."""
    page = await staff_page(request, caller)
    return await from_the_reveal_on(page, id, _show(page, id))


@router.get("/{field}")
async def show_field(request: Request, caller: Staff, id: str, field: str) -> Response:
    """The questions of one field, with the way to the field before and after it."""
    page = await staff_page(request, caller)
    return await from_the_reveal_on(page, id, _show(page, id, field))


async def _show(page: StaffPage, id: str, field: str | None = None) -> Response:
    services = page.services
    assessment = await services.assessments.get(page.scope, id)
    fields = (await services.assessments.questionnaire(assessment)).fields
    ids = [one.id for one in fields]
    if field is not None and field not in ids:
        raise not_found("field")
    place = -1 if field is None else ids.index(field)
    return page.render(
        "staff/perspectives.html",
        assessment=to_response(assessment),
        compared=await services.comparison.compare(page.scope, assessment, field),
        picture=picture,
        here=page.address(id),
        before=fields[place - 1] if place > 0 else None,
        after=fields[place + 1] if place + 1 < len(fields) else None,
        large="large" in page.request.query_params,
    )
