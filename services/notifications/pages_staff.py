"""Pages for staff: whom to call, and what became of the messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from chassis.aggregates import Aggregates
from chassis.audience import Audience, Caller
from chassis.brand import of_tenant
from chassis.forms import Forms
from chassis.languages import LANGUAGES
from chassis.pages import Pages, see_other
from chassis.problems import not_found
from services.notifications.call_list import CallList

router = APIRouter(prefix="/notifications/{tenant}", include_in_schema=False)

Desk = Annotated[Caller, Audience("coordinator", "intake")]
NEWEST = 200
PURPOSE = "called"


@router.get("/")
async def messages(request: Request, caller: Desk) -> Response:
    """The call list first, then the newest messages without their recipients."""
    state = request.app.state
    facts = await state.directory.tenant(caller.scope.tenant)
    if facts is None:
        raise not_found("municipality")
    brand = request.state.brand = of_tenant(caller.scope.tenant, facts).for_staff()
    pages: Pages = state.pages
    forms: Forms = state.forms
    calls = await _calls(request).entries(caller.scope)
    found = await _intents(request).collection.find(caller.scope.filter()).sort("at", -1).limit(NEWEST).to_list(None)
    return pages.render(
        request, "staff/messages.html", brand=brand, home=f"/notifications/{caller.scope.tenant}/", calls=[_moment(one) for one in calls],
        messages=found, form=forms.new(request, PURPOSE, holder=_holder(caller)),
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
    )  # fmt: skip


@router.post("/called/{id}")
async def called(request: Request, caller: Desk, id: str) -> Response:
    """Somebody was reached on the telephone."""
    form = await request.app.state.forms.received(request, PURPOSE, _holder(caller), min_age=False)
    if form.ok:
        await _calls(request).settle(caller.scope, id, "reached", None)
    return see_other(f"/notifications/{caller.scope.tenant}/")


def _holder(caller: Caller) -> str:
    return caller.identity.subject if caller.identity else ""


def _moment(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "at": datetime.fromisoformat(entry["at"])}


def _calls(request: Request) -> CallList:
    calls: CallList = request.app.state.calls
    return calls


def _intents(request: Request) -> Aggregates:
    intents: Aggregates = request.app.state.intents
    return intents
