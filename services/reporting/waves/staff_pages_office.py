"""Pages of benchmark waves for the programme office: open, remove, freeze, audit and publish, merge or drop groups."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import done
from chassis.storage.idempotency import IdempotencyKey
from chassis.text.translations import mark
from disclosure.wave_figures import LEAST
from services.reporting.domain.wave import Merge, can_be_removed, is_planned
from services.reporting.domain.wave_groups import SETS
from services.reporting.http import new_form, received, render
from services.reporting.permissions import ProgrammeOffice
from services.reporting.services import get_services
from services.reporting.waves.publishing import Disclosure
from services.reporting.waves.schemas import MergeBody, WaveBody

REMOVED = mark("The wave is removed.")
router = APIRouter(prefix="/reporting/benchmark-waves", include_in_schema=False)


@router.get("")
async def show_waves(request: Request, caller: ProgrammeOffice) -> Response:
    waves, now = await get_services(request).waves.list_all(), request.app.state.context.clock.now()
    planned_waves = {one.id for one in waves if is_planned(one.status, one.opens_at, now)}
    return render(request, "staff/waves.html", waves=waves, planned=planned_waves)


@router.get("/new")
async def show_new_wave_form(request: Request, caller: ProgrammeOffice) -> Response:
    initial = {"minimum": LEAST, "groups": ["all", "size"]}
    return await _new_wave_page(request, new_form(request, caller, "wave:new", initial), 200)


@router.post("/new")
async def open_wave(request: Request, caller: ProgrammeOffice) -> Response:
    form = await received(request, caller, "wave:new")

    async def act() -> Response | None:
        opens_at, freezes_at = form.local_time("opens_at"), form.local_time("freezes_at")
        form.require("title", "questionnaire", "opens_at", "freezes_at", "groups")
        if form.errors or opens_at is None or freezes_at is None:
            return None
        questionnaire, _, version = form.value("questionnaire").rpartition(":")
        groups = [group for name in form.chosen("groups") for group in SETS.get(name, ())]
        body = WaveBody.typed(
            {
                "title": form.value("title"),
                "questionnaire": {"id": questionnaire, "versions": [version]},
                "opens_at": opens_at,
                "freezes_at": freezes_at,
                "minimum": form.value("minimum"),
                "groups": [{"id": group.id, "label": group.label} for group in groups],
            }
        )
        waves = get_services(request).waves
        key = IdempotencyKey.of(request.app.state.context.secrets, "wave page", form.value("form_token"), form.entered)
        wave, _replayed = await waves.open(
            body.title,
            body.questionnaire.id,
            body.questionnaire.versions,
            groups,
            body.minimum,
            body.opens_at,
            body.freezes_at,
            key,
        )
        return done(request, f"/reporting/benchmark-waves/{wave.id}", SAVED)

    async def show(form: Form, status: int) -> Response:
        return await _new_wave_page(request, form, status)

    return await answer_form(form, act, show)


@router.get("/{id}")
async def show_wave(request: Request, caller: ProgrammeOffice, id: str) -> Response:
    return await _wave_page(request, caller, id, new_form(request, caller, f"wave:{id}"))


@router.post("/{id}")
async def change_wave(request: Request, caller: ProgrammeOffice, id: str) -> Response:
    """What a button says: remove, freeze, publish, publish without what gives somebody away, merge, drop."""
    services = get_services(request)
    form = await received(request, caller, f"wave:{id}")
    failed: Disclosure | None = None
    if form.value("button") == "remove":
        form.require("sure")
    if form.ok:
        with form.refusals():
            try:
                match form.value("button"):
                    case "remove":
                        await services.waves.remove(id)
                        return done(request, "/reporting/benchmark-waves", REMOVED)
                    case "freeze":
                        await services.freeze_waves.freeze(id)
                    case "publish":
                        await services.publish_waves.publish(id, suppress=False)
                    case "suppress":
                        await services.publish_waves.publish(id, suppress=True)
                    case "drop":
                        await services.waves.regroup(id, form.chosen("groups"), [])
                    case "merge":
                        await services.waves.regroup(id, [], [_merge(form)])
                return done(request, f"/reporting/benchmark-waves/{id}", SAVED)
            except Disclosure as problem:
                failed = problem
    return await _wave_page(request, caller, id, form, 409 if failed else 422, failed)


def _merge(form: Form) -> Merge:
    """A merged group keeps the id of the first of its parts."""
    groups = form.chosen("groups")
    body = {"id": groups[0] if groups else "", "label": form.value("label"), "groups": groups}
    return MergeBody.typed(body).merge()


async def _wave_page(
    request: Request, caller: Caller, id: str, form: Form, status: int = 200, failed: Disclosure | None = None
) -> Response:
    services = get_services(request)
    wave = await services.waves.get(id)
    taking_part = wave.municipalities if wave.status != "open" else await services.waves.count_taking_part(id)
    labels: dict[str, Any] = {group.id: group.label for group in wave.groups}
    return render(
        request,
        "staff/wave.html",
        status,
        wave=wave,
        planned=is_planned(wave.status, wave.opens_at, request.app.state.context.clock.now()),
        removable=can_be_removed(wave.status, taking_part or 0),
        taking_part=taking_part,
        form=form,
        blank=new_form(request, caller, f"wave:{id}"),
        failed=failed.counterexample if failed else [],
        labels=labels,
        titles={field.id: field.title for field in await services.assessments.list_fields_of_action()},
    )


async def _new_wave_page(request: Request, form: Form, status: int) -> Response:
    newest = await get_services(request).assessments.list_newest_questionnaires()
    return render(request, "staff/wave_new.html", status, form=form, questionnaires=newest)
