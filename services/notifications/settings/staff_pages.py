"""The page on which a municipality says how it writes."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.pages.forms import Form, answer_form
from services.notifications.permissions import Coordinator
from services.notifications.settings.schemas import SettingsBody
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}/settings", include_in_schema=False)

PURPOSE = "settings"
FIELDS = {"/quiet_hours/from": "quiet_from", "/quiet_hours/until": "quiet_until"}


@router.get("")
async def settings(request: Request, caller: Coordinator) -> Response:
    """Sender, reminders, quiet hours, and what DNS says of the sender."""
    page = await staff_page(request, caller)
    shown = await page.services.settings.show(page.scope)
    return await _settings(page, page.form(PURPOSE, _initial(shown)))


@router.post("")
async def save(request: Request, caller: Coordinator) -> Response:
    """Save, or look at DNS: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> str:
        await page.services.settings.save(page.scope, _body(form))
        if form.value("do") == "check":
            await page.services.settings.check_sender(page.scope)
        return f"{page.home}settings"

    return await answer_form(form, act, partial(_settings, page), FIELDS)


def _initial(shown: dict[str, Any]) -> dict[str, Any]:
    hours = shown["quiet_hours"] or {}
    return {
        "from_name": shown["from_name"],
        "from_address": shown["from_address"],
        "reply_to": shown["reply_to"],
        "signature": shown["signature"].get("de", ""),
        "quiet_from": hours.get("from", ""),
        "quiet_until": hours.get("until", ""),
        "reminders": ", ".join(str(one["days_before"]) for one in shown["reminders"]),
        "calls_reminders": ["yes"] if shown["calls_reminders"] else [],
        "stopped": ["yes"] if shown["stopped"] else [],
    }


def _body(form: Form) -> SettingsBody:
    """Raises ValidationError."""
    begin, until = form.value("quiet_from"), form.value("quiet_until")
    days = form.value("reminders").replace(",", " ").split()
    return SettingsBody.typed(
        {
            "from_name": form.value("from_name"),
            "from_address": form.value("from_address"),
            "reply_to": form.value("reply_to"),
            "signature": {"de": form.value("signature").replace("\r\n", "\n")},
            "quiet_hours": {"from": begin, "until": until} if begin or until else None,
            "reminders": [{"days_before": one} for one in days],
            "calls_reminders": bool(form.chosen("calls_reminders")),
            "stopped": bool(form.chosen("stopped")),
        }
    )


async def _settings(page: StaffPage, form: Form, status: int = 200) -> Response:
    shown = await page.services.settings.show(page.scope)
    return page.render("staff/settings.html", status, form=form, shown=shown)
