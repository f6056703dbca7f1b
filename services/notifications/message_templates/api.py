"""HTTP of templates."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.routing import APIRouter
from services.notifications.message_templates.editing_staff import Draft
from services.notifications.message_templates.schemas import (
    Preview,
    Publication,
    TemplateList,
    TemplateResponse,
    TemplateText,
    TestSent,
)
from services.notifications.permissions import Coordinator
from services.notifications.services import get_services

router = APIRouter(prefix="/notifications/v1/{tenant}/templates", tags=["templates"])


@router.get("", response_model=TemplateList, summary="All texts")
async def list_templates(request: Request, caller: Coordinator) -> dict[str, Any]:
    """List each kind of message with its placeholders and the state of its text in each language."""
    return {"items": await get_services(request).templates.list(caller.scope), "next": None}


@router.get("/{kind}/{language}", response_model=TemplateResponse, summary="One text")
async def get_template(request: Request, caller: Coordinator, kind: str, language: str) -> dict[str, Any]:
    """Get one text: the draft or else what is in force, the product's own text, and all versions."""
    return await get_services(request).templates.show(caller.scope, kind, language)


@router.put("/{kind}/{language}", response_model=TemplateResponse, summary="Save a draft")
async def save_template_draft(
    request: Request, caller: Coordinator, kind: str, language: str, body: TemplateText
) -> dict[str, Any]:
    """Save a draft; it is not used before it is published. Unknown placeholders are 422."""
    draft = Draft(body.subject, body.body, body.sms)
    return await get_services(request).templates.save(caller.scope, kind, language, draft)


@router.delete("/{kind}/{language}", response_model=TemplateResponse, summary="Back to the product's own text")
async def restore_default_template(request: Request, caller: Coordinator, kind: str, language: str) -> dict[str, Any]:
    """Use the product's own text again; the versions stay."""
    return await get_services(request).templates.back_to_default(caller.scope, kind, language)


@router.post("/{kind}/{language}/preview", response_model=Preview, summary="How a text reads")
async def preview_template(
    request: Request, caller: Coordinator, kind: str, language: str, body: TemplateText | None = None
) -> dict[str, Any]:
    """Preview a text as mail, text message, letter and call, with invented people: the given text, else the draft, else what is in force."""
    draft = Draft(body.subject, body.body, body.sms) if body else None
    return await get_services(request).template_previews.preview(caller.scope, kind, language, draft)


@router.post("/{kind}/{language}/publication", response_model=TemplateResponse, summary="Publish a text")
async def publish_template(
    request: Request, caller: Coordinator, kind: str, language: str, body: Publication | None = None
) -> dict[str, Any]:
    """Put the draft in force, or an earlier version again."""
    version = body.version if body else None
    return await get_services(request).templates.publish(caller.scope, kind, language, version)


@router.post("/{kind}/{language}/test", response_model=TestSent, summary="Send a text to oneself")
async def send_template_test(request: Request, caller: Coordinator, kind: str, language: str) -> dict[str, Any]:
    """Send the draft, or what is in force, with invented people to the caller's own address."""
    return await get_services(request).template_previews.test(caller, kind, language)
