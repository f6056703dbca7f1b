"""Pages where a gathering is written: a new one, a draft, or a change of a published one, which is looked over first."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from chassis.storage.mongo import Document
from chassis.text.languages import LANGUAGES
from services.registration.domain.terms import MOST_SEATS
from services.registration.needs.support_kinds import KINDS
from services.registration.page_context import PageContext, page_context
from services.registration.permissions import Coordinator
from services.registration.planning import staff_plan_form as plan_form
from services.registration.planning.schemas import MOST_OF_SUPPORT, MOST_TOGETHER, GatheringDraft
from services.registration.planning.staff_pages_review import review

router = APIRouter(prefix="/registration/{tenant}/desk", include_in_schema=False)

REQUIRED = ("kind", "mode", "capacity", "party_max", "allocation", "open_to", "offer_hours", "confirm_minutes")


@router.get("/plan")
async def show_new_gathering(request: Request, caller: Coordinator) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _form(page, page.form("plan", plan_form.NEW))


@router.post("/plan")
async def create_gathering(request: Request, caller: Coordinator) -> Response:
    """Store a draft; publishing is the next step."""
    page = await page_context(request, caller, staff=True)
    form = await page.received("plan")
    languages = await _languages(page)
    body = _body(form, languages, {})
    if body is not None:
        with form.refusals(_names(languages)):
            draft = GatheringDraft.typed(body)
            created, _ = await page.services.planning.draft(
                page.scope, draft, languages[0], page.idempotency_key("plan", form)
            )
            return page.done(f"{page.home}desk/{created['id']}/plan", SAVED)
    return await _form(page, form, status=422)


@router.get("/{id}/plan/edit")
async def show_gathering_form(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    stored = plan_form.filled(gathering["facts"])
    return await _form(page, remember(page.form(f"plan:{id}", stored), stored), gathering)


@router.post("/{id}/plan/edit")
async def change_gathering(request: Request, caller: Coordinator, id: str) -> Response:
    """Change a gathering: a draft at once; of a published one people first see what the change will do."""
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    form = await page.received(f"plan:{id}")
    merge(form, plan_form.filled(gathering["facts"]))
    languages = await _languages(page)
    body = _body(form, languages, gathering["facts"])
    if body is not None and not form.value("back"):
        with form.refusals(_names(languages)):
            if gathering["status"] == "published" and not form.value("sure"):
                preview = await page.services.planning.preview(page.scope, id, body, languages[0])
                if preview["changed"]:
                    return review(page, gathering, form, preview)
            else:
                await page.services.planning.change(
                    page.scope, id, body, languages[0], page.idempotency_key(f"plan {id}", form)
                )
            return page.done(f"{page.home}desk/{id}/plan", SAVED)
    return await _form(page, form, gathering, 422 if form.errors else 200)


async def _languages(page: PageContext) -> list[str]:
    """The languages of the municipality, its default first."""
    facts = await page.services.tenant_registry.tenant(page.scope.tenant)
    assert facts is not None  # the frame was made of it
    return list(facts["languages"])


def _body(form: Form, languages: list[str], facts: Document) -> dict[str, Any] | None:
    times = () if facts.get("meetings") else ("day", "from", "until")
    form.require(f"title.{languages[0]}", f"description.{languages[0]}", *times, *REQUIRED)
    body = plan_form.body(form, languages, facts) if form.ok else None
    return body if form.ok else None


def _names(languages: list[str]) -> dict[str, str]:
    """The form fields that show a mistake which the API names otherwise; a text as a whole at that in the default language."""
    return {**plan_form.FIELDS, **{f"/{name}": f"{name}.{languages[0]}" for name in ("title", "description")}}


async def _form(page: PageContext, form: Form, gathering: Document | None = None, status: int = 200) -> Response:
    languages = await _languages(page)
    labels = {offer["id"]: offer["label"] for offer in (gathering["facts"]["support"] if gathering else ())} | KINDS
    return page.render(
        "staff/plan.html",
        status,
        form=form,
        gathering=gathering,
        languages=[(code, LANGUAGES[code].endonym) for code in languages],
        labels=labels,
        limits={"seats": MOST_SEATS, "group": MOST_TOGETHER, "support": MOST_OF_SUPPORT},
        back=f"{page.home}desk/{gathering['id']}/plan" if gathering else f"{page.home}desk",
    )
