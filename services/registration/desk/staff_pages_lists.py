"""Pages of the desk's lists: who is registered, filtered and searched, and what is printed for the door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.storage.pagination import Cursor, cursor_at
from chassis.text.translations import mark
from services.registration.desk.lists import ACTIVE, SEATED, RegistrationFilter
from services.registration.desk.staff_frame import gathering_of, render
from services.registration.page_context import PageContext, page_context
from services.registration.permissions import Desk
from services.registration.questions.answer_texts import answer_texts
from services.registration.questions.answering import questions_shown, sees_special
from services.registration.questions.wording import for_readers
from services.registration.seats.documents import Answer

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)

PER_PAGE = 50
STATUSES = {
    "confirmed": mark("confirmed"),
    "arrived": mark("is here"),
    "unconfirmed": mark("not confirmed yet"),
    "offered": mark("seat offered"),
    "waiting": mark("waiting"),
    "cancelled": mark("cancelled"),
    "lapsed": mark("lapsed"),
}
CHANNELS = {"web": mark("website"), "phone": mark("telephone"), "email": mark("e-mail"), "helper": mark("a helper")}


@router.get("/list")
async def list_registrations(
    request: Request,
    caller: Desk,
    id: str,
    status: Filter = "",
    language: Filter = "",
    support: Filter = "",
    channel: Filter = "",
    cursor: Cursor = None,
) -> Response:
    """List registrations. Filters stand in the address, because they are not personal; whom one looks for does not."""
    page = await page_context(request, caller, staff=True)
    filters = {
        "status": status if status in STATUSES else "",
        "language": language,
        "support": support,
        "channel": channel,
    }
    set_filters = {name: value for name, value in filters.items() if value}
    listed = await page.services.lists.page(
        page.scope, id, RegistrationFilter(**{"status": ACTIVE, **set_filters}), PER_PAGE, cursor
    )
    next_page = urlencode({**set_filters, "cursor": cursor_at(listed["next"])}) if listed["next"] else ""
    return await _list(page, id, page.form(f"list:{id}"), listed["items"], filters, next_page)


@router.post("/list")
async def search_registrations(request: Request, caller: Desk, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"list:{id}")
    q = form.value("q")[:200]
    people = await page.services.search.find(page.scope, id, q, PER_PAGE) if form.ok else []
    return await _list(page, id, form, people, dict.fromkeys(("status", "language", "support", "channel"), ""), "", q)


@router.get("/print/{what}")
async def print_registrations(
    request: Request, caller: Desk, id: str, what: Literal["attendance", "badges", "needs"]
) -> Response:
    """Show a list for paper: signatures, name badges, who needs what. Whoever has seats, by name."""
    page = await page_context(request, caller, staff=True)
    gathering = await gathering_of(page, id)
    special = sees_special(caller)
    people = [registration async for registration in _with_seats(page, id, special)]
    people.sort(key=lambda person: str(person["name"]).casefold())
    wishes = {
        offer["id"]: [person for person in people if offer["id"] in person["support"]] for offer in gathering["support"]
    }
    questions = for_readers(questions_shown(gathering), special)
    texts_by_person = [
        (person, {question.id: texts for question, texts in answer_texts(page, questions, person)}) for person in people
    ]
    answers = [
        (question, [(person, texts[id]) for person, texts in texts_by_person if id in texts])
        for id, question in questions.items()
    ]
    return render(page, f"desk_print_{what}.html", gathering, people=people, wishes=wishes, answers=answers)


async def _with_seats(page: PageContext, id: str, special: bool) -> AsyncIterator[Answer]:
    for status in SEATED:
        async for registration in page.services.lists.iterate(
            page.scope, id, RegistrationFilter(status), special=special
        ):
            yield registration


async def _list(
    page: PageContext, id: str, form: Form, people: list[Answer], filters: dict[str, Any], next_page: str, q: str = ""
) -> Response:
    gathering = await gathering_of(page, id)
    words = page.pages.texts(page.request, page.brand)
    query = urlencode({name: value for name, value in filters.items() if value})
    return render(
        page,
        "desk_list.html",
        gathering,
        200 if form.ok else 422,
        people=people,
        filters=filters,
        search=form,
        next=next_page,
        q=q,
        most=PER_PAGE,
        counts=await page.services.lists.counts(page.scope, id),
        statuses=list(STATUSES),
        query=query,
        state_options=[(key, words.gettext(word)) for key, word in STATUSES.items()],
        channel_options=[(key, words.gettext(word)) for key, word in CHANNELS.items()],
        api=f"/registration/v1/{page.scope.tenant}/gatherings/{id}/registrations",
    )
