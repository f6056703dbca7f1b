"""Pages for everybody: municipalities and their gatherings; a municipality asks to take part."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import language_of, see_other
from chassis.storage.idempotency import IdempotencyKey
from chassis.text.languages import LANGUAGES, pick
from services.registration.applications.schemas import STATES, Application
from services.registration.gatherings.visibility import listed_for, window_of
from services.registration.gazetteer.prefill import from_list
from services.registration.page_context import PageContext, page_context, with_times
from services.registration.permissions import PublicOrDesk, PublicOrStaff, Registrant

router = APIRouter(prefix="/registration", include_in_schema=False)

SHOWN = 200
FOUND = 10
"""Entries of the official list that an applicant picks from."""
MUNICIPALITIES_SHOWN = 50
"""On the start page. Nobody reads through more: whoever has a municipality types its name."""


@router.get("/")
async def show_start(request: Request, caller: PublicOrDesk, q: Filter = "") -> Response:
    """All municipalities that take part, by name."""
    state = request.app.state
    code = language_of(request)
    municipalities = await state.registration.municipalities.search(q, MUNICIPALITIES_SHOWN + 1)
    by_name = sorted(municipalities[:MUNICIPALITIES_SHOWN], key=lambda one: pick(one["name"], code)[0].casefold())
    response: Response = state.pages.render(
        request, "start.html", municipalities=by_name, more=len(municipalities) > MUNICIPALITIES_SHOWN, q=q
    )
    return response


@router.get("/apply")
async def show_application_form(request: Request, caller: PublicOrDesk, q: Filter = "", ags: Filter = "") -> Response:
    """Show the form by which a municipality applies. `q`: entries of the official list to pick from; `ags`: what it says of the one
    picked stands in the form."""
    entries = await request.app.state.registration.gazetteer.search(q, FOUND) if q else []
    picked = next((one for one in entries if one.id == ags), None)
    form = request.app.state.forms.new(request, "apply", initial=from_list(picked) if picked else None)
    return _apply(request, form, entries=None if picked or not q else entries, q=q)


@router.post("/apply")
async def apply(request: Request, caller: Registrant) -> Response:
    """Take the application of a municipality that asks to take part."""
    state = request.app.state
    form = await state.forms.received(request, "apply")
    if form.honeypot_filled:
        return see_other("/registration/applied")
    form.require("municipality", "slug", "kind", "state", "inhabitants", "name", "email")
    if form.ok:
        ags = form.value("ags")
        # Who picked from the list and then chose another state applies for another place.
        picked = ags if ags and await state.registration.gazetteer.has(ags, form.value("state")) else None
        with form.refusals({"/name": "municipality"}):
            body = Application.typed(
                {
                    "slug": form.value("slug"),
                    "name": form.value("municipality"),
                    "kind": form.value("kind"),
                    "state": form.value("state"),
                    "inhabitants": form.value("inhabitants"),
                    "languages": list(LANGUAGES),
                    "ags": picked,
                    "contact": {
                        "name": form.value("name"),
                        "email": form.value("email"),
                        "phone": form.value("phone") or None,
                    },
                }
            )
            idempotency_key = IdempotencyKey.of(
                state.registration.secrets, "page apply", form.value("form_token"), body.model_dump(mode="json")
            )
            await state.registration.applying.apply(body, idempotency_key, state.registration.clock.now())
            return see_other("/registration/applied")
    return _apply(request, form, 422)


@router.get("/applied")
async def show_application_receipt(request: Request, caller: PublicOrDesk) -> Response:
    response: Response = request.app.state.pages.render(request, "applied.html")
    return response


@router.get("/{tenant}/")
async def show_municipality(
    request: Request, caller: PublicOrStaff, kind: Filter = "", mode: Filter = "", support: Filter = ""
) -> Response:
    """The page of a municipality: its gatherings, the next one first, those of a series together."""
    return await municipality_page(await page_context(request, caller), kind, mode, support)


async def municipality_page(page: PageContext, kind: str = "", mode: str = "", support: str = "") -> Response:
    """The page of a municipality, with those meetings that its reader may know of."""
    open_to = await listed_for(page.services, page.caller)
    upcoming = await page.services.gatherings.list_published(page.scope, page.now, SHOWN, open_to=open_to)
    filters = {name: value for name, value in (("kind", kind), ("mode", mode), ("support", support)) if value}
    listed = upcoming
    if filters:
        listed = await page.services.gatherings.list_published(
            page.scope, page.now, SHOWN, open_to=open_to, filters=filters
        )
    offers = {offer["id"]: offer["label"] for gathering in upcoming for offer in gathering["support"]}
    kinds = sorted({one["kind"] for one in upcoming})
    return page.render(
        "municipality.html",
        series=_by_series([{**one, "window": window_of(one, page.now)} for one in listed]),
        filters=filters,
        form=Form("", initial=filters),
        offers=offers,
        kinds=kinds,
        total=len(upcoming),
        plans=await page.services.public_plans.has_any(page.scope),
        now=page.now,
        feed=f"{page.services.public_url}/registration/v1/{page.scope.tenant}/gatherings.ics",
    )


def _by_series(gatherings: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group gatherings by series, in order of their start; a series stands where its next gathering would."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for gathering in sorted(map(with_times, gatherings), key=lambda gathering: gathering["starts_at"]):
        rows.setdefault(gathering.get("series") or gathering["id"], []).append(gathering)
    return list(rows.values())


def _apply(request: Request, form: Any, status: int = 200, **search: Any) -> Response:
    states = [(s, s) for s in STATES.values()]
    response: Response = request.app.state.pages.render(
        request, "apply.html", status=status, form=form, states=states, **search
    )
    return response
