"""Pages for residents: municipalities, their gatherings, signing up."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from chassis.audience import Audience, Caller
from chassis.forms import Form
from chassis.idempotency import Request as Repeatable
from chassis.languages import LANGUAGES, pick
from chassis.pages import language_of, see_other
from chassis.problems import Problem
from chassis.translations import mark
from services.registration.calendar import MEDIA_TYPE, single
from services.registration.frame import Frame, frame, moments, to_read
from services.registration.schemas import STATES, Application
from services.registration.sign_up import registration

router = APIRouter(prefix="/registration", include_in_schema=False)

Anyone = Annotated[Caller, Audience("coordinator", "intake", public=True)]
Registrant = Annotated[Caller, Audience("coordinator", "intake", public=True, limited=True)]
ENTRY_WRONG = mark("Please check this entry.")


@router.get("/")
async def start(request: Request, caller: Anyone, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """All municipalities that take part, by name."""
    state = request.app.state
    code = language_of(request)
    found = [
        {"slug": one["slug"], "name": one["name"], "state": one["state"], "words": pick(one["name"], code)[0]}
        for one in await state.registration.administration.municipalities.admitted(20_000, None)
    ]
    wanted = q.strip().casefold()
    found = sorted((one for one in found if wanted in one["words"].casefold()), key=lambda one: one["words"].casefold())
    response: Response = state.pages.render(
        request, "start.html", municipalities=found[:200], more=len(found) > 200, q=q
    )
    return response


@router.get("/apply")
async def apply_page(request: Request, caller: Anyone) -> Response:
    return _apply(request, request.app.state.forms.new(request, "apply"))


@router.post("/apply")
async def apply(request: Request, caller: Registrant) -> Response:
    """A municipality asks to take part."""
    state = request.app.state
    form = await state.forms.received(request, "apply")
    if form.trapped:
        return see_other("/registration/applied")
    form.require("municipality", "slug", "kind", "state", "inhabitants", "name", "email")
    if form.ok:
        try:
            body = Application.model_validate(
                {
                    "slug": form.value("slug"), "name": form.value("municipality"), "kind": form.value("kind"), "state": form.value("state"),
                    "inhabitants": form.value("inhabitants").replace(".", "").replace(" ", ""), "languages": list(LANGUAGES),
                    "contact": {"name": form.value("name"), "email": form.value("email"), "phone": form.value("phone") or None},
                }
            )  # fmt: skip
            repeatable = Repeatable.of(
                state.registration.secrets, "page apply", form.value("form_token"), body.model_dump(mode="json")
            )
            await state.registration.administration.applications.apply(body, repeatable, state.registration.clock.now())
            return see_other("/registration/applied")
        except ValidationError as error:
            for item in error.errors():
                name = str(item["loc"][-1]) if item["loc"] else ""
                form.error(name if name in form.names else "", ENTRY_WRONG)
        except Problem as problem:
            form.take(problem)
    return _apply(request, form, 422)


@router.get("/applied")
async def applied(request: Request, caller: Anyone) -> Response:
    response: Response = request.app.state.pages.render(request, "applied.html")
    return response


@router.get("/{tenant}/")
async def municipality(request: Request, caller: Anyone) -> Response:
    page = await frame(request, caller)
    items = await page.parts.gatherings.published(page.scope, page.now, 200, None)
    return page.render("municipality.html", gatherings=sorted(map(moments, items), key=lambda one: one["starts_at"]))


@router.get("/{tenant}/gatherings/{id}")
async def gathering(request: Request, caller: Anyone, id: str) -> Response:
    page = await frame(request, caller)
    return await _gathering(page, id, page.form(f"sign-up:{id}", {"language": page.language, "companions": 0}))


@router.get("/{tenant}/gatherings/{id}/calendar")
async def calendar_file(request: Request, caller: Anyone, id: str) -> Response:
    page = await frame(request, caller)
    found = await page.parts.gatherings.known(page.scope, id, page.now)
    content = single(found, page.language, page.parts.public_url, page.now)
    return Response(
        content, media_type=MEDIA_TYPE, headers={"Content-Disposition": 'attachment; filename="termin.ics"'}
    )


@router.post("/{tenant}/gatherings/{id}")
async def sign_up(request: Request, caller: Registrant, id: str) -> Response:
    """Sign up; whoever gave an e-mail address finds their link in the mail, and nowhere else."""
    page = await frame(request, caller)
    form = await page.received(f"sign-up:{id}", min_age=True)
    thanks = f"{page.home}gatherings/{id}/thanks"
    if form.trapped:
        return see_other(thanks)
    found = await page.parts.gatherings.one(page.scope, id, page.now)
    body = registration(form, "web", found["party_max"], page.consent_version) if form.ok else None
    if body is not None:
        try:
            answer, _ = await page.parts.registrations.register(caller, id, body, page.once(f"sign-up {id}", form))
        except Problem as problem:
            form.take(
                problem, {"/party": "names", "/contact": "email", "/contact/email": "email", "/contact/phone": "phone"}
            )
        else:
            code = page.parts.registrations.code(answer["id"])
            own = f"{page.home}my/{answer['id']}/{code}"
            return see_other(own if "manage_url" in answer else thanks)
    return await _gathering(page, id, form, 422)


@router.get("/{tenant}/gatherings/{id}/thanks")
async def thanks(request: Request, caller: Anyone, id: str) -> Response:
    page = await frame(request, caller)
    found = await page.parts.gatherings.one(page.scope, id, page.now)
    return page.render("thanks.html", gathering=moments(found))


async def _gathering(page: Frame, id: str, form: Form, status: int = 200) -> Response:
    found = moments(await page.parts.gatherings.one(page.scope, id, page.now))
    opens, closes = found.get("opens_at"), found.get("closes_at") or found["starts_at"]
    consent = await page.parts.administration.texts.in_force(page.scope, "consent", page.facts)
    window = "early" if opens and page.now < opens else "late" if page.now >= closes else "open"
    return page.render(
        "gathering.html", status, gathering=found, form=form, window=window, closes=closes, free=max(0, found["seats"]["capacity"] - found["seats"]["taken"]),
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
        consent={"version": page.consent_version, "own": to_read(consent, page.language)},
    )  # fmt: skip


def _apply(request: Request, form: Any, status: int = 200) -> Response:
    response: Response = request.app.state.pages.render(
        request, "apply.html", status=status, form=form, states=[(s, s) for s in STATES.values()]
    )
    return response
