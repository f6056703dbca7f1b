"""The page on which a municipality says how it writes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.http.permissions import Caller
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services
from services.notifications.settings.schemas import SettingsBody
from services.notifications.staff_frame import home, new_form, received_form, render

router = APIRouter(prefix="/notifications/{tenant}/settings", include_in_schema=False)

PURPOSE = "settings"


@router.get("")
async def settings(request: Request, caller: Coordinator) -> Response:
    """Sender, reminders, quiet hours, and what DNS says of the sender."""
    shown = await get_services(request).settings.show(caller.scope)
    return await _page(request, caller, new_form(request, caller, PURPOSE, _initial(shown)), shown)


@router.post("")
async def save(request: Request, caller: Coordinator) -> Response:
    """Save, or look at DNS: by the button that was pressed."""
    form, services = await received_form(request, caller, PURPOSE), get_services(request)
    if form.ok:
        with form.refusals(names={"/quiet_hours/from": "quiet_from", "/quiet_hours/until": "quiet_until"}):
            await services.settings.save(caller.scope, _body(form))
            if form.value("do") == "check":
                await services.settings.check_sender(caller.scope)
            return see_other(f"{home(caller)}settings")
    return await _page(request, caller, form, await services.settings.show(caller.scope), 422)


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


async def _page(request: Request, caller: Caller, form: Form, shown: dict[str, Any], status: int = 200) -> Response:
    return await render(request, caller, "staff/settings.html", status, form=form, shown=shown)
