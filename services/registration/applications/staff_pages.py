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

Which = Annotated[Number | None, Query(alias="application")]
"""Which application of a municipality; without it the last one."""
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
    found = await get_services(request).applications.overview()
    wanted = q.strip().casefold()
    shown = [
        {**one, "words": pick(one["name"], code)[0]} for one in found if not standing or one["standing"] == standing
    ]
    order = list(STANDINGS)
    shown = [one for one in shown if wanted in f"{one['words']} {one['slug']}".casefold()]
    shown.sort(key=lambda one: (order.index(one["standing"]), one["words"].casefold()))
    return render(request, "staff/office.html", found=shown[:SHOWN], more=len(shown) > SHOWN, q=q, standing=standing)


@router.get("/{slug}")
async def show_application(request: Request, caller: ProgrammeOffice, slug: str, which: Which = None) -> Response:
    return await show(request, caller, slug, {}, which=which)


@router.post("/{slug}/questions")
async def ask_applicant(request: Request, caller: ProgrammeOffice, slug: str, which: Which = None) -> Response:
    form = await received(request, caller, f"ask:{slug}")
    form.require("question")
    if form.ok:
        with form.refusals(texts={"question": SHORTEN}):
            body = Question(question=form.value("question"))
            reviewing, now = get_services(request).reviewing, get_services(request).clock.now()
            await reviewing.ask(slug, body.question, form_key(request, caller, f"ask {slug} {which}", form), now, which)
            return done(request, f"/registration/office/{slug}", SAVED)
    return await show(request, caller, slug, {"ask": form}, 422, which)


@router.post("/{slug}/decision")
async def decide_application(request: Request, caller: ProgrammeOffice, slug: str, which: Which = None) -> Response:
    form = await received(request, caller, f"decide:{slug}")
    form.require("decision")
    if form.value("decision") == "declined":
        form.require("reason")
    if form.ok:
        with form.refusals(texts={"reason": SHORTEN}):
            body = Decision.typed({"decision": form.value("decision"), "reason": form.value("reason")})
            reviewing, now = get_services(request).reviewing, get_services(request).clock.now()
            await reviewing.decide(slug, body, form_key(request, caller, f"decide {slug} {which}", form), now, which)
            return done(request, f"/registration/office/{slug}", SAVED)
    return await show(request, caller, slug, {"decide": form}, 422, which)


async def show(
    request: Request, caller: Caller, slug: str, forms: dict[str, Form], status: int = 200, which: int | None = None
) -> Response:
    """A municipality as the office sees it; `forms`: those that came back with something to mend."""
    application = await get_services(request).applications.get(caller, slug, which)
    questions = [
        {**one, "asked_at": moment(one["asked_at"]), "answered_at": moment(one["answered_at"])}
        for one in application["questions"]
    ]
    services = get_services(request)
    deletion = (
        await services.offboarding.certificate(slug) if application["standing"] in ("leaving", "deleted") else None
    )
    scope = of_document({"tenant": slug})
    said = await services.municipalities.memberships(scope)
    there = application["status"] in ("admitted", "suspended")
    ags = (await services.profiles.get_public(scope))["ags"] if there else None
    known = {"contact": application["contact"], "key": {"ags": ags}}
    made = {name: new_form(request, caller, f"{name}:{slug}") for name in FORMS}
    made |= {name: filled(request, caller, f"{name}:{slug}", stored) for name, stored in known.items()} | forms
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
        former_query=query_of(which),
        forms=made,
        deletion=deletion and {**deletion, "deletion_at": moment(deletion["deletion_at"])},
        memberships=said,
        successor_needed=await get_services(request).erasures.successor_needed(scope),
        districts=[(one["slug"], one["words"]) for one in await _districts(request) if one["slug"] != slug],
    )


def query_of(which: int | None) -> str:
    """What an address of one of its former applications ends in."""
    return f"?application={which}" if which else ""


async def _districts(request: Request) -> list[dict[str, Any]]:
    code = language_of(request, BRAND)
    found = await get_services(request).municipalities.districts()
    return sorted(({**one, "words": pick(one["name"], code)[0]} for one in found), key=lambda one: one["words"])


def new_form(request: Request, caller: Caller, purpose: str, known: dict[str, Any] | None = None) -> Form:
    """A form of the person signed in, with what is `known`."""
    initial = {"days": "30", **(known or {})}
    form: Form = request.app.state.forms.new(request, purpose, initial, caller.actor)
    return form


def filled(request: Request, caller: Caller, purpose: str, stored: dict[str, Any]) -> Form:
    """A form that shows what is stored."""
    return remember(new_form(request, caller, purpose, stored), stored)


async def received(request: Request, caller: Caller, purpose: str) -> Form:
    """The form as sent."""
    form: Form = await request.app.state.forms.received(request, purpose, caller.actor, min_age=False)
    return form


def form_key(request: Request, caller: Caller, what: str, form: Form) -> IdempotencyKey:
    """Sending the same form twice has one effect: its token is the key."""
    entered = sorted((name, form.chosen(name)) for name in form.names if name != "form_token")
    return IdempotencyKey.of(get_services(request).secrets, f"office {what}", form.value("form_token"), entered)


def moment(text: str | None) -> datetime | None:
    """A time of an answer as a time."""
    return datetime.fromisoformat(text) if text else None


def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page of the office."""
    response: Response = request.app.state.pages.render(
        request, template, brand=BRAND, status=status, standings=STANDINGS, **context
    )
    return response
