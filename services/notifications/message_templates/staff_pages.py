"""Pages on which a municipality edits the templates of its messages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import Request, Response

from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.notifications.domain.messages import CONTENTS
from services.notifications.message_templates.editing_staff import Draft
from services.notifications.permissions import Coordinator
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}/templates", include_in_schema=False)

PURPOSE = "templates"
DRAFTED = mark("The draft is saved. Nobody gets it until you publish it.")
PUBLISHED = mark("Your text is saved and in use from now on.")
DEFAULT = mark("The text of the platform is in use again. Your versions are kept.")
TESTED = mark("The draft is saved, and a mail with invented people is on its way to you.")


@router.get("")
async def show_templates(request: Request, caller: Coordinator) -> Response:
    """Show all kinds of messages with the state of the text in each language."""
    page = await staff_page(request, caller)
    kinds = await page.services.templates.list(page.scope)
    return page.render("staff/templates.html", kinds=kinds, languages=LANGUAGES)


@router.get("/{kind}")
async def show_languages_side_by_side(request: Request, caller: Coordinator, kind: str) -> Response:
    """Show one kind of message in all languages side by side."""
    if kind not in CONTENTS:
        raise not_found("kind of message")
    page = await staff_page(request, caller)
    templates, previews, scope = page.services.templates, page.services.template_previews, page.scope
    shown = [(await templates.show(scope, kind, code), await previews.preview(scope, kind, code)) for code in LANGUAGES]
    return page.render("staff/template_languages.html", name=kind, shown=shown)


@router.get("/{kind}/{language}")
async def show_editor(request: Request, caller: Coordinator, kind: str, language: str) -> Response:
    """Show the form for one text, with a preview."""
    page = await staff_page(request, caller)
    stored = _stored(await page.services.templates.show(page.scope, kind, language))
    return await _render_editor(page, kind, language, remember(page.form(PURPOSE, stored), stored))


@router.post("/{kind}/{language}")
async def save_publish_test_or_restore(request: Request, caller: Coordinator, kind: str, language: str) -> Response:
    """Save a draft, publish it, send it to oneself, or go back to the product's own text: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)
    templates, scope = page.services.templates, page.scope
    merge(form, _stored(await templates.show(scope, kind, language)))

    async def act() -> Response:
        match form.value("do"):
            case "default":
                await templates.back_to_default(scope, kind, language)
                notice = DEFAULT
            case "publish":
                await templates.save(scope, kind, language, _draft(form))
                await templates.publish(scope, kind, language)
                notice = PUBLISHED
            case "test":
                await templates.save(scope, kind, language, _draft(form))
                await page.services.template_previews.test(caller, kind, language)
                notice = TESTED
            case _:
                await templates.save(scope, kind, language, _draft(form))
                notice = DRAFTED
        return page.done(f"{page.home}templates/{kind}/{language}", notice)

    return await answer_form(form, act, partial(_render_editor, page, kind, language))


def _stored(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A text as the form's fields hold it."""
    return {name: shown[name] or "" for name in ("subject", "body", "sms")}


def _draft(form: Form) -> Draft:
    return Draft(form.value("subject"), form.value("body").replace("\r\n", "\n"), form.value("sms") or None)


async def _render_editor(page: StaffPage, kind: str, language: str, form: Form, status: int = 200) -> Response:
    shown: dict[str, Any] = await page.services.templates.show(page.scope, kind, language)
    preview = await page.services.template_previews.preview(page.scope, kind, language)
    return page.render("staff/template.html", status, name=kind, code=language, shown=shown, preview=preview, form=form)
