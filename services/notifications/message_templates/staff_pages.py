"""Pages on which a municipality writes the texts of its messages."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from chassis.text.languages import LANGUAGES
from services.notifications.domain.messages import CONTENTS
from services.notifications.message_templates.editing_staff import Draft
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services
from services.notifications.staff_frame import home, new_form, received_form, render

router = APIRouter(prefix="/notifications/{tenant}/templates", include_in_schema=False)

PURPOSE = "templates"


@router.get("")
async def kinds(request: Request, caller: Coordinator) -> Response:
    """All kinds of messages, and where each language stands."""
    listed = await get_services(request).templates.list(caller.scope)
    return await render(request, caller, "staff/templates.html", kinds=listed, languages=LANGUAGES)


@router.get("/{kind}")
async def side_by_side(request: Request, caller: Coordinator, kind: str) -> Response:
    """One kind in all languages side by side."""
    if kind not in CONTENTS:
        raise not_found("kind of message")
    templates = get_services(request).templates
    shown = [
        (await templates.show(caller.scope, kind, code), await templates.preview(caller.scope, kind, code))
        for code in LANGUAGES
    ]
    return await render(request, caller, "staff/template_languages.html", name=kind, shown=shown)


@router.get("/{kind}/{language}")
async def edit(request: Request, caller: Coordinator, kind: str, language: str) -> Response:
    """The form of one text, with how it reads."""
    shown = await get_services(request).templates.show(caller.scope, kind, language)
    initial = {name: shown[name] or "" for name in ("subject", "body", "sms")}
    return await _edit(request, caller, kind, language, new_form(request, caller, PURPOSE, initial))


@router.post("/{kind}/{language}")
async def save(request: Request, caller: Coordinator, kind: str, language: str) -> Response:
    """Save a draft, publish it, send it to oneself, or go back to the product's own text: by the button that was pressed."""
    form = await received_form(request, caller, PURPOSE)
    templates, scope = get_services(request).templates, caller.scope
    if form.ok:
        with form.refusals():
            match form.value("do"):
                case "default":
                    await templates.back_to_default(scope, kind, language)
                case "publish":
                    await templates.save(scope, kind, language, _draft(form))
                    await templates.publish(scope, kind, language)
                case "test":
                    await templates.save(scope, kind, language, _draft(form))
                    if caller.identity is not None and caller.identity.email:
                        await templates.test(scope, kind, language, caller.identity.email)
                case _:
                    await templates.save(scope, kind, language, _draft(form))
            return see_other(f"{home(caller)}templates/{kind}/{language}")
    return await _edit(request, caller, kind, language, form, 422)


def _draft(form: Form) -> Draft:
    return Draft(form.value("subject"), form.value("body").replace("\r\n", "\n"), form.value("sms") or None)


async def _edit(request: Request, caller: Caller, kind: str, language: str, form: Form, status: int = 200) -> Response:
    templates = get_services(request).templates
    shown: dict[str, Any] = await templates.show(caller.scope, kind, language)
    preview = await templates.preview(caller.scope, kind, language)
    return await render(
        request,
        caller,
        "staff/template.html",
        status,
        name=kind,
        code=language,
        shown=shown,
        preview=preview,
        form=form,
    )
