"""HTTP API of the languages that a municipality adds to its residents' pages."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import Key, Number
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from services.registration.http import actor_key, read_idempotency_key
from services.registration.interface_languages.schemas import (
    LanguageResponse,
    NewCatalogue,
    Tag,
    UploadedVersion,
    VersionWithMessages,
)
from services.registration.permissions import Coordinator
from services.registration.response_models import Page, file_of
from services.registration.services import get_services

router = APIRouter(prefix="/registration/v1/{tenant}/interface-languages")

PO = "text/x-gettext-translation"


@router.get("", response_model=Page[LanguageResponse])
async def list_interface_languages(request: Request, caller: Coordinator) -> Response:
    """The languages that the municipality added, published or not."""
    languages = await get_services(request).interface_languages.list_all(caller.scope)
    return json_response({"items": languages, "next": None})


@router.get("/{language}", response_model=LanguageResponse)
async def get_interface_language(request: Request, caller: Coordinator, language: Tag) -> Response:
    """A language with its versions and what was done with it."""
    return json_response(await get_services(request).interface_languages.get(caller.scope, language))


@router.get("/{language}/template.po", response_class=Response, **file_of(PO))
async def get_catalogue_template(request: Request, caller: Coordinator, language: Tag) -> Response:
    """The catalogue to translate, a gettext file: English sentences, German ones as comments, and what is translated already."""
    content = await get_services(request).interface_languages.template(caller.scope, language)
    return po_file(content, language)


@router.post("/{language}/versions", status_code=201, response_model=UploadedVersion, **refusals("too-many-languages"))
async def upload_catalogue(
    request: Request, caller: Coordinator, language: Tag, body: NewCatalogue, key: Key = None
) -> Response:
    """A translated catalogue, as a draft. What is wrong with the file is said with its line (`/catalogue/12`)."""
    idempotency_key = read_idempotency_key(request, key, body)
    answer, replayed = await get_services(request).interface_languages.upload(
        caller.scope, language, body, actor_key(request, caller), idempotency_key
    )
    return json_response(answer, 201, replayed)


@router.get("/{language}/versions/{version}", response_model=VersionWithMessages)
async def get_catalogue_version(request: Request, caller: Coordinator, language: Tag, version: Number) -> Response:
    """A version with every sentence and its translation."""
    return json_response(await get_services(request).interface_languages.version(caller.scope, language, version))


@router.post("/{language}/versions/{version}/publication", response_model=LanguageResponse)
async def publish_catalogue(
    request: Request, caller: Coordinator, language: Tag, version: Number, key: Key = None
) -> Response:
    """Residents can choose the language from now on, and read this version."""
    answer, replayed = await get_services(request).interface_languages.publish(
        caller.scope, language, version, actor_key(request, caller), read_idempotency_key(request, key)
    )
    return json_response(answer, 200, replayed)


@router.post("/{language}/withdrawal", response_model=LanguageResponse)
async def withdraw_language(request: Request, caller: Coordinator, language: Tag, key: Key = None) -> Response:
    """Nobody reads in the language any more; its versions stay."""
    answer, replayed = await get_services(request).interface_languages.withdraw(
        caller.scope, language, actor_key(request, caller), read_idempotency_key(request, key)
    )
    return json_response(answer, 200, replayed)


def po_file(content: bytes, code: str) -> Response:
    """A catalogue to be kept. Only a tag that is one gets here, so it may stand in the file's name."""
    disposition = f'attachment; filename="{code.strip()}.po"'
    return Response(content, media_type=PO, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})
