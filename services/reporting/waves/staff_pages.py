"""Pages of benchmark waves: a municipality takes part and sees where it stands."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from markupsafe import Markup

from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.http.problems import Problem
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import Pages, done, language_of
from services.reporting.domain.profile import text
from services.reporting.domain.wave import is_planned
from services.reporting.http import frame, new_form, received, render
from services.reporting.permissions import Coordinator, Staff
from services.reporting.services import get_services
from services.reporting.waves.benchmark import Benchmark
from services.reporting.waves.chart import benchmark_chart
from services.reporting.waves.documents import Consent
from services.reporting.waves.schemas import ConsentBody

router = APIRouter(prefix="/reporting", include_in_schema=False)


@router.get("/{tenant}/benchmark")
async def show_benchmark(request: Request, caller: Staff, wave: Filter = "", group: Filter = "") -> Response:
    """The newest published wave unless another is asked for, and the waves that can be joined."""
    return await _page(request, caller, None, wave=wave, group=group)


@router.post("/{tenant}/benchmark")
async def change_consent(request: Request, caller: Coordinator) -> Response:
    """Take part in a wave, change how, or take it back."""
    form = await received(request, caller, _purpose(caller))
    waves = get_services(request).waves
    if form.value("button") != "withdraw":
        merge(form, _consent_entries((await waves.list_consents(caller.scope)).get(form.value("wave"))))

    async def act() -> Response:
        if form.value("button") == "withdraw":
            await waves.withdraw(caller.scope, form.value("wave"))
        else:
            entered = {name: form.value(name) for name in ("wave", "assessment")}
            body = ConsentBody.typed({**entered, "named": bool(form.value("named"))})
            await waves.give_consent(caller.scope, body.wave, body.assessment, body.named)
        return done(request, f"/reporting/{caller.scope.tenant}/benchmark", SAVED)

    async def show(form: Form, status: int) -> Response:
        return await _page(request, caller, form, status)

    return await answer_form(form, act, show)


async def _page(
    request: Request, caller: Caller, form: Form | None, status: int = 200, wave: str = "", group: str = ""
) -> Response:
    await frame(request, caller)
    services = get_services(request)
    benchmark: Benchmark | None = None
    try:
        benchmark = await services.benchmarks.get(caller.scope, wave, group)
    except Problem as problem:
        if problem.status != 404 or wave or group:
            raise
    waves_to_join, consents, checks = await asyncio.gather(
        services.waves.list_all("open", "frozen"),
        services.waves.list_consents(caller.scope),
        services.assessments.list_all(caller.scope),
    )
    own_consents = {one.id: consents.get(one.id) for one in waves_to_join}
    usable = {
        one.id: [check for check in checks if check.status == "closed" and one.asks_as(check)] for one in waves_to_join
    }
    forms = {one.id: _form_of(request, caller, form, one.id, own_consents[one.id]) for one in waves_to_join}
    names = await services.municipalities.get_names([one.slug for one in benchmark.named]) if benchmark else {}
    return render(
        request,
        "staff/benchmark.html",
        status,
        benchmark=benchmark,
        chart=_chart(request, benchmark) if benchmark else None,
        names=names,
        waves=waves_to_join,
        planned={
            one.id
            for one in waves_to_join
            if is_planned(one.status, one.opens_at, request.app.state.context.clock.now())
        },
        consents=own_consents,
        usable=usable,
        forms=forms,
        home=f"/reporting/{caller.scope.tenant}/",
        writes="coordinator" in caller.roles,
    )


def _form_of(request: Request, caller: Caller, sent: Form | None, wave: str, consent: Consent | None) -> Form:
    """The form of one wave: the one that was sent where it was sent for this wave, else what is stored."""
    if sent is not None and sent.value("wave") == wave:
        return sent
    stored = _consent_entries(consent)
    return remember(new_form(request, caller, _purpose(caller), stored), stored)


def _consent_entries(consent: Consent | None) -> dict[str, str]:
    """How the municipality takes part, if it does, as the form's fields hold it."""
    if consent is None:
        return {"assessment": "", "named": ""}
    return {"assessment": consent.assessment, "named": "yes" if consent.named else ""}


def _chart(request: Request, benchmark: Benchmark) -> Markup:
    pages: Pages = request.app.state.pages
    brand = request.state.brand
    gettext, language = pages.texts(request, brand).gettext, language_of(request, brand)
    titles = [text(line.field.title, language, line.field.id) for line in benchmark.lines]
    title = text(benchmark.group.label, language, benchmark.group.id)
    description = gettext("Median, middle half and own figure of each field; the table below holds the same.")
    return Markup(benchmark_chart(benchmark.lines, titles, title, description))  # noqa: S704 - escaped where it is made


def _purpose(caller: Caller) -> str:
    return f"benchmark:{caller.scope.tenant}"
