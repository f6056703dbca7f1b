"""Pages for staff: whom to call, and what became of the messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from chassis.aggregates import Aggregates, Change
from chassis.audience import Audience, Caller
from chassis.brand import of_tenant
from chassis.forms import Forms
from chassis.languages import LANGUAGES
from chassis.mongo import Document
from chassis.pages import Pages, see_other
from chassis.problems import conflict, not_found
from services.notifications.api import call_list

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
    calls = (await call_list(request, caller))["items"]
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
    now = request.app.state.context.clock.now()

    def decide(intent: Document) -> Change:
        if intent["status"] not in ("to_call", "sent"):
            raise conflict("not-to-call", "This person does not stand on the call list.")
        attempts = [*intent["attempts"], {"at": now, "outcome": "called"}]
        return Change({"status": "sent", "attempts": attempts}, ["due_at"])

    if form.ok and await _intents(request).execute(caller.scope, id, decide, now) is None:
        raise not_found("message")
    return see_other(f"/notifications/{caller.scope.tenant}/")


def _holder(caller: Caller) -> str:
    return caller.identity.subject if caller.identity else ""


def _moment(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "at": datetime.fromisoformat(entry["at"])}


def _intents(request: Request) -> Aggregates:
    intents: Aggregates = request.app.state.intents
    return intents
