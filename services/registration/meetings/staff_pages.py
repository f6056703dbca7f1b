"""The page where a coordinator makes a course of a gathering: its dates, by a rule or one by one."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from services.registration.domain.meetings import MOST_MEETINGS, span
from services.registration.meetings import staff_meetings_form as meetings_form
from services.registration.page_context import PageContext, page_context, with_times
from services.registration.permissions import Coordinator
from services.registration.planning.staff_pages_review import review

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)


@router.get("/meetings")
async def show_meetings(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    stored = meetings_form.filled(gathering["facts"]["meetings"])
    return _show(page, gathering, remember(page.form(f"meetings:{id}", stored), stored))


@router.post("/meetings")
async def change_meetings(request: Request, caller: Coordinator, id: str) -> Response:
    """Save what was entered, or what one button says: make the dates by a rule, take one out, keep the first alone. Of a published
    gathering one first sees what the change will do."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"meetings:{id}")
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    published = gathering["status"] == "published"
    stored_meetings: list[dict[str, Any]] = gathering["facts"]["meetings"]
    if not form.value("act"):
        merge(form, meetings_form.filled(stored_meetings))
    new_meetings = _changed_meetings(form, gathering, page, published) if form.ok else []
    changes: dict[str, Any] = {"meetings": new_meetings}
    if len(new_meetings) == 1:  # one date is the gathering's own
        changes = {"meetings": []} | span(new_meetings)
    language = page.languages[0]

    async def carry_out() -> Response | None:
        if form.value("back"):
            return _show(page, gathering, form)
        if published and not form.value("sure"):
            preview = await page.services.planning.preview(page.scope, id, changes, language)
            if preview["changed"]:
                return review(page, gathering, form, preview)
        else:
            await page.services.planning.change(
                page.scope, id, changes, language, page.idempotency_key(f"meetings {id}", form)
            )
        return page.done(f"{page.home}desk/{id}/meetings", SAVED)

    async def show(form: Form, status: int) -> Response:
        return _show(page, gathering, form, status)

    return await answer_form(form, carry_out, show, meetings_form.places(new_meetings, stored_meetings))


def _changed_meetings(
    form: Form, gathering: dict[str, Any], page: PageContext, published: bool
) -> list[dict[str, Any]]:
    """The meetings as they become by what was entered, or by the button that was pressed."""
    stored_meetings: list[dict[str, Any]] = gathering["facts"]["meetings"]
    act, _, meeting_id = form.value("act").partition(" ")
    if not stored_meetings:
        return meetings_form.repeated(form, gathering["facts"]) if act == "repeat" else []
    if act == "single" and not published:
        return stored_meetings[:1]
    if act == "out" and not published:
        return [one for one in stored_meetings if one["id"] != meeting_id]
    return meetings_form.meetings(form, stored_meetings, page.now, published)


def _show(page: PageContext, gathering: dict[str, Any], form: Form, status: int = 200) -> Response:
    return page.render(
        "staff/meetings.html",
        status,
        gathering=with_times(gathering),
        form=form,
        here=f"{page.home}desk/{gathering['id']}",
        ended=gathering["status"] == "cancelled" or page.now >= gathering["facts"]["ends_at"],
        most=MOST_MEETINGS,
        now=page.now,
    )
