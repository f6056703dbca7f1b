"""The page on which a member of staff chooses how messages reach them."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from services.notifications.digests.schemas import PreferencesBody
from services.notifications.domain.digests import KINDS
from services.notifications.permissions import Desk
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}/preferences", include_in_schema=False)

PURPOSE, KIND = "preferences", "kind."
FIELDS = {"/digest/at": "digest_at", "/digest/days": "digest_days"}


@router.get("")
async def show_preferences(request: Request, caller: Desk) -> Response:
    """Show the choice for each kind of message, and the time of the digest."""
    page = await staff_page(request, caller)
    stored = _initial(await page.services.preferences.show(caller))
    return await _render_preferences(page, remember(page.form(PURPOSE, stored), stored))


@router.post("")
async def save_preferences(request: Request, caller: Desk) -> Response:
    """Save what was chosen."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)
    merge(form, _initial(await page.services.preferences.show(caller)))

    async def act() -> Response:
        await page.services.preferences.save(caller, _body(form))
        return page.done(f"{page.home}preferences", SAVED)

    return await answer_form(form, act, partial(_render_preferences, page), FIELDS)


def _initial(shown: dict[str, Any]) -> dict[str, Any]:
    own = shown["digest"] or {}
    return {
        **{KIND + kind: chosen or "" for kind, chosen in shown["kinds"].items()},
        "digest_at": own.get("at", ""),
        "digest_days": [str(day) for day in own.get("days", range(1, 6))],
    }


def _body(form: Form) -> PreferencesBody:
    """Raises ValidationError."""
    at = form.value("digest_at")
    return PreferencesBody.typed(
        {
            "kinds": {kind: chosen for kind in KINDS if (chosen := form.value(KIND + kind))},
            "digest": {"at": at, "days": form.chosen("digest_days")} if at else None,
        }
    )


async def _render_preferences(page: StaffPage, form: Form, status: int = 200) -> Response:
    shown = await page.services.preferences.show(page.caller)
    return page.render("staff/preferences.html", status, form=form, shown=shown)
