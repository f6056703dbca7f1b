"""Pages of the programme office: applications and municipalities, asking back, admitting, declining."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request, Response

from chassis.http.base_schemas import Filter, Number
from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.pages.pages import done, language_of
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import of_document
from chassis.text.languages import pick
from chassis.text.translations import mark
from programme.frames import PLATFORM
from services.registration.applications.schemas import Decision, Question
from services.registration.permissions import ProgrammeOffice
from services.registration.services import get_services

router = APIRouter(prefix="/registration/office", include_in_schema=False)

ApplicationNumber = Annotated[Number | None, Query(alias="application")]
"""The number of an application of a municipality; without it the last one."""
BRAND = PLATFORM.for_staff()
STANDINGS = {
    "applied": (mark("to be decided"), "waiting"),
    "asked": (mark("waits for an answer"), "neutral"),
    "declined": (mark("declined"), "bad"),
    "withdrawn": (mark("withdrawn"), "neutral"),
    "admitted": (mark("takes part"), "good"),
    "suspended": (mark("suspended"), "bad"),
    "leaving": (mark("will be deleted"), "bad"),
    "deleted": (mark("deleted"), "neutral"),
}
FORMS = (
    "ask",
    "decide",
    "contact",
    "forget",
    "suspend",
    "resume",
    "leave",
    "stay",
    "member",
    "withdraw",
    "appoint",
    "key",
)
"""What the office can do to a municipality, each with a form."""
SHOWN = 200
SHORTEN = mark("Please shorten the text.")


@router.get("")
async def list_applications(
    request: Request, caller: ProgrammeOffice, q: Filter = "", standing: Filter = ""
) -> Response:
    """Everybody who applied, those first on whom something waits."""
    code = language_of(request, BRAND)
    municipalities = await get_services(request).applications.overview()
    searched = q.strip().casefold()
    matching = [
        {**one, "words": pick(one["name"], code)[0]}
        for one in municipalities
        if not standing or one["standing"] == standing
    ]
    order = list(STANDINGS)
    matching = [one for one in matching if searched in f"{one['words']} {one['slug']}".casefold()]
    matching.sort(key=lambda one: (order.index(one["standing"]), one["words"].casefold()))
    return render(
        request,
        "staff/office.html",
        municipalities=matching[:SHOWN],
        more=len(matching) > SHOWN,
        q=q,
        standing=standing,
    )


@router.get("/{slug}")
async def show_application(
    request: Request, caller: ProgrammeOffice, slug: str, number: ApplicationNumber = None
) -> Response:
    return await show(request, caller, slug, {}, number=number)


@router.post("/{slug}/questions")
async def ask_applicant(
    request: Request, caller: ProgrammeOffice, slug: str, number: ApplicationNumber = None
) -> Response:
    form = await received(request, caller, f"ask:{slug}")
    form.require("question")
    if form.ok:
        with form.refusals(texts={"question": SHORTEN}):
            body = Question(question=form.value("question"))
            reviewing, now = get_services(request).reviewing, get_services(request).clock.now()
            await reviewing.ask(
                slug, body.question, form_key(request, caller, f"ask {slug} {number}", form), now, number
            )
            return done(request, f"/registration/office/{slug}", SAVED)
    return await show(request, caller, slug, {"ask": form}, 422, number)


@router.post("/{slug}/decision")
async def decide_application(
    request: Request, caller: ProgrammeOffice, slug: str, number: ApplicationNumber = None
) -> Response:
    form = await received(request, caller, f"decide:{slug}")
    form.require("decision")
    if form.value("decision") == "declined":
        form.require("reason")
    if form.ok:
        with form.refusals(texts={"reason": SHORTEN}):
            body = Decision.typed({"decision": form.value("decision"), "reason": form.value("reason")})
            reviewing, now = get_services(request).reviewing, get_services(request).clock.now()
            await reviewing.decide(slug, body, form_key(request, caller, f"decide {slug} {number}", form), now, number)
            return done(request, f"/registration/office/{slug}", SAVED)
    return await show(request, caller, slug, {"decide": form}, 422, number)


async def show(
    request: Request, caller: Caller, slug: str, forms: dict[str, Form], status: int = 200, number: int | None = None
) -> Response:
    """A municipality as the office sees it; `forms`: those that came back with something to mend."""
    application = await get_services(request).applications.get(caller, slug, number)
    questions = [
        {**one, "asked_at": moment(one["asked_at"]), "answered_at": moment(one["answered_at"])}
        for one in application["questions"]
    ]
    services = get_services(request)
    deletion = (
        await services.offboarding.certificate(slug) if application["standing"] in ("leaving", "deleted") else None
    )
    scope = of_document({"tenant": slug})
    memberships = await services.municipalities.memberships(scope)
    is_tenant = application["status"] in ("admitted", "suspended")
    ags = (await services.profiles.get_public(scope))["ags"] if is_tenant else None
    current_values = {"contact": application["contact"], "key": {"ags": ags}}
    all_forms = {name: new_form(request, caller, f"{name}:{slug}") for name in FORMS}
    all_forms |= {
        name: filled(request, caller, f"{name}:{slug}", stored) for name, stored in current_values.items()
    } | forms
    return render(
        request,
        "staff/office_municipality.html",
        status,
        one=application,
        ags=ags,
        questions=questions,
        applied_at=moment(application["applied_at"]),
        decided_at=moment((application["decision"] or {}).get("at")),
        former=[{**one, "applied_at": moment(one["applied_at"])} for one in application["former"]],
        here=f"/registration/office/{slug}",
        former_query=query_of(number),
        forms=all_forms,
        deletion=deletion and {**deletion, "deletion_at": moment(deletion["deletion_at"])},
        memberships=memberships,
        successor_needed=await get_services(request).erasures.successor_needed(scope),
        districts=[(one["slug"], one["words"]) for one in await _districts(request) if one["slug"] != slug],
    )


def query_of(number: int | None) -> str:
    """What an address of one of its former applications ends in."""
    return f"?application={number}" if number else ""


async def _districts(request: Request) -> list[dict[str, Any]]:
    code = language_of(request, BRAND)
    districts = await get_services(request).municipalities.districts()
    return sorted(
        ({**district, "words": pick(district["name"], code)[0]} for district in districts),
        key=lambda district: district["words"],
    )


def new_form(request: Request, caller: Caller, purpose: str, current_values: dict[str, Any] | None = None) -> Form:
    """A form of the person signed in that shows these values."""
    initial = {"days": "30", **(current_values or {})}
    form: Form = request.app.state.forms.new(request, purpose, initial, caller.actor)
    return form


def filled(request: Request, caller: Caller, purpose: str, stored: dict[str, Any]) -> Form:
    """A form that shows what is stored."""
    return remember(new_form(request, caller, purpose, stored), stored)


async def received(request: Request, caller: Caller, purpose: str) -> Form:
    """The form as sent."""
    form: Form = await request.app.state.forms.received(request, purpose, caller.actor, min_age=False)
    return form


def form_key(request: Request, caller: Caller, action: str, form: Form) -> IdempotencyKey:
    """The idempotency key of a sent form, made from its token: sending the same form twice has one effect."""
    entered = sorted((name, form.chosen(name)) for name in form.names if name != "form_token")
    return IdempotencyKey.of(get_services(request).secrets, f"office {action}", form.value("form_token"), entered)


def moment(text: str | None) -> datetime | None:
    """Read a time that stands in an answer of the API as text."""
    return datetime.fromisoformat(text) if text else None


def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page of the office."""
    response: Response = request.app.state.pages.render(
        request, template, brand=BRAND, status=status, standings=STANDINGS, **context
    )
    return response
