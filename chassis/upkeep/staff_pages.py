"""Pages of what a service could not handle: an operator sees all of it, coordinators what is their municipality's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller, Permission
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.page_context import PageContext
from chassis.programme import Programme
from chassis.storage.pagination import Cursor, cursor_at
from chassis.text.translations import mark
from chassis.upkeep.dead_letters import DeadLetter, DeadLetters
from chassis.upkeep.due_work import DueWork
from chassis.upkeep.reasons_staff import in_words

ON_A_PAGE = 50
PURPOSE, VALUE = "upkeep", "value."
TRIED = mark("It is being tried again.")
DONE = {
    "retry": TRIED,
    "dismiss": mark("It is given up; what waited behind it goes on."),
    "aside": mark("It is set aside until somebody takes it up again."),
    "take-up": mark("It is taken up again."),
}
"""What is said after a button was pressed."""


@dataclass(frozen=True)
class Upkeep:
    """What the pages of one service show. `words`: what events and jobs are about, for people, by the beginning of their names."""

    service: str
    letters: DeadLetters
    work: DueWork
    words: Mapping[str, str]


def upkeep_router(upkeep: Upkeep, programme: Programme) -> APIRouter:
    """The routes of one service, for the operator and for a municipality."""
    router = APIRouter(prefix=f"/{upkeep.service}", include_in_schema=False)
    operator, caretaker = Permission(programme.operator), Permission(programme.caretaker, programme.operator)

    @router.get("/dead-letters")
    async def show_all(request: Request, after: Cursor = None, caller: Caller = operator) -> Response:
        return await _list_page(upkeep, await _page(request, caller), None, after=after)

    @router.get("/{tenant}/dead-letters")
    async def show_of_tenant(request: Request, after: Cursor = None, caller: Caller = caretaker) -> Response:
        return await _list_page(upkeep, await _page(request, caller), None, after=after)

    @router.post("/dead-letters")
    async def carry_out(request: Request, caller: Caller = operator) -> Response:
        return await _press(upkeep, await _page(request, caller))

    @router.post("/{tenant}/dead-letters")
    async def carry_out_in_tenant(request: Request, caller: Caller = caretaker) -> Response:
        return await _press(upkeep, await _page(request, caller))

    @router.get("/dead-letters/{id}")
    async def show_letter(request: Request, id: str, caller: Caller = operator) -> Response:
        return await _letter_page(upkeep, await _page(request, caller), id, None)

    @router.get("/{tenant}/dead-letters/{id}")
    async def show_letter_of_tenant(request: Request, id: str, caller: Caller = caretaker) -> Response:
        return await _letter_page(upkeep, await _page(request, caller), id, None)

    @router.post("/dead-letters/{id}")
    async def mend_letter(request: Request, id: str, caller: Caller = operator) -> Response:
        return await _mend(upkeep, await _page(request, caller), id)

    @router.post("/{tenant}/dead-letters/{id}")
    async def mend_letter_of_tenant(request: Request, id: str, caller: Caller = caretaker) -> Response:
        return await _mend(upkeep, await _page(request, caller), id)

    return router


async def _page(request: Request, caller: Caller) -> PageContext[None]:
    return await PageContext.of(request, caller, None, request.url.path, staff=True)


def _tenant(page: PageContext[None]) -> str | None:
    return page.request.path_params.get("tenant")


def _services(page: PageContext[None]) -> dict[str, str]:
    """Each service under the name of the first area that it has."""
    programme: Programme = page.request.app.state.programme
    return {area.path.split("/")[1]: area.label for area in reversed(programme.areas)}


def _home(upkeep: Upkeep, page: PageContext[None], service: str = "") -> str:
    tenant = _tenant(page)
    return f"/{service or upkeep.service}/{f'{tenant}/' if tenant else ''}dead-letters"


async def _list_page(
    upkeep: Upkeep, page: PageContext[None], form: Form | None, status: int = 200, after: str | None = None
) -> Response:
    tenant = _tenant(page)
    letters = await upkeep.letters.page(tenant, ON_A_PAGE + 1, after)
    return page.render(
        "staff/dead_letters.html",
        status,
        letters=[_shown(upkeep, one) for one in letters[:ON_A_PAGE]],
        next=cursor_at(letters[ON_A_PAGE - 1].id) if len(letters) > ON_A_PAGE else "",
        work=[(one, _subject(upkeep, one.job)) for one in await upkeep.work.failing(tenant)],
        form=form or page.form(PURPOSE),
        address=_home(upkeep, page),
        services=[(name, label, _home(upkeep, page, name)) for name, label in _services(page).items()],
        service=upkeep.service,
        everywhere=tenant is None,
    )


async def _press(upkeep: Upkeep, page: PageContext[None]) -> Response:
    """Try again, give up, set aside, take up again: by the button that was pressed."""
    form, tenant = await page.received(PURPOSE), _tenant(page)

    async def act() -> Response:
        do, _, target = form.value("do").partition(" ")
        job, _, id = target.partition(" ")
        match do:
            case "retry":
                await upkeep.letters.retry(tenant, target)
            case "dismiss":
                await upkeep.letters.dismiss_and_go_on(tenant, target)
            case "aside":
                await upkeep.work.set_aside(tenant, job, id)
            case "take-up":
                await upkeep.work.resume(tenant, job, id)
        return page.done(_home(upkeep, page), DONE.get(do, SAVED))

    async def show(sent: Form, status: int) -> Response:
        return await _list_page(upkeep, page, sent, status)

    return await answer_form(form, act, show)


async def _letter_page(
    upkeep: Upkeep, page: PageContext[None], id: str, form: Form | None, status: int = 200
) -> Response:
    letter = await upkeep.letters.get(_tenant(page), id)
    values = {VALUE + one.name: one.shown or "" for one in letter.fields}
    return page.render(
        "staff/dead_letter.html",
        status,
        letter=_shown(upkeep, letter),
        fields=letter.fields,
        behind=letter.behind,
        form=form or page.form(PURPOSE, values),
        address=_home(upkeep, page),
    )


async def _mend(upkeep: Upkeep, page: PageContext[None], id: str) -> Response:
    form, tenant = await page.received(PURPOSE), _tenant(page)
    letter = await upkeep.letters.get(tenant, id)
    entered = {one.name: form.value(VALUE + one.name) for one in letter.fields if VALUE + one.name in form.names}
    changed = {
        one.name: entered[one.name] for one in letter.fields if one.name in entered and entered[one.name] != one.shown
    }

    async def act() -> Response:
        values = {name: text for name, text in changed.items() if text or not _personal(letter, name)}
        await upkeep.letters.mend(tenant, id, values)
        return page.done(_home(upkeep, page), TRIED)

    async def show(sent: Form, status: int) -> Response:
        return await _letter_page(upkeep, page, id, sent, status)

    return await answer_form(form, act, show, {f"/{one.name}": VALUE + one.name for one in letter.fields})


def _personal(letter: DeadLetter, name: str) -> bool:
    return any(one.name == name and one.shown is None for one in letter.fields)


def _shown(upkeep: Upkeep, letter: DeadLetter) -> dict[str, Any]:
    sentence, places = in_words(letter.reason)
    return {"letter": letter, "what": _subject(upkeep, letter.type), "reason": sentence, "places": places}


def _subject(upkeep: Upkeep, name: str) -> str:
    """A word of the catalogue for what an event or a job is about; empty where there is none."""
    return next((words for begin, words in upkeep.words.items() if name.startswith(begin)), "")
