"""Pages for the desk: registering callers in a minute with the keyboard, who comes, acting for people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.audience import Audience, Caller
from chassis.forms import Form
from chassis.languages import LANGUAGES
from chassis.pages import see_other
from chassis.problems import Problem
from services.registration.frame import Frame, frame, moments
from services.registration.registrations import Transition
from services.registration.sign_up import registration

router = APIRouter(prefix="/registration/{tenant}/desk", include_in_schema=False)

Desk = Annotated[Caller, Audience("coordinator", "intake")]
SHOWN = 500


@router.get("")
async def desk(request: Request, caller: Desk) -> Response:
    """The gatherings of the municipality, the next one first."""
    page = await frame(request, caller, staff=True)
    items = [moments(one) for one in await page.parts.gatherings.upcoming(page.scope, page.now)]
    return page.render("staff/desk.html", gatherings=items)


@router.get("/{id}")
async def one(request: Request, caller: Desk, id: str, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    page = await frame(request, caller, staff=True)
    return await _one(page, id, page.form(f"desk:{id}", {"language": "de", "companions": 0}), q=q)


@router.post("/{id}")
async def register(request: Request, caller: Desk, id: str) -> Response:
    """Somebody on the phone, or an e-mail typed in: registered at once."""
    page = await frame(request, caller, staff=True)
    form = await page.received(f"desk:{id}")
    found = await _gathering(page, id)
    channel = "phone" if form.value("phone") or not form.value("email") else "email"
    body = registration(form, channel, found["party_max"], page.consent_version) if form.ok else None
    if body is not None:
        try:
            answer, _ = await page.parts.registrations.register(caller, id, body, page.once(f"desk {id}", form))
            return see_other(f"{page.home}desk/{id}?done={answer['id']}#done")
        except Problem as problem:
            form.take(problem, {"/party": "names", "/contact": "email"})
    return await _one(page, id, form, 422)


@router.post("/{id}/registrations/{registration_id}/{kind}")
async def change(request: Request, caller: Desk, id: str, registration_id: str, kind: Transition) -> Response:
    """What the clerk does for somebody: cancel, accept an offered seat, confirm, check in."""
    page = await frame(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    if form.ok:
        await page.parts.registrations.transition(
            caller, registration_id, kind, page.once(f"{kind} {registration_id}", form)
        )
    return see_other(f"{page.home}desk/{id}#r-{registration_id}")


async def _gathering(page: Frame, id: str) -> dict[str, Any]:
    items = await page.parts.gatherings.upcoming(page.scope, page.now)
    found = next((one for one in items if one["id"] == id), None)
    return moments(found if found is not None else await page.parts.gatherings.known(page.scope, id, page.now))


async def _one(page: Frame, id: str, form: Form, status: int = 200, q: str = "") -> Response:
    found = await _gathering(page, id)
    everybody = [] if found["status"] == "draft" else await page.parts.registrations.listed(page.scope, id, SHOWN, None)
    wanted = q.strip().casefold()
    people = [one for one in everybody if wanted in f"{one['name']} {one['contact'].get('phone') or ''}".casefold()]
    needs: dict[str, int] = {}
    for one in everybody:
        if one["status"] in ("confirmed", "arrived", "offered", "unconfirmed"):
            for wish in one["support"]:
                needs[wish] = needs.get(wish, 0) + 1
    done = next((one for one in everybody if one["id"] == page.request.query_params.get("done")), None)
    return page.render(
        "staff/desk_gathering.html", status, gathering=found, form=form, acts=page.form(f"act:{id}"), people=people, total=len(everybody), q=q,
        needs=needs, done=done, here=f"{page.home}desk/{id}", labels={offer["id"]: offer["label"] for offer in found["support"]},
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
    )  # fmt: skip
