"""Pages on which a municipality adds languages: the template, the upload, what a version says, how pages look in it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from chassis.http.base_schemas import Filter, Number
from chassis.http.problems import Problem, invalid
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from programme.frames import added_language
from services.registration.gatherings.pages import municipality_page
from services.registration.gatherings.pages_gathering import gathering_html
from services.registration.gatherings.visibility import window_of
from services.registration.http import actor_key
from services.registration.interface_languages.api import po_file
from services.registration.interface_languages.po_files import WrongFile, decoded
from services.registration.interface_languages.schemas import NewCatalogue, Tag
from services.registration.page_context import PageContext, page_context
from services.registration.permissions import Coordinator

router = APIRouter(prefix="/registration/{tenant}/settings/languages", include_in_schema=False)

NOT_SENT = mark("That was a preview: nobody was signed up.")

NO_FILE = mark("Please choose the translated file.")
MISTAKES = mark("The file has mistakes, which are listed below with their lines. Nothing was taken from it.")
UPLOADED = mark("The file is taken. Look at it, then publish it.")
PUBLISHED = mark("Residents can now choose this language.")
WITHDRAWN = mark("Residents can't choose this language any more.")
PLACES = {"/name": "name", "/language": "code", "/falls_back_to": "falls_back_to", "/catalogue": "file"}


@router.get("")
async def list_interface_languages(request: Request, caller: Coordinator) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _listed(page, page.form("language", {"falls_back_to": "en"}))


@router.get("/template")
async def get_catalogue_template(request: Request, caller: Coordinator, template_code: Filter = "") -> Response:
    """The file to translate; where the tag is none, the page says so at its field."""
    page = await page_context(request, caller, staff=True)
    template_form = Form("", initial={"template_code": template_code})
    with template_form.refusals({"/language": "template_code"}):
        content = await page.services.interface_languages.template(page.scope, template_code)
        return po_file(content, template_code)
    return await _listed(page, page.form("language", {"falls_back_to": "en"}), 422, template_form=template_form)


@router.post("")
async def upload_catalogue(request: Request, caller: Coordinator) -> Response:
    """A translated file, as a draft."""
    page = await page_context(request, caller, staff=True)
    form = await page.received("language")
    upload = (await request.form()).get("file")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    form.require("code", "falls_back_to")
    if not content:
        form.error("file", NO_FILE)
    mistakes: list[tuple[str, Any]] = []
    if form.ok:
        try:
            body = NewCatalogue.typed(
                {
                    "name": form.value("name"),
                    "falls_back_to": form.value("falls_back_to"),
                    "catalogue": decoded(content),
                }
            )
            idempotency_key = page.idempotency_key("language", form, hashlib.sha256(content).hexdigest())
            answer, _ = await page.services.interface_languages.upload(
                page.scope, form.value("code"), body, actor_key(request, caller), idempotency_key
            )
            return page.done(f"{page.home}settings/languages/{answer['code']}/{answer['version']}", UPLOADED)
        except WrongFile as wrong:
            mistakes = [(one.message, one.values) for one in wrong.mistakes]
        except Problem as problem:
            errors_in_file = [error for error in problem.errors if error.pointer.startswith("/catalogue/")]
            mistakes = [(error.message, error.values) for error in errors_in_file]
            other_errors = [error for error in problem.errors if error not in errors_in_file]
            if other_errors or not errors_in_file:
                form.show_problem(invalid(*other_errors) if other_errors else problem, PLACES)
        if mistakes:
            form.error("file", MISTAKES)
    return await _listed(page, form, 422, mistakes=mistakes)


@router.get("/{language}/{version}")
async def show_catalogue_version(request: Request, caller: Coordinator, language: Tag, version: Number) -> Response:
    """Every sentence with its translation, those that are missing first."""
    page = await page_context(request, caller, staff=True)
    return await _version(page, language, version, page.form(f"language:{language}"))


@router.post("/{language}/{version}/publication")
async def publish_catalogue(request: Request, caller: Coordinator, language: Tag, version: Number) -> Response:
    """Residents can choose the language from now on, and read this version."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"language:{language}")

    async def act() -> Response:
        idempotency_key = page.idempotency_key(f"publish {language} {version}", form)
        await page.services.interface_languages.publish(
            page.scope, language, version, actor_key(request, caller), idempotency_key
        )
        return page.done(f"{page.home}settings/languages", PUBLISHED)

    return await answer_form(form, act, lambda form, status: _version(page, language, version, form, status))


@router.post("/{language}/{version}/withdrawal")
async def withdraw_language(request: Request, caller: Coordinator, language: Tag, version: Number) -> Response:
    """Nobody reads in the language any more."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"language:{language}")

    async def act() -> Response:
        idempotency_key = page.idempotency_key(f"withdraw {language}", form)
        await page.services.interface_languages.withdraw(
            page.scope, language, actor_key(request, caller), idempotency_key
        )
        return page.done(f"{page.home}settings/languages", WITHDRAWN)

    return await answer_form(form, act, lambda form, status: _version(page, language, version, form, status))


@router.get("/{language}/{version}/preview")
async def show_preview(
    request: Request, caller: Coordinator, language: Tag, version: Number, gathering: Filter = ""
) -> Response:
    """A page of residents as it reads in this version: of the municipality, or of one of its gatherings. Nobody else sees it, and
    forms on it register nobody."""
    page = await page_context(request, caller)
    interface_languages = page.services.interface_languages
    catalogue_version = await interface_languages.version(page.scope, language, version)
    words = await interface_languages.words(page.scope, language, version)
    added = replace(
        added_language({**catalogue_version, "digest": f"{page.scope.tenant} {language} {version}"}), words=words
    )
    page = page.in_added_language(added)
    request.state.shown_in = added
    if not gathering:
        return await municipality_page(page)
    shown_gathering = await page.services.gatherings.get(page.scope, gathering, page.now)
    form = page.form("preview", {"language": language, "companions": 0})
    html = await gathering_html(page, shown_gathering, window_of(shown_gathering, page.now), form, None)
    return page.pages.answer(request, html, brand=page.brand)


@router.post("/{language}/{version}/preview")
async def refuse_sign_up(request: Request, caller: Coordinator, language: Tag, version: Number) -> Response:
    """A form that was sent on a page that is only looked at."""
    page = await page_context(request, caller, staff=True)
    return page.done(f"{page.home}settings/languages/{quote(language, safe='')}/{version}", NOT_SENT)


async def _listed(
    page: PageContext,
    form: Form,
    status: int = 200,
    mistakes: list[tuple[str, Any]] | None = None,
    template_form: Form | None = None,
) -> Response:
    return page.render(
        "staff/languages.html",
        status,
        form=form,
        template_form=template_form or Form("", initial={}),
        mistakes=mistakes or [],
        interface_languages=[_with_times(one) for one in await page.services.interface_languages.list_all(page.scope)],
        names=await page.services.interface_languages.names(page.scope),
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
        here="languages",
    )


async def _version(page: PageContext, code: str, version: int, form: Form, status: int = 200) -> Response:
    catalogue_version = await page.services.interface_languages.version(page.scope, code, version)
    upcoming = await page.services.gatherings.list_for_staff(page.scope, page.now)
    return page.render(
        "staff/language.html",
        status,
        form=form,
        version=catalogue_version,
        missing=[one for one in catalogue_version["messages"] if not one["translation"]],
        translated=[one for one in catalogue_version["messages"] if one["translation"]],
        gathering=next((one for one in upcoming if one["status"] == "published"), None),
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
        here="languages",
    )


def _with_times(language: dict[str, Any]) -> dict[str, Any]:
    return {**language, "steps": [{**one, "at": datetime.fromisoformat(one["at"])} for one in language["steps"]]}
