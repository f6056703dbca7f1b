"""The page of a municipality's settings for messages."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.notifications.mail.refusals_staff import why_server_fails
from services.notifications.permissions import Coordinator
from services.notifications.settings.own_server import try_again_after
from services.notifications.settings.schemas import SettingsBody
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}/settings", include_in_schema=False)

PURPOSE, TEST = "settings", "sender-test"
CHECKED = mark("Your changes are saved, and DNS was asked about your address.")
TESTED = mark("A test mail is on its way to you. Please look whether it arrives, also among spam.")
SIGNED_IN = tuple(code for code in LANGUAGES if code != "de-simple")
"""Languages a signature can be in; Leichte Sprache reads the German one."""
SMTP, SMS = (
    ("url", "username", "password"),
    ("gateway", "sender", "user", "key", "secret", "partner", "url", "price_cents"),
)
FIELDS = {
    "/quiet_hours/from": "quiet_from",
    "/quiet_hours/until": "quiet_until",
    **{f"/send_days/{channel}": f"send_{channel}" for channel in ("email", "sms", "call")},
    "/digest/at": "digest_at",
    "/digest/days": "digest_days",
    **{f"/signature/{code}": f"signature_{code}" for code in SIGNED_IN},
    **{f"/smtp/{name}": f"smtp_{name}" for name in SMTP},
    **{f"/sms/{name}": f"sms_{name}" for name in SMS},
}
"""Names of the form's fields by pointer."""


@router.get("")
async def show_settings(request: Request, caller: Coordinator) -> Response:
    """Show sender, reminders, quiet hours, and what DNS and their own mail server say of the sender."""
    page = await staff_page(request, caller)
    stored = _initial(await page.services.settings.show(page.scope))
    return await _render_settings(page, remember(page.form(PURPOSE, stored), stored))


@router.post("")
async def save_settings(request: Request, caller: Coordinator) -> Response:
    """Save the settings and, where that button was pressed, check the sender."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)
    merge(form, _initial(await page.services.settings.show(page.scope)))

    async def act() -> Response:
        await page.services.settings.save(page.scope, _body(form))
        if form.value("do") == "check":
            await page.services.settings.check_sender(page.scope)
            return page.done(f"{page.home}settings", CHECKED)
        return page.done(f"{page.home}settings", SAVED)

    return await answer_form(form, act, partial(_render_settings, page), FIELDS)


@router.post("/test")
async def send_sender_test(request: Request, caller: Coordinator) -> Response:
    """Send a test mail to oneself by what is saved."""
    page = await staff_page(request, caller)
    await page.received(TEST)
    stored = _initial(await page.services.settings.show(page.scope))

    async def act() -> Response:
        await page.services.sender_test.send(caller, page.language)
        return page.done(f"{page.home}settings", TESTED)

    return await answer_form(remember(page.form(PURPOSE, stored), stored), act, partial(_render_settings, page))


def _initial(shown: dict[str, Any]) -> dict[str, Any]:
    hours = shown["quiet_hours"] or {}
    return {
        "from_name": shown["from_name"],
        "from_address": shown["from_address"],
        "reply_to": shown["reply_to"],
        **{f"signature_{code}": shown["signature"].get(code, "") for code in SIGNED_IN},
        **{f"smtp_{name}": (shown["smtp"] or {}).get(name, "") for name in ("url", "username")},
        **{
            f"sms_{name}": (shown["sms"] or {}).get(name, "")
            for name in ("gateway", "sender", "user", "partner", "url")
        },
        "sms_price_cents": _decimal((shown["sms"] or {}).get("price_cents")),
        "digest_at": (shown["digest"] or {}).get("at", ""),
        "digest_days": [str(day) for day in (shown["digest"] or {"days": range(1, 6)})["days"]],
        **{f"send_{channel}": [str(day) for day in days] for channel, days in shown["send_days"].items()},
        "quiet_from": hours.get("from", ""),
        "quiet_until": hours.get("until", ""),
        "reminders": ", ".join(str(reminder["days_before"]) for reminder in shown["reminders"]),
        "calls_reminders": ["yes"] if shown["calls_reminders"] else [],
        "stopped": ["yes"] if shown["stopped"] else [],
    }


def _body(form: Form) -> SettingsBody:
    """Raises ValidationError."""
    for name in ("send_email", "send_sms", "send_call", "digest_days"):
        form.set_value(
            name, form.chosen(name)
        )  # where no day is ticked a browser sends nothing, and the error has to stand there
    begin, until = form.value("quiet_from"), form.value("quiet_until")
    days = form.value("reminders").replace(",", " ").split()
    return SettingsBody.typed(
        {
            "from_name": form.value("from_name"),
            "from_address": form.value("from_address"),
            "reply_to": form.value("reply_to"),
            "signature": {
                code: signature.replace("\r\n", "\n")
                for code in SIGNED_IN
                if (signature := form.value(f"signature_{code}"))
            },
            "smtp": _part(form, "smtp", SMTP, "url"),
            "sms": _part(form, "sms", SMS, "gateway"),
            "digest": {"at": form.value("digest_at"), "days": form.chosen("digest_days")}
            if form.value("digest_at")
            else None,
            "send_days": {channel: form.chosen(f"send_{channel}") for channel in ("email", "sms", "call")},
            "quiet_hours": {"from": begin, "until": until} if begin or until else None,
            "reminders": [{"days_before": days_before} for days_before in days],
            "calls_reminders": bool(form.chosen("calls_reminders")),
            "stopped": bool(form.chosen("stopped")),
        }
    )


def _part(form: Form, prefix: str, names: tuple[str, ...], required: str) -> dict[str, Any] | None:
    """What the form says of a server or gateway; None where the field that each has to have is empty."""
    if not form.value(f"{prefix}_{required}"):
        return None
    return {name: form.value(f"{prefix}_{name}") for name in names if form.value(f"{prefix}_{name}")}


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")


async def _render_settings(page: StaffPage, form: Form, status: int = 200) -> Response:
    for name in ("smtp_password", "sms_key", "sms_secret"):
        form.set_value(name, [""])  # a secret is never sent back to a browser
    shown = await page.services.settings.show(page.scope)
    reason = shown["sender"]["server_failure"]
    return page.render(
        "staff/settings.html",
        status,
        form=form,
        shown=shown,
        signed_in=SIGNED_IN,
        test_form=page.form(TEST),
        server_fails=why_server_fails(reason) if reason else "",
        again_after=round(try_again_after(reason).total_seconds() / 60),
    )
