"""Pages on which a municipality arranges how it shows itself: profile, crest, legal texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from chassis.http.problems import Problem
from chassis.http.routing import APIRouter
from chassis.pages.brand import parse, readable
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import ENTRY_WRONG, Form
from chassis.text.email_addresses import ADDRESS_WRONG
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.registration.domain.profile import ENFORCEMENT
from services.registration.legal_texts.schemas import NewText, Subject
from services.registration.page_context import PageContext, page_context
from services.registration.permissions import Coordinator
from services.registration.settings.refusals_staff import COLOUR
from services.registration.settings.schemas import ProfileChange

router = APIRouter(prefix="/registration/{tenant}/settings", include_in_schema=False)

SUBJECTS: dict[Subject, str] = {
    "privacy": mark("Data protection"),
    "imprint": mark("Legal notice"),
    "consent": mark("What people agree to when they sign up"),
}
OFFICE_FIELDS = ("office", "email", "phone", "post", "web")
RETENTION = ("unconfirmed_hours", "after_event_days", "consent_proof_days")
_MESSAGES = {
    "phone": mark("Please write a telephone number with its area code, such as 04421 161234."),
    "email": ADDRESS_WRONG,
    "web": mark("Please write the address of a page, beginning with https://."),
    "office": mark("Please name the office as well."),
    "unconfirmed_hours": mark("Please write a number of hours from 1 to 72."),
    "after_event_days": mark("Please write a number of days from 1 to 365."),
    "consent_proof_days": mark("Please write a number of days from 0 to 3650."),
}

TOO_LONG = mark("Please shorten the text to 30,000 characters.")

SAID_BY_RULES = (
    mark("The file is too large. Use a picture of at most 64 kilobytes."),
    mark("Only SVG and PNG pictures can be used."),
    mark("The SVG file is not written in UTF-8. Save it again as plain SVG."),
    mark("The SVG file brings a document type. Save it again as plain SVG."),
    mark("The SVG file is damaged. Save it again as plain SVG."),
    mark("The SVG file does not say how large it is. Save it with a viewBox."),
    mark("The SVG file is too complicated. Simplify it or use a PNG picture."),
    mark(
        "The SVG file holds more than shapes and colours. Save it as plain SVG, without scripts, links and style sheets."
    ),
    mark("The PNG file is damaged. Save it again."),
    mark("The picture is too large. Use one of at most 1024 by 1024 pixels."),
    mark("This kind of PNG can't be used. Save it without interlacing."),
)
"""Sentences of the domain, marked for the catalogues here."""


@router.get("")
async def show_settings(request: Request, caller: Coordinator) -> Response:
    page = await page_context(request, caller, staff=True)
    stored = _stored_fields(await page.services.profiles.get_public(page.scope))
    return await _settings(page, remember(page.form("settings", stored), stored))


@router.post("")
async def save_settings(request: Request, caller: Coordinator) -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received("settings")
    merge(form, _stored_fields(await page.services.profiles.get_public(page.scope)))
    default = form.value("default_language")
    form.require("default_language", f"name.{default}" if default in LANGUAGES else "default_language", "inhabitants")
    if form.ok:
        try:
            await page.services.profiles.change(page.scope, ProfileChange.typed(_body_of(form)))
            return page.done(f"{page.home}settings", SAVED)
        except ValidationError as error:
            for item in error.errors():
                _note_mistake(form, ".".join(str(part) for part in item["loc"]))
        except Problem as problem:
            form.show_problem(problem)
    return await _settings(page, form, 422)


@router.post("/crest")
async def set_crest(request: Request, caller: Coordinator) -> Response:
    """Set the crest, or remove it where that box is ticked."""
    page = await page_context(request, caller, staff=True)
    form = await page.received("crest")
    upload = (await request.form()).get("crest")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    remove = bool(form.value("remove"))
    if form.ok and not content and not remove:
        form.error("crest", mark("Please choose a file."))
    if form.ok:
        with form.refusals({"/": "crest"}):
            await page.services.profiles.set_crest(page.scope, None if remove else content)
            return page.done(f"{page.home}settings", SAVED)
    stored = _stored_fields(await page.services.profiles.get_public(page.scope))
    return await _settings(page, remember(page.form("settings", stored), stored), 422, crest_form=form)


@router.get("/texts")
async def show_texts(request: Request, caller: Coordinator) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _texts(page, {})


@router.post("/texts/{subject}")
async def publish_text(request: Request, caller: Coordinator, subject: Subject) -> Response:
    """Publish a new version of a legal text, in force at once; the older ones stay to be read."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"text:{subject}")
    merge(form, await _stored_text(page, subject))
    default = page.languages[0]
    form.require(f"{subject}.{default}")
    written = {code: form.value(f"{subject}.{code}") for code in page.languages}
    if form.ok:
        fields = {code: f"{subject}.{code}" for code in page.languages}
        with form.refusals(
            {"/text": fields[default], **{f"/text/{code}": name for code, name in fields.items()}}, {"text": TOO_LONG}
        ):
            body = NewText(text={code: text for code, text in written.items() if text})
            await page.services.legal_texts.publish(
                page.scope, subject, body, page.idempotency_key(f"text {subject}", form)
            )
            return page.done(f"{page.home}settings/texts", mark("The new version is in force."))
    return await _texts(page, {subject: form}, 422)


async def _settings(page: PageContext, form: Form, status: int = 200, crest_form: Form | None = None) -> Response:
    return page.render(
        "staff/settings.html",
        status,
        form=form,
        crest_form=crest_form or page.form("crest"),
        here="settings",
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
        own=[(code, LANGUAGES[code].endonym) for code in page.languages],
        enforcement=ENFORCEMENT.get(page.facts.get("state", ""), ""),
    )


async def _texts(page: PageContext, forms: dict[str, Form], status: int = 200) -> Response:
    subjects = []
    for subject, label in SUBJECTS.items():
        texts = page.services.legal_texts
        current = await texts.get(page.scope, subject)
        stored = await _stored_text(page, subject)
        form = forms.get(subject) or remember(page.form(f"text:{subject}", stored), stored)
        versions = [
            {**one, "in_force_from": one["in_force_from"] and datetime.fromisoformat(one["in_force_from"])}
            for one in await texts.versions(page.scope, subject)
        ]
        subjects.append({"subject": subject, "label": label, "current": current, "versions": versions, "form": form})
    return page.render(
        "staff/settings_texts.html",
        status,
        subjects=subjects,
        here="texts",
        own=[(code, LANGUAGES[code].endonym) for code in page.languages],
    )


async def _stored_text(page: PageContext, subject: Subject) -> dict[str, Any]:
    """The text in force as fields of the form."""
    current = await page.services.legal_texts.get(page.scope, subject)
    return {f"{subject}.{code}": (current["text"] or {}).get(code) for code in page.languages}


def _stored_fields(profile: dict[str, Any]) -> dict[str, Any]:
    """The profile as fields of the form."""
    accessibility = profile["accessibility"]
    default, *others = profile["languages"]
    offices = {
        "contact": profile.get("contact"),
        "data_protection": profile.get("data_protection"),
        "enforcement": None if accessibility["enforcement_is_default"] else accessibility["enforcement"],
    }
    texts = {"name": profile["name"], "phone_hours": profile.get("phone_hours"), "barriers": accessibility["barriers"]}
    return {
        "default_language": default,
        "languages": others,
        "inhabitants": profile["inhabitants"],
        "phone": profile.get("phone"),
        "colour": profile.get("colour"),
        **profile["retention"],
        **{f"{name}.{code}": text for name, by_language in texts.items() for code, text in (by_language or {}).items()},
        **{f"{name}.{field}": value for name, office in offices.items() for field, value in (office or {}).items()},
    }


def _body_of(form: Form) -> dict[str, Any]:
    """The fields of the form as the body of the API's call."""
    default = form.value("default_language")
    languages = [default, *(code for code in form.chosen("languages") if code != default)]

    def texts(name: str) -> dict[str, str] | None:
        return {code: text for code in LANGUAGES if (text := form.value(f"{name}.{code}"))} or None

    def office(name: str) -> dict[str, str] | None:
        fields = {field: value for field in OFFICE_FIELDS if (value := form.value(f"{name}.{field}"))}
        return fields or None

    return {
        "name": texts("name"),
        "inhabitants": form.value("inhabitants"),
        "languages": languages,
        "phone": form.value("phone") or None,
        "phone_hours": texts("phone_hours"),
        "colour": form.value("colour") or None,
        "contact": office("contact"),
        "data_protection": office("data_protection"),
        "accessibility": {"barriers": texts("barriers"), "enforcement": office("enforcement")},
        "retention": {name: form.value(name) for name in RETENTION if form.value(name)},
    }


def _note_mistake(form: Form, name: str) -> None:
    """Note at a field what is wrong with it, in words of the catalogue."""
    name = name.removeprefix("accessibility.").removeprefix("retention.")
    if name == "colour":
        colour = form.value("colour").lower()
        try:
            form.error(
                name,
                mark("Neither white nor black text reads well on this colour. Take %(better)s."),
                better=readable(parse(colour)),
            )
        except ValueError:
            form.error(name, COLOUR)
        return
    field = name.rpartition(".")[2]
    # An office without its name has no such field in what was sent.
    is_shown = name in form.names or field == "office"
    form.error(name if is_shown else "", _MESSAGES.get(field, ENTRY_WRONG))
