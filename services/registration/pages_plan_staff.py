"""Pages for planning gatherings: drafting and publishing them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from chassis.audience import Audience, Caller
from chassis.forms import Form
from chassis.languages import LANGUAGES
from chassis.pages import see_other
from chassis.problems import Problem
from chassis.translations import mark
from services.registration.frame import Frame, frame
from services.registration.schemas import GatheringDraft

router = APIRouter(prefix="/registration/{tenant}/desk", include_in_schema=False)

Coordinator = Annotated[Caller, Audience("coordinator")]
ZONE = ZoneInfo("Europe/Berlin")
INTERPRETERS = ("uk", "ar", "tr", "fa", "ru", "fr", "en")
ENTRY_WRONG = mark("Please check this entry.")


@router.get("/plan")
async def plan_page(request: Request, caller: Coordinator) -> Response:
    page = await frame(request, caller, staff=True)
    initial = {
        "mode": "onsite",
        "capacity": 35,
        "party_max": 4,
        "offer_hours": 24,
        "confirm_minutes": 60,
        "kind": "dialogue",
    }
    return _plan(page, page.form("plan", initial))


@router.post("/plan")
async def plan(request: Request, caller: Coordinator) -> Response:
    """A draft; publishing is the next step."""
    page = await frame(request, caller, staff=True)
    form = await page.received("plan")
    form.require("title", "description", "kind", "day", "from", "until", "mode", "capacity", "party_max")
    if form.ok:
        try:
            body = GatheringDraft.model_validate(_draft(form, page.brand.languages[0]))
            made, _ = await page.parts.planning.draft(
                page.scope, body, page.brand.languages[0], page.once("plan", form)
            )
            return see_other(f"{page.home}desk/{made['id']}")
        except ValidationError as error:
            for item in error.errors():
                name = str(item["loc"][0]) if item["loc"] else ""
                form.error(name if name in form.names else "", ENTRY_WRONG)
        except ValueError:
            form.error("day", mark("Please write the day and the times as shown."))
        except Problem as problem:
            form.take(problem, {"/ends_at": "until", "/starts_at": "from"})
    return _plan(page, form, 422)


@router.post("/{id}/publication")
async def publish(request: Request, caller: Coordinator, id: str) -> Response:
    page = await frame(request, caller, staff=True)
    form = await page.received(f"act:{id}")
    if form.ok:
        await page.parts.planning.publish(page.scope, id, page.once(f"publish {id}", form))
    return see_other(f"{page.home}desk/{id}")


def _plan(page: Frame, form: Form, status: int = 200) -> Response:
    return page.render(
        "staff/plan.html", status, form=form, interpreters=[(code, LANGUAGES[code].endonym) for code in INTERPRETERS]
    )


def _draft(form: Form, language: str) -> dict[str, Any]:
    """The body of the API's call. Raises ValueError for a day or time that is none."""
    day = date.fromisoformat(form.value("day"))
    starts, ends = (datetime.combine(day, time.fromisoformat(form.value(name)), ZONE) for name in ("from", "until"))
    label = {code: LANGUAGES[code].endonym for code in INTERPRETERS}
    support: list[dict[str, Any]] = [
        {"id": f"interpreter:{code}", "label": {language: f"Dolmetschen: {label[code]}", code: label[code]}}
        for code in form.chosen("interpreters") if code in label
    ]  # fmt: skip
    if form.value("childcare"):
        support.append(
            {"id": "childcare", "label": {"de": "Kinderbetreuung", "en": "Childcare", language: "Kinderbetreuung"}}
        )
    return {
        "title": {language: form.value("title")},
        "description": {language: form.value("description")},
        "kind": form.value("kind"),
        "starts_at": starts,
        "ends_at": ends,
        "mode": form.value("mode"),
        "place": form.value("place") or None,
        "join_url": form.value("join_url") or None,
        "capacity": form.value("capacity"),
        "party_max": form.value("party_max"),
        "support": support,
    }
