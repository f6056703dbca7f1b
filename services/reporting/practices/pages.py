"""The public part of the practice library, for everybody and in all languages: what municipalities made public."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.pages import language_of
from chassis.storage.pagination import Cursor
from chassis.text.languages import LANGUAGES, pick
from services.reporting.http import render
from services.reporting.permissions import LibraryReader
from services.reporting.practices.library_search import LibrarySearch, endonyms
from services.reporting.practices.structured_data import article
from services.reporting.services import get_services

router = APIRouter(prefix="/reporting/library", include_in_schema=False)
PAGE = 30


@router.get("")
async def search_practices(
    request: Request,
    caller: LibraryReader,
    q: Filter = "",
    field: Filter = "",
    size: Filter = "",
    cost: Filter = "",
    language: Filter = "",
    cursor: Cursor = None,
) -> Response:
    services = get_services(request)
    search = LibrarySearch(q, field, size, cost, language)
    filters = search.filters(public=True)
    practices, next_cursor = await services.practices.find(q, language_of(request), filters, PAGE, cursor or "")
    fields = await services.assessments.list_fields_of_action()
    return render(
        request,
        "library.html",
        practices=[await services.practices.describe(one, matched=matched) for one, matched in practices],
        fields=[{"id": one.id, "title": one.title} for one in fields],
        endonyms=endonyms(),
        search=search,
        next_page=search.onward(next_cursor),
    )


@router.get("/{id}")
async def show_practice(request: Request, caller: LibraryReader, id: str) -> Response:
    """With data for search engines."""
    services = get_services(request)
    practice = await services.practices.describe(await services.practices.get_published(id, public=True))
    titles = {one.id: one.title for one in await services.assessments.list_fields_of_action()}
    language = language_of(request)
    keywords = [pick(titles[id], language)[0] for id in practice["fields"] if id in titles]
    address = f"{request.app.state.context.settings.public_url}/reporting/library/{practice['id']}"
    return render(
        request,
        "library_practice.html",
        practice=practice,
        titles=titles,
        endonyms=endonyms(),
        structured=article(practice, address, language, keywords),
        address=address,
        languages=sorted(LANGUAGES),
    )
