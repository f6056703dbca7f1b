"""The page where a coordinator keeps seats for groups that are to be reached, and releases them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from services.registration.domain.quotas import MOST_QUOTAS
from services.registration.page_context import PageContext, page_context, with_times
from services.registration.permissions import Coordinator
from services.registration.planning.staff_pages_part import save_part
from services.registration.quotas import staff_quota_form as quota_form

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)


@router.get("/quotas")
async def show_quotas(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    stored = quota_form.filled(gathering["quotas"])
    return await _show(page, gathering, remember(page.form(f"quotas:{id}", stored), stored))


@router.post("/quotas")
async def change_quotas(request: Request, caller: Coordinator, id: str) -> Response:
    """Save what was entered, or what one button says of one quota: release its seats, take it out."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"quotas:{id}")
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    stored_quotas: list[dict[str, Any]] = gathering["facts"]["quotas"]
    act, _, quota_id = form.value("act").partition(" ")
    if act == "release":
        changed = [{**one, "until": page.now} if one["id"] == quota_id else one for one in stored_quotas]
    elif act == "out":
        changed = [one for one in stored_quotas if one["id"] != quota_id]
    else:
        merge(form, quota_form.filled(gathering["quotas"]))
        changed = quota_form.quotas(form, page.languages, stored_quotas, gathering["former_quotas"]) if form.ok else []

    return await answer_form(
        form,
        lambda: save_part(page, id, "quotas", changed, form),
        lambda form, status: _show(page, gathering, form, status),
        quota_form.places(changed, stored_quotas, page.languages[0]),
    )


async def _show(page: PageContext, gathering: dict[str, Any], form: Form, status: int = 200) -> Response:
    ended = gathering["status"] == "cancelled" or page.now >= datetime.fromisoformat(gathering["starts_at"])
    return page.render(
        "staff/quotas.html",
        status,
        gathering=with_times(gathering),
        form=form,
        here=f"{page.home}desk/{gathering['id']}",
        ended=ended,
        most=MOST_QUOTAS,
        languages=[(code, LANGUAGES[code].endonym) for code in page.languages],
    )
