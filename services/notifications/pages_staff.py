"""Pages for staff: whom to call and what to say, letters to print, and what became of the messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.http.permissions import Caller, Permission
from chassis.http.problems import not_found
from chassis.pages.brand import of_tenant
from chassis.pages.forms import Form, Forms
from chassis.pages.pages import Pages, see_other
from chassis.storage.idempotency import IdempotencyKey as Repeatable
from chassis.text.languages import LANGUAGES
from services.notifications.api import calls_of, intents_of, letters_of
from services.notifications.call_list import Outcome
from services.notifications.letters import MOST

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)

Desk = Annotated[Caller, Permission("coordinator", "intake")]
Filter = Annotated[str, Query(max_length=40)]
NEWEST = 200
PURPOSE = "calls"


@router.get("/")
async def messages(request: Request, caller: Desk) -> Response:
    """The newest messages without their recipients, and how many people are to be called."""
    return await _messages(request, caller, _form(request, caller))


async def _messages(request: Request, caller: Caller, form: Form, status: int = 200) -> Response:
    found = await intents_of(request).collection.find(caller.scope.filter()).sort("at", -1).limit(NEWEST).to_list(None)
    calls = len(await calls_of(request).entries(caller.scope))
    letters = [
        {**one, "at": datetime.fromisoformat(one["at"])} for one in await letters_of(request).waiting(caller.scope)
    ]
    return await _render(
        request, caller, "staff/messages.html", status, messages=found, calls=calls, letters=letters, form=form
    )


@router.get("/calls")
async def calls(request: Request, caller: Desk, kind: Filter = "", language: Filter = "") -> Response:
    """Whom to call, those never tried first: why, in which language, what to say."""
    return await _list(request, caller, _form(request, caller), kind, language)


@router.post("/calls/{id}")
async def called(request: Request, caller: Desk, id: str, outcome: Annotated[Outcome, Query()]) -> Response:
    """What came of a call. The filters one had chosen stay."""
    forms: Forms = request.app.state.forms
    form = await forms.received(request, PURPOSE, _holder(caller), min_age=False)
    kind, language = form.value("kind")[:40], form.value("language")[:40]
    if form.ok:
        secrets = request.app.state.context.secrets
        once = Repeatable.of(secrets, f"page call {id}", form.value("form_token"), outcome)
        with form.refusals():
            await calls_of(request).settle(caller.scope, id, outcome, once)
            return see_other(
                f"/notifications/{caller.scope.tenant}/calls?kind={_known(kind)}&language={_known(language)}"
            )
    return await _list(request, caller, form, kind, language, 422)


async def _list(request: Request, caller: Caller, form: Form, kind: str, language: str, status: int = 200) -> Response:
    everybody = await calls_of(request).entries(caller.scope)
    shown = [one for one in everybody if kind in ("", one["kind"]) and language in ("", one["language"])]
    return await _render(
        request,
        caller,
        "staff/calls.html",
        status,
        calls=[_moments(one) for one in shown],
        total=len(everybody),
        form=form,
        kinds=sorted({one["kind"] for one in everybody}),
        spoken=sorted({one["language"] for one in everybody}),
        kind_asked=kind,
        language_asked=language,
        letters=len(await letters_of(request).waiting(caller.scope)),
        directions={code: one.direction for code, one in LANGUAGES.items()},
    )


async def _render(request: Request, caller: Caller, template: str, status: int = 200, **context: Any) -> Response:
    state, tenant = request.app.state, caller.scope.tenant
    facts = await state.tenant_registry.tenant(tenant)
    if facts is None:
        raise not_found("municipality")
    brand = request.state.brand = of_tenant(tenant, facts).for_staff()
    pages: Pages = state.pages
    return pages.render(
        request,
        template,
        status=status,
        brand=brand,
        home=f"/notifications/{tenant}/",
        desk=f"/registration/{tenant}/desk/",
        api=f"/notifications/v1/{tenant}/",
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
        **context,
    )


def _form(request: Request, caller: Caller) -> Form:
    forms: Forms = request.app.state.forms
    return forms.new(request, PURPOSE, holder=_holder(caller))


@router.post("/posted")
async def posted(request: Request, caller: Desk) -> Response:
    """These letters were printed and are in the post."""
    form = await request.app.state.forms.received(request, PURPOSE, _holder(caller), min_age=False)
    if form.ok:
        await letters_of(request).printed(caller.scope, form.chosen("letter")[:MOST])
        return see_other(f"/notifications/{caller.scope.tenant}/")
    return await _messages(request, caller, form, 422)


def _holder(caller: Caller) -> str:
    return caller.identity.subject if caller.identity else ""


def _known(name: str) -> str:
    """A filter fit for an address: kinds and languages are of letters and hyphens."""
    return name if name.replace("-", "").isalnum() else ""


def _moments(entry: dict[str, Any]) -> dict[str, Any]:
    """Times as times, for templates."""
    tried = [{**one, "at": datetime.fromisoformat(one["at"])} for one in entry["attempts"]]
    gathering = entry["gathering"]
    if gathering:
        gathering = {**gathering, "starts_at": datetime.fromisoformat(gathering["starts_at"])}
    until = datetime.fromisoformat(entry["until"]) if entry["until"] else None
    return {
        **entry,
        "at": datetime.fromisoformat(entry["at"]),
        "until": until,
        "attempts": tried,
        "gathering": gathering,
    }
