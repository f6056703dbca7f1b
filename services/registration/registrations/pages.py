"""Pages behind the link in a person's mail: the status of their registration, and forms that change it. Opening one changes nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from markupsafe import Markup
from starlette.responses import RedirectResponse

from chassis.documents.qr_codes import INLINE, qr_svg
from chassis.http.permissions import Caller
from chassis.http.problems import conflict
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import see_other
from services.registration.domain.answers import unanswered
from services.registration.domain.door_code import spaced
from services.registration.page_context import PageContext, offered, page_context, with_times
from services.registration.permissions import HolderOfPage
from services.registration.questions.answer_texts import answer_texts
from services.registration.questions.answering import questions_shown
from services.registration.questions.form import places_of
from services.registration.registrations.concurrent_edits import as_shown, status_of
from services.registration.registrations.registering import Transition
from services.registration.registrations.sign_up import PLACES, changed, entered
from services.registration.seats.registration_state import answer_by

router = APIRouter(prefix="/registration/{tenant}", include_in_schema=False)

IN = ("confirmed", "arrived")
MINE = "/my/{id}/{code}"
NEW_ADDRESS = "/address/{id}/{code}"
REACHED = "/my/{id}/{code}/reached/{proof}"


async def _holder_page(request: Request, caller: Caller, code: str) -> PageContext:
    """The page context of whoever has the code: they act as the holder of the link, signed in or not."""
    return await page_context(request, caller.as_holder(code))


@router.get(MINE)
async def show_registration(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    page = await _holder_page(request, caller, code)
    state = await page.services.registrations.get(page.caller, id)
    return await _show(page, state)


@router.get(f"{MINE}/join")
async def join_meeting(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    """The way into an online gathering, for those who hold a seat. The address stands nowhere else."""
    page = await _holder_page(request, caller, code)
    state = await page.services.registrations.get(page.caller, id)
    gathering = await page.services.gatherings.get_for_participants(page.scope, state["gathering"], page.now)
    if state["status"] not in IN or not gathering["join_url"] or gathering["status"] == "cancelled":
        raise conflict("no-seat", "The way in is open to those who have a confirmed seat.")
    return RedirectResponse(
        gathering["join_url"], 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


@router.get(REACHED)
async def show_contact_confirmation(request: Request, caller: HolderOfPage, id: str, code: str, proof: str) -> Response:
    """Show the button behind the message to somebody who gave no e-mail address."""
    page = await _holder_page(request, caller, code)
    state = await page.services.registrations.get(page.caller, id)
    if state["status"] != "unconfirmed":
        return see_other(f"{page.home}my/{id}/{code}")
    gathering = with_times(
        await page.services.gatherings.get_for_participants(page.scope, state["gathering"], page.now)
    )
    return page.render("reached.html", gathering=gathering, form=page.form(f"my:{id}"))


@router.post(REACHED)
async def confirm_contact(request: Request, caller: HolderOfPage, id: str, code: str, proof: str) -> Response:
    page = await _holder_page(request, caller, code)
    form = await page.received(f"my:{id}")
    if form.ok:
        await page.services.confirmation.prove(page.scope, id, proof)
        return see_other(f"{page.home}my/{id}/{code}")
    return await _show(page, await page.services.registrations.get(page.caller, id), form, 422)


@router.post(f"{MINE}/change")
async def change_registration(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    """Change who comes, in which language, with which support, and how they are reached."""
    page = await _holder_page(request, caller, code)
    form = await page.received(f"my:{id}")
    state = await page.services.registrations.get(page.caller, id)
    idempotency_key = page.idempotency_key(f"change {id}", form)
    questions = await page.services.registrations.questions(page.scope, state["gathering"])
    change = changed(form, state, questions)
    if change is not None:
        with form.refusals(PLACES | places_of(questions)):
            answer, _ = await page.services.changes.change(page.caller, id, change, idempotency_key)
            own = urlsplit(answer["manage_url"]).path if "manage_url" in answer else f"{page.home}my/{id}/{code}"
            return see_other(f"{own}?changed=1")
    return await _show(page, state, form, status_of(form), changing=True)


@router.post(f"{MINE}/{{kind}}")
async def change_status(request: Request, caller: HolderOfPage, id: str, code: str, kind: Transition) -> Response:
    page = await _holder_page(request, caller, code)
    form = await page.received(f"my:{id}")
    if kind == "cancellation":
        form.require("sure")

    async def act() -> Response:
        await page.services.registering.transition(page.caller, id, kind, page.idempotency_key(f"{kind} {id}", form))
        return see_other(f"{page.home}my/{id}/{code}")

    async def show(form: Form, status: int) -> Response:
        return await _show(page, await page.services.registrations.get(page.caller, id), form, status)

    return await answer_form(form, act, show)


@router.get(NEW_ADDRESS)
async def show_new_address(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    """Show the button behind the mail to a new address. Says nothing about the registration: the address may be a stranger's."""
    page = await page_context(request, caller)
    return page.render("address.html", form=page.form(f"address:{id}"), confirmed=False)


@router.post(NEW_ADDRESS)
async def confirm_address(request: Request, caller: HolderOfPage, id: str, code: str) -> Response:
    page = await page_context(request, caller)
    form = await page.received(f"address:{id}")
    if form.ok:
        answer = await page.services.confirmation.confirm_address(page.scope, id, code)
        own = urlsplit(answer["manage_url"]).path
        return page.render("address.html", form=form, confirmed=True, own=own)
    return page.render("address.html", 422, form=form, confirmed=False)


async def _show(
    page: PageContext, state: dict[str, Any], sent: Form | None = None, status: int = 200, changing: bool = False
) -> Response:
    gathering = offered(
        with_times(await page.services.gatherings.get_for_participants(page.scope, state["gathering"], page.now)),
        page.now,
    )
    labels = {offer["id"]: offer["label"] for offer in gathering["support"]}
    withdrawn = {offer["id"]: offer["label"] for offer in gathering["withdrawn"]}
    wishes = [
        {"label": labels[id], **support_state} if id in labels else {"label": withdrawn[id], "status": "withdrawn"}
        for id, support_state in (state.get("support_status") or {}).items()
        if id in labels or id in withdrawn
    ]
    shown_questions, people = questions_shown(gathering), 1 + len(state["party"])
    shown = entered(state, shown_questions)
    undrawn = gathering["allocation"] == "lottery" and not (gathering.get("lottery") or {}).get("seed")
    reach_at = state["contact"].get("phone") or ((state.get("helper") or {}).get("contact") or {}).get("phone")
    code = page.services.registrations.door_code(state["id"])
    at_the_door = f"{page.services.public_url}{page.home}desk/{state['gathering']}/arrive/{code}"
    return page.render(
        "mine.html",
        status,
        mine=state,
        gathering=gathering,
        form=sent or page.form(f"my:{state['id']}", shown),
        was=as_shown(shown),
        questions=shown_questions,
        answers=answer_texts(page, shown_questions, state),
        unanswered=unanswered(shown_questions, state["answers"], people),
        here=f"{page.home}my/{state['id']}/{page.caller.link}",
        until=answer_by(state),
        wishes=wishes,
        undrawn=undrawn,
        changing=changing,
        code=spaced(code),
        square=Markup(qr_svg(at_the_door, scale=4, border=3, light="#fff", **INLINE)),  # noqa: S704 - of our own making
        changed=page.request.query_params.get("changed"),
        reach_at=reach_at,
        over=page.now >= gathering["ends_at"],
        languages=page.to_choose(state.get("added_language", "")),
    )
