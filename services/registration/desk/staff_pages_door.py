"""Pages for the door: codes scanned or typed, names looked up, people who come unannounced, who did not come."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from chassis.http.problems import Problem, not_found
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import see_other
from chassis.text.translations import mark
from services.registration.desk.door_questions import form_values, left_open, read_form
from services.registration.desk.schemas import Arrival
from services.registration.desk.staff_frame import gathering_of, render
from services.registration.desk.telephone_notice import text_version
from services.registration.domain.door_code import read_code
from services.registration.meetings.timed_meetings import here_now
from services.registration.page_context import PageContext, page_context
from services.registration.permissions import Desk
from services.registration.questions.answering import questions_shown
from services.registration.questions.form import places_of
from services.registration.registrations.schemas import WalkIn

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)

MOST_FOUND = 20
WORKER = (Path(__file__).parents[1] / "static" / "door-worker.js").read_bytes()
NO_SUCH_CODE = mark("No registration of this meeting has this code.")


@router.get("/door")
async def show_door(request: Request, caller: Desk, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _door(page, id, page.form(f"door:{id}"))


@router.get("/door/now")
async def show_arrivals(request: Request, caller: Desk, id: str) -> Response:
    """The figures and the newest arrivals, for `refresh.js`."""
    page = await page_context(request, caller, staff=True)
    return await _render(page, id, "desk_door_now.html", page.form(f"door:{id}"))


@router.get("/door/offline")
async def show_offline_door(request: Request, caller: Desk, id: str) -> Response:
    """Show what `door-worker.js` keeps for when the door's page can't be reached; there is nothing of people in it."""
    page = await page_context(request, caller, staff=True)
    gathering = await gathering_of(page, id)
    return render(
        page, "desk_door_offline.html", gathering, api=_api(page, id), meeting=here_now(gathering["meetings"], page.now)
    )


@router.get("/door-worker.js")
async def get_door_worker(request: Request, caller: Desk, id: str) -> Response:
    """The service worker of one door; it stands here because a browser lets it look after what lies beside it."""
    await gathering_of(await page_context(request, caller, staff=True), id)
    return Response(WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.post("/door")
async def enter_code(request: Request, caller: Desk, id: str) -> Response:
    """Take what was scanned or typed: a code lets the whole group in, a name is looked up. Sent again, a code changes nothing."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"door:{id}")
    typed = form.value("entry")[:300]
    people: list[dict[str, Any]] = []
    if form.ok and read_code(typed):
        try:
            body = Arrival.typed({"code": typed, **_meeting(form)})
            answer, _ = await page.services.door.check_in(
                page.scope, id, body, page.idempotency_key(f"door {id}", form)
            )
            return _back_at_door(page, id, answer["id"], form)
        except Problem as problem:
            if problem.status not in (404, 409):
                raise
            form.error("entry", NO_SUCH_CODE if problem.status == 404 else problem.detail)
    elif form.ok:
        people = await page.services.search.find(page.scope, id, typed, MOST_FOUND)
    return await _door(page, id, form, 200 if form.ok else 422, people, typed)


@router.get("/arrive/{code}")
async def show_arrival(request: Request, caller: Desk, id: str, code: str) -> Response:
    """Show a group and a button to check it in: where the square on somebody's phone leads. Opening it changes nothing."""
    page = await page_context(request, caller, staff=True)
    gathering = await gathering_of(page, id)
    group = await page.services.door.find_by_code(page.scope, id, code)
    if group is None:
        return see_other(f"{page.home}desk/{id}/door")
    meeting = here_now(gathering["meetings"], page.now)
    registration = _as_at(meeting, await page.services.registrations.get(caller, group.id))
    form = page.form(f"door:{id}")
    return render(page, "desk_arrive.html", gathering, one=registration, form=form, api=_api(page, id), meeting=meeting)


@router.post("/registrations/{registration_id}/arrival")
async def check_in(request: Request, caller: Desk, id: str, registration_id: str) -> Response:
    """Check in so many of a group; 0 takes it back."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"door:{id}")

    async def act() -> Response:
        people = form.value("people") or None
        body = Arrival.typed({"registration_id": registration_id, "people": people, **_meeting(form)})
        await page.services.door.check_in(
            page.scope, id, body, page.idempotency_key(f"arrival {registration_id}", form)
        )
        return _back_at_door(page, id, registration_id, form)

    return await answer_form(form, act, lambda form, status: _door(page, id, form, status))


@router.post("/walk-ins")
async def walk_in(request: Request, caller: Desk, id: str) -> Response:
    """Register and check in a group that comes unannounced; neither a name nor a number is needed."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"door:{id}")
    form.require("people", "language")
    body = _walk_in(page, form) if form.ok else None
    if body is not None:
        with form.refusals():
            answer, _ = await page.services.door.walk_in(caller, id, body, page.idempotency_key(f"walk-in {id}", form))
            return _back_at_door(page, id, answer["id"])
    return await _door(page, id, form, 422)


@router.post("/registrations/{registration_id}/answers")
async def save_answers(request: Request, caller: Desk, id: str, registration_id: str) -> Response:
    """Save what a group that came unannounced answers to the gathering's own questions; they are in already, and may be asked later."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"door:{id}")
    registration = await page.services.registrations.get(caller, registration_id)
    questions = left_open(await page.services.registrations.questions(page.scope, id), registration)
    with form.refusals(places_of(questions)):
        change = read_form(form, questions, registration)
        if change is not None:
            await page.services.changes.change(caller, registration_id, change, page.idempotency_key("answers", form))
    if form.ok:
        return see_other(f"{page.home}desk/{id}/door?came={registration_id}")
    return await _door(page, id, form, 422, checked_in=registration)


@router.post("/attendance")
async def close_attendance(request: Request, caller: Desk, id: str) -> Response:
    """Close the door after the end: its list is right, and who did not come is told to the report."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"door:{id}")

    async def act() -> Response:
        await page.services.door.close(page.scope, id, page.idempotency_key(f"attendance {id}", form))
        return page.done(f"{page.home}desk/{id}/door", SAVED)

    return await answer_form(form, act, lambda form, status: _door(page, id, form, status))


def _meeting(form: Form) -> dict[str, str]:
    """The meeting at which people are checked in, where there are several."""
    return {"meeting": form.value("meeting")} if form.value("meeting") else {}


def _back_at_door(page: PageContext, id: str, registration_id: str, form: Form | None = None) -> Response:
    """Lead back to the door, that of the same meeting, where the group is shown as checked in."""
    at = f"&meeting={quote(form.value('meeting'))}" if form and form.value("meeting") else ""
    return see_other(f"{page.home}desk/{id}/door?came={registration_id}{at}")


def _as_at(meeting: dict[str, Any] | None, registration: dict[str, Any]) -> dict[str, Any]:
    """A registration as the door of one of several meetings shows it: who was at another one is still expected."""
    if meeting is None:
        return registration
    people_here = registration.get("came_to", {}).get(meeting["id"], 0)
    status = "confirmed" if registration["status"] == "arrived" and not people_here else registration["status"]
    return {name: value for name, value in registration.items() if name != "people_here"} | (
        {"status": status, "people_here": people_here} if people_here else {"status": status}
    )


def _walk_in(page: PageContext, form: Form) -> WalkIn | None:
    """What was entered, or None after noting what is wrong."""
    language = form.value("language")
    consent = {"text_version": text_version(page.supported_language(language), False)}
    with form.refusals():
        return WalkIn.typed({**{name: form.value(name) for name in ("people", "language", "name")}, "consent": consent})
    return None


async def _door(
    page: PageContext,
    id: str,
    form: Form,
    status: int = 200,
    people: list[dict[str, Any]] | None = None,
    typed: str = "",
    checked_in: dict[str, Any] | None = None,
) -> Response:
    if status == 200 and (registration_id := page.request.query_params.get("came")):
        checked_in = await page.services.registrations.get(page.caller, registration_id)
    return await _render(page, id, "desk_door.html", form, status, people=people, typed=typed, checked_in=checked_in)


def _api(page: PageContext, id: str) -> str:
    """Where `door.js` sends check-ins."""
    return f"/registration/v1/{page.scope.tenant}/gatherings/{id}/arrivals"


async def _render(page: PageContext, id: str, template: str, form: Form, status: int = 200, **context: Any) -> Response:
    gathering = await gathering_of(page, id)
    meeting_id = page.request.query_params.get("meeting") or form.value("meeting")
    meeting = here_now(gathering["meetings"], page.now, meeting_id)
    if meeting_id and meeting is None:
        raise not_found("meeting")
    counts = await page.services.door.counts(page.scope, id, page.now, meeting["id"] if meeting else "")
    if meeting:
        context["people"] = context.get("people") and [_as_at(meeting, one) for one in context["people"]]
        context["checked_in"] = context.get("checked_in") and _as_at(meeting, context["checked_in"])
    checked_in = context.get("checked_in")
    open_questions = left_open(questions_shown(gathering), checked_in) if checked_in else {}
    answering = (
        form if form.sent or not checked_in else page.form(f"door:{id}", form_values(open_questions, checked_in))
    )
    names = await page.services.door.people(page.scope, [one["id"] for one in counts["newest"]])
    newest = [{**one, "name": names[one["id"]].name} for one in counts["newest"] if one["id"] in names]
    return render(
        page,
        template,
        gathering,
        status,
        form=form,
        open_questions=open_questions,
        answering=answering,
        counts=counts,
        newest=newest,
        api=_api(page, id),
        over=page.now >= gathering["ends_at"],
        meeting=meeting,
        **context,
    )
