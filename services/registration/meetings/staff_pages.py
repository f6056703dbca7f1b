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
    known: list[dict[str, Any]] = gathering["facts"]["meetings"]
    if not form.value("act"):
        merge(form, meetings_form.filled(known))
    wanted = _wanted(form, gathering, page, published) if form.ok else []
    # One date is the gathering's own.
    given: dict[str, Any] = {"meetings": []} | span(wanted) if len(wanted) == 1 else {"meetings": wanted}
    language = page.languages[0]

    async def carry_out() -> Response | None:
        if form.value("back"):
            return _show(page, gathering, form)
        if published and not form.value("sure"):
            preview = await page.services.planning.preview(page.scope, id, given, language)
            if preview["changed"]:
                return review(page, gathering, form, preview)
        else:
            await page.services.planning.change(
                page.scope, id, given, language, page.idempotency_key(f"meetings {id}", form)
            )
        return page.done(f"{page.home}desk/{id}/meetings", SAVED)

    async def show(form: Form, status: int) -> Response:
        return _show(page, gathering, form, status)

    return await answer_form(form, carry_out, show, meetings_form.places(wanted, known))


def _wanted(form: Form, found: dict[str, Any], page: PageContext, published: bool) -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = found["facts"]["meetings"]
    act, _, which = form.value("act").partition(" ")
    if not known:
        return meetings_form.repeated(form, found["facts"]) if act == "repeat" else []
    if act == "single" and not published:
        return known[:1]
    if act == "out" and not published:
        return [one for one in known if one["id"] != which]
    return meetings_form.meetings(form, known, page.now, published)


def _show(page: PageContext, found: dict[str, Any], form: Form, status: int = 200) -> Response:
    return page.render(
        "staff/meetings.html",
        status,
        gathering=with_times(found),
        form=form,
        here=f"{page.home}desk/{found['id']}",
        ended=found["status"] == "cancelled" or page.now >= found["facts"]["ends_at"],
        most=MOST_MEETINGS,
        now=page.now,
    )
