"""HTTP API of a municipality's legal texts."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.registration.http import read_idempotency_key
from services.registration.legal_texts.schemas import ListedVersion, NewText, PublishedVersion, Subject, VersionResponse
from services.registration.permissions import Anybody, Coordinator
from services.registration.response_models import Page
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1/{tenant}")


@router.get("/texts/{subject}", response_model=Page[ListedVersion])
async def list_text_versions(request: Request, caller: Anybody, subject: Subject) -> Response:
    """All versions that were ever in force, the newest first."""
    versions = await get_services(request).legal_texts.versions(caller.scope, subject)
    return json_response({"items": versions, "next": None})


@router.get("/texts/{subject}/{version}", response_model=VersionResponse)
async def get_text_version(request: Request, caller: Anybody, subject: Subject, version: str) -> Response:
    """One version of a legal text."""
    return json_response(await get_services(request).legal_texts.get(caller.scope, subject, version))


@router.post("/texts/{subject}", status_code=201, response_model=PublishedVersion, **refusals("published-meanwhile"))
async def publish_text(
    request: Request, caller: Coordinator, subject: Subject, body: NewText, key: Key = None
) -> Response:
    """A new version, in force at once; the older ones stay to be read."""
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await get_services(request).legal_texts.publish(caller.scope, subject, body, idempotency_key)
    return json_response(answer, 201, replayed)
