"""The planning page of one gathering: where it stands, and what its coordinator can do with it, each with what it will bring about."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.registration.gathering_series.schemas import Copy, Repetition
from services.registration.page_context import PageContext, page_context, with_times
from services.registration.permissions import Coordinator
from services.registration.planning import staff_plan_form as plan_form
from services.registration.planning.planning import INFORMED
from services.registration.planning.schemas import Cancellation

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)

REPEAT = {"frequency": "weekly", "interval": 1, "count": 4}


@router.get("/plan")
async def show_plan(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _show(page, id, page.form(f"act:{id}", REPEAT))


@router.post("/publication")
async def publish_gathering(request: Request, caller: Coordinator, id: str) -> Response:
    """Publish a draft; with `whole` the drafts of its series too."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")

    async def act() -> Response:
        if form.value("whole"):
            await page.services.series.publish(
                page.scope, form.value("whole"), page.idempotency_key(f"publish all {id}", form)
            )
        else:
            await page.services.planning.publish(page.scope, id, page.idempotency_key(f"publish {id}", form))
        return page.done(f"{page.home}desk/{id}/plan", SAVED)

    return await answer_form(form, act, lambda form, status: _show(page, id, form, status))


@router.post("/calling-off")
async def call_off_gathering(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    languages = await _languages(page)
    form.require(f"reason.{languages[0]}")

    async def act() -> Response:
        reason = {code: form.value(f"reason.{code}") for code in languages if form.value(f"reason.{code}")}
        body = Cancellation(reason=reason)
        await page.services.planning.cancel(page.scope, id, body, page.idempotency_key(f"call off {id}", form))
        return page.done(f"{page.home}desk/{id}/plan", SAVED)

    return await answer_form(form, act, lambda form, status: _show(page, id, form, status))


@router.post("/copy")
async def copy_gathering(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    form.require("again_at")
    starts_at = plan_form.moment(form, "again_at")
    if form.ok and starts_at is not None:
        languages = await _languages(page)
        with form.refusals():
            body = Copy(starts_at=starts_at)
            copied, _ = await page.services.series.copy(
                page.scope, id, body, languages[0], page.idempotency_key(f"copy {id}", form)
            )
            return page.done(f"{page.home}desk/{copied['id']}/plan", SAVED)
    return await _show(page, id, form, 422)


@router.post("/series")
async def repeat_gathering(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    form.require("frequency", "interval")
    if not form.value("count") and not form.value("until"):
        form.error("count", mark("Please say how many meetings there will be, or until which day."))

    async def act() -> Response:
        # Whoever enters a day means it; the number is only there already.
        ends = {"until": form.value("until")} if form.value("until") else {"count": form.value("count")}
        body = Repetition.typed({"frequency": form.value("frequency"), "interval": form.value("interval"), **ends})
        await page.services.series.repeat(page.scope, id, body, page.idempotency_key(f"series {id}", form))
        return page.done(f"{page.home}desk/{id}/plan#series", SAVED)

    return await answer_form(form, act, lambda form, status: _show(page, id, form, status))


@router.post("/draw")
async def draw_seats(request: Request, caller: Coordinator, id: str) -> Response:
    """Draw the lottery. It can't be drawn again, so it asks twice."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    if not form.value("sure_to_draw"):
        form.error("sure_to_draw", mark("Please tick this: a lottery is drawn once."))

    async def act() -> Response:
        await page.services.planning.draw(page.scope, id, page.idempotency_key(f"draw {id}", form))
        return page.done(f"{page.home}desk/{id}/plan", SAVED)

    return await answer_form(form, act, lambda form, status: _show(page, id, form, status))


async def _languages(page: PageContext) -> list[str]:
    facts = await page.services.tenant_registry.tenant(page.scope.tenant)
    assert facts is not None  # the frame was made of it
    return list(facts["languages"])


async def _show(page: PageContext, id: str, form: Form, status: int = 200) -> Response:
    gathering = with_times(await page.services.gatherings.get_for_planning(page.scope, id, page.now))
    counts = await page.services.lists.counts(page.scope, id)
    groups = {status: count["groups"] for status, count in counts.items()}
    series = (
        await page.services.gatherings.list_series(page.scope, gathering["series"], page.now)
        if gathering.get("series")
        else []
    )
    languages = await _languages(page)
    return page.render(
        "staff/planning.html",
        status,
        gathering=gathering,
        groups=groups,
        form=form,
        here=f"{page.home}desk/{id}",
        series=[with_times(one) for one in series],
        drafts=sum(one["status"] == "draft" for one in series),
        informed=sum(groups.get(seat_status, 0) for seat_status in INFORMED),
        languages=[(code, LANGUAGES[code].endonym) for code in languages],
        over=gathering["ends_at"] <= page.now,
        begun=gathering["starts_at"] <= page.now,
    )
