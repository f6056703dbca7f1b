"""Pages of a person's rights, behind the link in their mail: what is stored, what they agree to, erasing it, the certificate."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from chassis.text.languages import pick
from chassis.text.translations import mark
from services.registration.domain.consent import PURPOSES
from services.registration.erasures.certificate import PARTS, pdf, retained
from services.registration.erasures.schemas import ErasureRequest
from services.registration.page_context import PageContext, page_context
from services.registration.permissions import HolderOfPage

router = APIRouter(prefix="/registration/{tenant}/my/{id}/{code}/data", include_in_schema=False)

TEXTS = {
    "photos": mark("The municipality may publish photos of the meeting on which I can be seen."),
    "later_events": mark("The municipality may tell me of later meetings."),
}
TEXT_VERSION = "1"
"""Of the sentences above; new words are a new version."""


async def _holder_page(request: Request, caller: Caller, code: str) -> PageContext:
    """The page context of whoever has the code: they act as the holder of the link, signed in or not."""
    return await page_context(request, caller.as_holder(code))


@router.get("")
async def show_stored_data(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    page = await _holder_page(request, caller, code)
    return await _stored(page, id, page.form(f"data:{id}"))


@router.get("/mine.json")
async def download_stored_data(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    """All stored data as JSON, to be kept or taken elsewhere."""
    page = await _holder_page(request, caller, code)
    response = json_response(await page.services.person_exports.export(page.caller, id))
    response.headers["Content-Disposition"] = 'attachment; filename="registration.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/consents")
async def set_consents(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    """What is ticked is agreed to, what is not is taken back."""
    page = await _holder_page(request, caller, code)
    form = await page.received(f"data:{id}")
    if not form.ok:
        return await _stored(page, id, form, 422)
    for purpose in PURPOSES:
        granted = bool(form.value(purpose))
        await page.services.person_exports.decide(page.caller, id, purpose, granted, TEXT_VERSION)
    return see_other(f"{page.home}my/{id}/{code}/data#consents")


@router.post("/erasure")
async def erase_stored_data(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    """The whole registration, or one name in it (`who`: `companion 2`, `helper`)."""
    page = await _holder_page(request, caller, code)
    form = await page.received(f"data:{id}")
    form.require("sure")
    if not form.ok:
        return await _stored(page, id, form, 422)
    who, _, number = (form.value("who") or "registration").partition(" ")
    with form.refusals():
        erasure_request = ErasureRequest.typed({"person_id": id, "who": who, "companion": number or None})
        certificate, _ = await page.services.erasures.request(page.caller, erasure_request)
        return see_other(f"{page.home}my/{id}/{code}/data/erasure/{certificate['id']}")
    return await _stored(page, id, form, 422)


@router.get("/erasure/{erasure}")
async def show_erasure(request: Request, caller: HolderOfPage, id: str, code: str, erasure: str) -> Response:
    page = await _holder_page(request, caller, code)
    certificate = await page.services.erasures.certificate(page.caller, erasure)
    return page.render(
        "erased.html", **certificate_context(certificate), here=f"{page.home}my/{id}/{code}/data/erasure/{erasure}"
    )


@router.get("/erasure/{erasure}/certificate.pdf")
async def get_certificate_pdf(request: Request, caller: HolderOfPage, id: str, code: str, erasure: str) -> Response:
    page = await _holder_page(request, caller, code)
    return await as_pdf(page, erasure)


async def as_pdf(page: PageContext, erasure: str) -> Response:
    """The certificate on paper, in the reader's language."""
    certificate = await page.services.erasures.certificate(page.caller, erasure)
    language = page.reader_language.supported_code
    say = page.pages.catalogue(language).gettext
    content = await asyncio.to_thread(pdf, certificate, pick(page.facts["name"], language)[0], language, say)
    headers = {"Content-Disposition": 'inline; filename="erasure.pdf"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type="application/pdf")


def certificate_context(certificate: dict[str, Any]) -> dict[str, Any]:
    """A certificate as its page shows it: each part with its time and what stays there, in sentences of the catalogue."""
    parts = []
    for service, name in PARTS.items():
        receipt = certificate["receipts"].get(service)
        at = datetime.fromisoformat(receipt["at"]) if receipt else None
        parts.append(
            {
                "name": name,
                "at": at,
                "removed": sum(receipt["removed"].values()) if receipt else 0,
                "stays": retained(service, receipt),
            }
        )
    return {"certificate": certificate, "parts": parts, "asked_at": datetime.fromisoformat(certificate["asked_at"])}


async def _stored(page: PageContext, id: str, form: Form, status: int = 200) -> Response:
    registration = (await page.services.person_exports.export(page.caller, id))["registration"]
    gathering = await page.services.gatherings.get_for_participants(page.scope, registration["gathering"], page.now)
    labels = {offer["id"]: offer["label"] for offer in gathering["support"]}
    kept_for = next((one["label"] for one in gathering["quotas"] if one["id"] == registration.get("quota")), None)
    consent = registration.get("consent") or {}
    return page.render(
        "data.html",
        status,
        held=registration,
        form=form,
        here=f"{page.home}my/{id}/{page.caller.link}",
        gathering=gathering,
        texts=TEXTS,
        messages=f"/notifications/{page.scope.tenant}/people/{id}/{page.caller.link}/messages.json",
        language_name=page.spoken(registration.get("added_language", ""))[
            registration.get("added_language") or registration["language"]
        ],
        support=[labels[one] for one in registration["support"] if one in labels],
        kept_for=kept_for,
        agreed_at=datetime.fromisoformat(consent["at"]) if consent.get("at") else None,
        agreed_to=consent.get("text_version"),
    )
