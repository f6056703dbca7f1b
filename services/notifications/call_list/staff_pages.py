"""The page of the call list: whom to call, what to say, and the outcome."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.storage.pagination import Cursor
from chassis.text.translations import mark
from services.notifications.call_list.outcomes import CallOutcome
from services.notifications.domain.next_call import next_call_time
from services.notifications.permissions import Desk
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)

ON_A_PAGE = 50
PURPOSE = "calls"
TAKEN = mark("This number is yours now. Others see that you call.")
LET_GO = mark("Others can call this number again.")
CALLED: dict[CallOutcome, str] = {
    "reached": mark("Noted: they were told."),
    "comes": mark("Noted: they come."),
    "cancels": mark("Noted: they do not come. Their seats are given back."),
    "not_reached": mark("Noted: not reached. The call comes back onto the list when it is to be tried again."),
    "wrong_number": mark("Noted: the number is wrong. They get a letter where their address is known."),
}


@router.get("/calls")
async def show_calls(
    request: Request, caller: Desk, kind: Filter = "", language: Filter = "", later: bool = False, after: Cursor = None
) -> Response:
    """Show whom to call, those never tried first: why, in which language, what to say."""
    page = await staff_page(request, caller)
    return await _render_calls(page, kind, language, page.form(PURPOSE), later=later, after=after)


@router.post("/calls/{id}")
async def record_call_outcome(
    request: Request, caller: Desk, id: str, outcome: Annotated[CallOutcome, Query()]
) -> Response:
    """Record the outcome of a call. The filters one had chosen stay."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)
    kind, language = form.value("kind")[:40], form.value("language")[:40]

    async def act() -> Response:
        await page.services.calls.record_outcome(
            page.scope,
            id,
            outcome,
            page.idempotency_key(f"call {id}", form, outcome),
            by=page.actor,
            next_at=next_call_time(form.value("next"), page.now) if outcome == "not_reached" else None,
        )
        return page.done(f"{page.home}calls?kind={_url_safe(kind)}&language={_url_safe(language)}", CALLED[outcome])

    return await answer_form(form, act, partial(_render_calls, page, kind, language))


@router.post("/calls/{id}/taking")
async def take_or_release_number(request: Request, caller: Desk, id: str) -> Response:
    """Take a number, or release it: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)
    kind, language = form.value("kind")[:40], form.value("language")[:40]

    async def act() -> Response:
        calls, address = (
            page.services.calls,
            f"{page.home}calls?kind={_url_safe(kind)}&language={_url_safe(language)}#c-{id}",
        )
        if form.value("do") == "let-go":
            await calls.release(page.scope, id, page.actor)
            return page.done(address, LET_GO)
        await calls.claim(page.scope, id, page.actor)
        return page.done(address, TAKEN)

    return await answer_form(form, act, partial(_render_calls, page, kind, language))


async def _render_calls(
    page: StaffPage,
    kind: str,
    language: str,
    form: Form,
    status: int = 200,
    *,
    later: bool = False,
    after: str | None = None,
) -> Response:
    calls = page.services.calls
    calls_page = await calls.page(
        page.scope, kind=kind, language=language, later=later, cursor=after, limit=ON_A_PAGE, by=page.actor
    )
    kinds, spoken = await calls.repository.kinds_and_languages(page.scope)
    return page.render(
        "staff/calls.html",
        status,
        calls=[_moments(entry) for entry in calls_page.items],
        next=calls_page.next,
        total=await calls.repository.count(page.scope, page.now),
        waiting=await calls.repository.count(page.scope, page.now, later=True),
        later=later,
        form=form,
        kinds=kinds,
        spoken=spoken,
        kind_asked=kind,
        language_asked=language,
        letters=len(await page.services.letters.list_waiting(page.scope)),
    )


def _url_safe(name: str) -> str:
    """The name of a kind or language, which has letters, digits and hyphens only; empty for anything else."""
    return name if name.replace("-", "").isalnum() else ""


def _moments(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with its times as datetimes, for templates."""
    gathering = entry["gathering"]
    if gathering:
        gathering = {**gathering, "starts_at": datetime.fromisoformat(gathering["starts_at"])}
    return {
        **entry,
        "at": datetime.fromisoformat(entry["at"]),
        **{
            name: datetime.fromisoformat(entry[name]) if entry.get(name) else None
            for name in ("until", "call_after", "taken_until")
        },
        "attempts": [{**attempt, "at": datetime.fromisoformat(attempt["at"])} for attempt in entry["attempts"]],
        "gathering": gathering,
        "also": [_moments(other) for other in entry.get("also", ())],
    }
