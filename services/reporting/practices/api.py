"""HTTP of the practice library."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chassis.http.app import json_response
from chassis.http.base_schemas import Filter, Key, Language, Limit
from chassis.http.routing import APIRouter
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.pagination import Cursor
from chassis.text.text_types import bounded_integer
from services.reporting.domain.practice import Command, Confirm, Publish, Retire, Return, Submit, Write
from services.reporting.http import read_idempotency_key
from services.reporting.permissions import Coordinator, LibraryReader, ProgrammeOffice, Staff
from services.reporting.practices.library import content_as_json
from services.reporting.practices.schemas import PracticeBody, PracticeChange, ReturnNote, Size
from services.reporting.practices.search import Filters
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/v1", tags=["practices"])

Cost = Annotated[int, bounded_integer(0, 1_000_000_000, in_address=True)]


@router.get("/practices", summary="Search the library")
async def search_practices(
    request: Request,
    caller: LibraryReader,
    q: Filter = "",
    field: Filter = "",
    size: Size | None = None,
    language: Language | None = None,
    cost: Cost | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """The best first, each with the words that were `matched`; without `q` the newest. `cost`: at most so many euros. Without a
    role only what is public."""
    library = get_services(request).practices
    filters = Filters(field or None, size, language, not caller.is_staff, cost)
    practices, next_cursor = await library.find(q, "de", filters, limit, cursor or "")
    return {"items": [await library.describe(one, matched=matched) for one, matched in practices], "next": next_cursor}


@router.get("/practices/submitted", summary="What waits for the programme office")
async def list_submitted_practices(request: Request, caller: ProgrammeOffice) -> dict[str, Any]:
    """The longest waiting first."""
    library = get_services(request).practices
    return {"items": [await library.describe(one, own=True) for one in await library.list_submitted()], "next": None}


@router.get("/practices/{id}", summary="A practice of the library")
async def get_practice(request: Request, caller: LibraryReader, id: str) -> dict[str, Any]:
    """With the municipality's name only where it wants. Without a role only what is public."""
    library = get_services(request).practices
    return await library.describe(await library.get_published(id, public=not caller.is_staff))


@router.post("/practices/{id}/publication", summary="Publish a submitted practice")
async def publish_practice(request: Request, caller: ProgrammeOffice, id: str, key: Key = None) -> dict[str, Any]:
    """It stands in the library from now on."""
    return await _carry_out_for_office(request, id, Publish(), read_idempotency_key(request, key))


@router.post("/practices/{id}/return", summary="Ask for changes")
async def return_practice(
    request: Request, caller: ProgrammeOffice, id: str, body: ReturnNote, key: Key = None
) -> dict[str, Any]:
    """The municipality sees the note at its draft."""
    return await _carry_out_for_office(request, id, Return(body.note), read_idempotency_key(request, key, body))


@router.get("/{tenant}/practices", summary="The municipality's own practices")
async def list_own_practices(request: Request, caller: Staff) -> dict[str, Any]:
    """Drafts, submitted, published and retired ones, the newest first."""
    library = get_services(request).practices
    practices = await library.list_all(caller.scope)
    return {"items": [await library.describe(one, own=True) for one in practices], "next": None}


@router.post("/{tenant}/practices", summary="Begin a practice", status_code=201)
async def create_practice(request: Request, caller: Coordinator, body: PracticeBody, key: Key = None) -> Response:
    """A draft: nobody else sees it until it is submitted."""
    library = get_services(request).practices
    practice, replayed = await library.create(caller.scope, body.content(), read_idempotency_key(request, key, body))
    return json_response(await library.describe(practice, own=True), 201, replayed)


@router.get("/{tenant}/practices/{id}", summary="One of the municipality's own")
async def get_own_practice(request: Request, caller: Staff, id: str) -> dict[str, Any]:
    library = get_services(request).practices
    return await library.describe(await library.get(caller.scope, id), own=True)


@router.patch("/{tenant}/practices/{id}", summary="Change a practice")
async def change_practice(request: Request, caller: Coordinator, id: str, body: PracticeChange) -> dict[str, Any]:
    """The draft; what is published stays until the next publication. A JSON Merge Patch: what is left out stays, null takes away."""
    library = get_services(request).practices
    before = await library.get(caller.scope, id)
    content = before.state.draft or before.state.published
    assert content is not None
    try:
        changed = body.of(content_as_json(content)).content()
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None
    after = await library.carry_out(caller.scope, id, Write(changed), revision=body.revision or before.revision)
    return await library.describe(after, own=True)


@router.post("/{tenant}/practices/{id}/submission", summary="Submit to the programme office")
async def submit_practice(request: Request, caller: Coordinator, id: str, key: Key = None) -> dict[str, Any]:
    """The programme office reviews it then. Raises 422 where parts that readers need are missing."""
    return await _carry_out_own(request, caller, id, Submit(), key)


@router.post("/{tenant}/practices/{id}/confirmation", summary="Say that it still holds")
async def confirm_practice(request: Request, caller: Coordinator, id: str, key: Key = None) -> dict[str, Any]:
    return await _carry_out_own(request, caller, id, Confirm(), key)


@router.post("/{tenant}/practices/{id}/retirement", summary="Take it out of the library")
async def retire_practice(request: Request, caller: Coordinator, id: str, key: Key = None) -> dict[str, Any]:
    """For good; a new one can be written."""
    return await _carry_out_own(request, caller, id, Retire(), key)


@router.post("/{tenant}/practices/{id}/publication", summary="Publish a submitted practice")
async def publish_practice_of_municipality(
    request: Request, caller: ProgrammeOffice, id: str, key: Key = None
) -> dict[str, Any]:
    """As without the municipality in the path."""
    library = get_services(request).practices
    return await library.describe(
        await library.carry_out(caller.scope, id, Publish(), read_idempotency_key(request, key)), own=True
    )


async def _carry_out_own(
    request: Request, caller: Coordinator, id: str, command: Command, key: str | None
) -> dict[str, Any]:
    library = get_services(request).practices
    return await library.describe(
        await library.carry_out(caller.scope, id, command, read_idempotency_key(request, key)), own=True
    )


async def _carry_out_for_office(request: Request, id: str, command: Command, key: IdempotencyKey) -> dict[str, Any]:
    library = get_services(request).practices
    scope, _ = await library.get_with_scope(id)
    return await library.describe(await library.carry_out(scope, id, command, key), own=True)
