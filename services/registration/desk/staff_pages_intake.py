"""Pages of the desk: registering callers in a minute with the keyboard alone, and one registration with what can be done about it."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import see_other
from chassis.text.translations import mark
from services.registration.desk.staff_frame import gathering_of, notices, render
from services.registration.desk.telephone_notice import text_version
from services.registration.domain.door_code import spaced
from services.registration.page_context import PageContext, offered, page_context, with_times
from services.registration.permissions import Desk
from services.registration.questions.answer_texts import answer_texts
from services.registration.questions.answering import questions_shown
from services.registration.questions.form import places_of
from services.registration.registrations.concurrent_edits import as_shown, status_of
from services.registration.registrations.registering import Transition
from services.registration.registrations.schemas import Reassignment
from services.registration.registrations.sign_up import PLACES, changed, entered, registration
from services.registration.seats.registration_state import answer_by

router = APIRouter(prefix="/registration/{tenant}/desk", include_in_schema=False)

FRESH = {"language": "de", "companions": 0}
BOTH = mark("Please enter a code, or tick that they came without one.")
NOT_READ = mark("Please read out the short notice on data protection, then tick this box.")


@router.get("")
async def list_gatherings(request: Request, caller: Desk) -> Response:
    """The gatherings of the municipality, the next one first."""
    page = await page_context(request, caller, staff=True)
    items = [with_times(one) for one in await page.services.gatherings.list_for_staff(page.scope, page.now)]
    return page.render("staff/desk.html", gatherings=items)


@router.get("/{id}")
async def show_intake(request: Request, caller: Desk, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _intake(page, id, page.form(f"desk:{id}", FRESH))


@router.get("/{id}/now")
async def show_counts(request: Request, caller: Desk, id: str) -> Response:
    """The part of the page that says how many seats and interpreters are left, for `desk.js`."""
    page = await page_context(request, caller, staff=True)
    gathering = await gathering_of(page, id)
    counts = await page.services.lists.counts(page.scope, id)
    return render(page, "desk_now.html", gathering, counts=counts, **_seats_left(gathering))


@router.post("/{id}/similar")
async def show_similar_registrations(request: Request, caller: Desk, id: str) -> Response:
    """Show, while the clerk types, who is registered under this name, number or address. In the body, for names don't belong into addresses."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"desk:{id}")
    gathering = await gathering_of(page, id)
    return render(page, "desk_similar.html", gathering, alike=await _alike(page, id, form))


@router.post("/{id}")
async def register(request: Request, caller: Desk, id: str) -> Response:
    """Register somebody on the phone, or whose e-mail is typed in, at once. Then the page is ready for the next one."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"desk:{id}")
    channel = "phone" if form.value("phone") or not form.value("email") else "email"
    read_out = bool(form.value("read_out"))
    if channel == "phone" and not read_out:
        form.error("read_out", NOT_READ)
    version = text_version(page.supported_language(form.value("language")), read_out)
    questions = await page.services.registrations.questions(page.scope, id)
    body = registration(form, channel, version, questions)
    if form.ok and body is not None:
        with form.refusals({**PLACES, **places_of(questions), "/party": "companions", "/contact": "phone"}):
            answer, _ = await page.services.registering.register(
                caller, id, body, page.idempotency_key(f"desk {id}", form)
            )
            return see_other(f"{page.home}desk/{id}?done={answer['id']}")
    return await _intake(page, id, form, 422)


@router.get("/{id}/registrations/{registration_id}")
async def show_registration(request: Request, caller: Desk, id: str, registration_id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _registration_page(page, id, registration_id, page.form(f"act:{id}"))


@router.post("/{id}/registrations/{registration_id}/change")
async def change_registration(request: Request, caller: Desk, id: str, registration_id: str) -> Response:
    """Change a registration when somebody calls again: who comes, in which language, with which support, how they are reached."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    idempotency_key = page.idempotency_key(f"change {registration_id}", form)
    questions = await page.services.registrations.questions(page.scope, id)
    change = changed(form, await page.services.registrations.get(caller, registration_id), questions)
    if change is not None:
        with form.refusals({**PLACES, **places_of(questions), "/contact": "phone"}):
            await page.services.changes.change(caller, registration_id, change, idempotency_key)
            return page.done(f"{page.home}desk/{id}/registrations/{registration_id}", SAVED)
    return await _registration_page(page, id, registration_id, page.form(f"act:{id}"), status_of(form), form)


@router.post("/{id}/registrations/{registration_id}/link")
async def create_new_link(request: Request, caller: Desk, id: str, registration_id: str) -> Response:
    """Replace a link that came into the wrong hands: those that are out open nothing any more. The new one is shown this once."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    show = partial(_registration_page, page, id, registration_id)

    async def renew() -> Response:
        answer, _ = await page.services.changes.renew_link(
            caller, registration_id, page.idempotency_key("link", form, registration_id)
        )
        return await show(page.form(f"act:{id}"), new_link=answer["manage_url"])

    return await answer_form(form, renew, show)


@router.post("/{id}/registrations/{registration_id}/reassignment")
async def reassign(request: Request, caller: Desk, id: str, registration_id: str) -> Response:
    """Correct for which kept seats somebody counts, or the code of their invitation, said or taken back afterwards."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    kept, code = form.value("kept"), form.value("code")
    no_code = bool(form.value("no_code"))
    if no_code and code:
        form.error("code", BOTH)
    entered_values: dict[str, Any] = {
        "quota": kept.removeprefix("for:") if kept else None,
        "code": "" if no_code else code or None,
    }

    async def enter() -> Response:
        body = Reassignment.typed(entered_values)
        idempotency_key = page.idempotency_key(f"reassign {registration_id}", form)
        await page.services.reassignments.reassign(caller, registration_id, body, idempotency_key)
        return page.done(f"{page.home}desk/{id}/registrations/{registration_id}", SAVED)

    return await answer_form(form, enter, partial(_registration_page, page, id, registration_id), {"/quota": "kept"})


@router.post("/{id}/registrations/{registration_id}/{kind}")
async def change_status(request: Request, caller: Desk, id: str, registration_id: str, kind: Transition) -> Response:
    """Cancel, accept an offered seat or confirm for somebody."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    if kind == "cancellation":
        form.require("sure")

    async def act() -> Response:
        idempotency_key = page.idempotency_key(f"{kind} {registration_id}", form)
        await page.services.registering.transition(caller, registration_id, kind, idempotency_key)
        return page.done(f"{page.home}desk/{id}/registrations/{registration_id}", SAVED)

    return await answer_form(
        form, act, lambda form, status: _registration_page(page, id, registration_id, form, status)
    )


async def _registration_page(
    page: PageContext,
    id: str,
    registration_id: str,
    form: Form,
    status: int = 200,
    changing: Form | None = None,
    new_link: str = "",
) -> Response:
    gathering = offered(await gathering_of(page, id), page.now)
    shown_registration = await page.services.registrations.get(page.caller, registration_id)
    questions = questions_shown(gathering)
    edit = changing or page.form(f"act:{id}", entered(shown_registration, questions))
    code = spaced(page.services.registrations.door_code(registration_id))
    over, until = page.now >= gathering["ends_at"], answer_by(shown_registration)
    return render(
        page,
        "desk_registration.html",
        gathering,
        status,
        one=shown_registration,
        added_language=shown_registration.get("added_language", ""),
        form=form,
        code=code,
        edit=edit,
        was=as_shown(entered(shown_registration, questions)),
        questions=questions,
        answers=answer_texts(page, questions, shown_registration),
        withheld=[questions[one] for one in shown_registration.get("withheld") or () if one in questions],
        over=over,
        until=until,
        new_link=new_link,
    )


async def _intake(page: PageContext, id: str, form: Form, status: int = 200) -> Response:
    gathering = await gathering_of(page, id)
    registered, alike, code = None, [], ""
    if status == 200 and (registered_id := page.request.query_params.get("done")):
        registered = await page.services.registrations.get(page.caller, registered_id)
        contact = registered["contact"]
        similar = await page.services.search.similar(
            page.scope, id, registered["name"], contact.get("phone") or "", contact.get("email") or ""
        )
        alike = [one for one in similar if one["id"] != registered_id]
        code = spaced(page.services.registrations.door_code(registered_id))
    elif status != 200:
        alike = await _alike(page, id, form)
    return render(
        page,
        "desk_gathering.html",
        gathering,
        status,
        form=form,
        questions=questions_shown(gathering),
        acts=page.form(f"act:{id}"),
        registered=registered,
        alike=alike,
        code=code,
        notices=notices(page),
        counts=await page.services.lists.counts(page.scope, id),
        **_seats_left(gathering),
    )


async def _alike(page: PageContext, id: str, form: Form) -> list[dict[str, Any]]:
    name, phone, email = (form.value(field)[:200] for field in ("name", "phone", "email"))
    return await page.services.search.similar(page.scope, id, name, phone, email)


def _seats_left(gathering: dict[str, Any]) -> dict[str, Any]:
    """Seats left, and what is left of each kind of support (None: as many as ask)."""
    left = {
        offer["id"]: None if offer.get("capacity") is None else max(0, offer["capacity"] - offer["booked"])
        for offer in gathering["support"]
    }
    return {"free": gathering["seats"]["free"], "support_left": left}
