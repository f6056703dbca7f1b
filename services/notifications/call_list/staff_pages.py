"""The page of the call list: whom to call, what to say, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.permissions import Caller
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from chassis.storage.idempotency import IdempotencyKey
from services.notifications.call_list.call_list import CallOutcome
from services.notifications.permissions import Desk
from services.notifications.services import get_services
from services.notifications.staff_frame import home, new_form, received_form, render

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)

After = Annotated[str, Query(max_length=200, pattern=r"^[A-Za-z0-9_-]*$")]
ON_A_PAGE = 50
PURPOSE = "calls"


@router.get("/calls")
async def calls(
    request: Request, caller: Desk, kind: Filter = "", language: Filter = "", after: After = ""
) -> Response:
    """Whom to call, those never tried first: why, in which language, what to say."""
    return await _list(request, caller, new_form(request, caller, PURPOSE), kind, language, after)


@router.post("/calls/{id}")
async def called(request: Request, caller: Desk, id: str, outcome: Annotated[CallOutcome, Query()]) -> Response:
    """What came of a call. The filters one had chosen stay."""
    form = await received_form(request, caller, PURPOSE)
    kind, language = form.value("kind")[:40], form.value("language")[:40]
    if form.ok:
        services = get_services(request)
        once = IdempotencyKey.of(services.context.secrets, f"page call {id}", form.value("form_token"), outcome)
        with form.refusals():
            await services.calls.record_outcome(caller.scope, id, outcome, once)
            return see_other(f"{home(caller)}calls?kind={_known(kind)}&language={_known(language)}")
    return await _list(request, caller, form, kind, language, "", 422)


async def _list(
    request: Request, caller: Caller, form: Form, kind: str, language: str, after: str, status: int = 200
) -> Response:
    services = get_services(request)
    page = await services.calls.page(caller.scope, kind=kind, language=language, cursor=after or None, limit=ON_A_PAGE)
    kinds, spoken = await services.calls.repository.kinds_and_languages(caller.scope)
    return await render(
        request,
        caller,
        "staff/calls.html",
        status,
        calls=[_moments(one) for one in page.items],
        next=page.next,
        total=await services.calls.repository.count(caller.scope),
        form=form,
        kinds=kinds,
        spoken=spoken,
        kind_asked=kind,
        language_asked=language,
        letters=len(await services.letters.waiting(caller.scope)),
    )


def _known(name: str) -> str:
    """A filter fit for an address: kinds and languages are of letters and hyphens."""
    return name if name.replace("-", "").isalnum() else ""


def _moments(entry: dict[str, Any]) -> dict[str, Any]:
    """Times as times, for templates."""
    gathering = entry["gathering"]
    if gathering:
        gathering = {**gathering, "starts_at": datetime.fromisoformat(gathering["starts_at"])}
    return {
        **entry,
        "at": datetime.fromisoformat(entry["at"]),
        "until": datetime.fromisoformat(entry["until"]) if entry["until"] else None,
        "attempts": [{**one, "at": datetime.fromisoformat(one["at"])} for one in entry["attempts"]],
        "gathering": gathering,
        "also": [_moments(one) for one in entry.get("also", ())],
    }
