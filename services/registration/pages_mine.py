"""Pages behind the link in a person's mail: where they stand, and the buttons that change it. Opening it changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.responses import RedirectResponse

from chassis.audience import Audience, Caller
from chassis.forms import Form
from chassis.pages import see_other
from chassis.problems import Problem, conflict
from services.registration.domain.door_code import spaced
from services.registration.frame import Frame, frame, moments
from services.registration.registrations import Transition

router = APIRouter(prefix="/registration/{tenant}/my/{id}/{code}", include_in_schema=False)

Holder = Annotated[Caller, Audience(public=True)]
IN = ("confirmed", "arrived")


async def _mine(request: Request, caller: Caller, code: str) -> Frame:
    """Who has the code acts as the holder of the link, signed in or not."""
    return await frame(request, replace(caller, link=code, identity=None, roles=frozenset()))


@router.get("")
async def mine(request: Request, caller: Holder, id: str, code: str) -> Response:
    page = await _mine(request, caller, code)
    return await _show(page, id, page.form(f"my:{id}"))


@router.get("/join")
async def join(request: Request, caller: Holder, id: str, code: str) -> Response:
    """The way into an online gathering, for those who hold a seat. The address stands nowhere else."""
    page = await _mine(request, caller, code)
    state = await page.parts.registrations.one(page.caller, id)
    found = await page.parts.gatherings.known(page.scope, state["gathering"], page.now)
    if state["status"] not in IN or not found["join_url"] or found["status"] == "cancelled":
        raise conflict("no-seat", "The way in is open to those who have a confirmed seat.")
    return RedirectResponse(
        found["join_url"], 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


@router.post("/{kind}")
async def change(request: Request, caller: Holder, id: str, code: str, kind: Transition) -> Response:
    page = await _mine(request, caller, code)
    form = await page.received(f"my:{id}")
    if kind == "cancellation":
        form.require("sure")
    if form.ok:
        try:
            await page.parts.registrations.transition(page.caller, id, kind, page.once(f"{kind} {id}", form))
            return see_other(f"{page.home}my/{id}/{code}")
        except Problem as problem:
            if problem.status != 409:
                raise
            form.take(problem)
    return await _show(page, id, form, 422)


async def _show(page: Frame, id: str, form: Form, status: int = 200) -> Response:
    state = await page.parts.registrations.one(page.caller, id)
    found = moments(await page.parts.gatherings.known(page.scope, state["gathering"], page.now))
    until = state.get("confirm_by") or state.get("offer_expires_at")
    labels = {offer["id"]: offer["label"] for offer in found["support"]}
    code = page.parts.registrations.door_code(id)
    at_the_door = f"{page.parts.public_url}{page.home}desk/{state['gathering']}/arrive/{code}"
    return page.render(
        "mine.html", status, mine=state, gathering=found, form=form, here=f"{page.home}my/{id}/{page.caller.link}",
        code=spaced(code), square=Markup(segno.make(at_the_door, error="m").svg_inline(scale=4, border=3, light="#fff")),  # noqa: S704 - of our own making
        until=datetime.fromisoformat(until) if until else None, support=[labels[one] for one in state["support"] if one in labels],
    )  # fmt: skip
