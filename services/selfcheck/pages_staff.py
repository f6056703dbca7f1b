"""Pages for staff: assessments and invitations."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from chassis.audience import ANY_STAFF, Audience, Caller
from chassis.forms import Form
from chassis.languages import LANGUAGES
from chassis.pages import see_other
from chassis.problems import Problem
from chassis.translations import mark
from services.selfcheck.office_staff import Office, at_office, take
from services.selfcheck.schemas import Contact, NewAssessment, NewInvitation

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)

Staff = Annotated[Caller, Audience(*ANY_STAFF)]
Coordinator = Annotated[Caller, Audience("coordinator")]
Moderator = Annotated[Caller, Audience("moderator")]
Host = Annotated[Caller, Audience("coordinator", "moderator")]

PERSPECTIVES = {
    "administration": mark("Administration"),
    "politics": mark("Politics"),
    "civil_society": mark("Civil society"),
    "economy": mark("Economy"),
}
"""Offered by the page; the API takes any."""


@router.get("/")
async def assessments(request: Request, caller: Staff) -> Response:
    office = await at_office(request, caller)
    return await _list(
        office, office.form("open", {"minimum_group": 3, "perspectives": ["administration", "civil_society"]})
    )


@router.post("/")
async def open_assessment(request: Request, caller: Coordinator) -> Response:
    office = await at_office(request, caller)
    form = await office.received("open")
    form.require("title", "perspectives", "minimum_group", "questionnaire")
    if form.ok:
        id, _, version = form.value("questionnaire").rpartition(":")
        texts = {code: office.pages.catalogue(code) for code in office.brand.languages}
        try:
            body = NewAssessment.model_validate(
                {
                    "questionnaire": {"id": id, "version": version},
                    "title": {office.brand.languages[0]: form.value("title")},
                    "perspectives": [
                        {"id": one, "title": {code: words.gettext(PERSPECTIVES[one]) for code, words in texts.items()}}
                        for one in form.chosen("perspectives") if one in PERSPECTIVES
                    ],
                    "minimum_group": int(form.value("minimum_group")) if form.value("minimum_group").isdecimal() else 0,
                }
            )  # fmt: skip
            made, _ = await office.parts.assessments.open(caller.scope, body, office.once("open", form), office.now)
            return see_other(office.address(made["id"]))
        except ValidationError as error:
            take(form, error)
        except Problem as problem:
            form.take(problem)
    return await _list(office, form, 422)


@router.get("/assessments/{id}")
async def assessment(request: Request, caller: Host, id: str) -> Response:
    office = await at_office(request, caller)
    return await _one(office, id, office.form(f"invite:{id}"))


@router.post("/assessments/{id}")
async def invite(request: Request, caller: Coordinator, id: str) -> Response:
    """An invitation; without an address the page shows its link, this once."""
    office = await at_office(request, caller)
    form = await office.received(f"invite:{id}")
    form.require("perspective")
    if form.ok:
        try:
            email = form.value("email")
            contact = (
                Contact(name=form.value("name") or None, email=email, language=form.value("language") or "de")
                if email
                else None
            )
            body = NewInvitation(
                perspective=form.value("perspective"), label=form.value("label"), contact=contact, fields=None
            )
            made, _ = await office.parts.invitations.invite(
                caller.scope, id, body, office.once(f"invite {id}", form), office.now
            )
            return await _one(office, id, office.form(f"invite:{id}"), made=made)
        except ValidationError as error:
            take(form, error)
        except Problem as problem:
            form.take(problem)
    return await _one(office, id, form, 422)


async def _list(office: Office, form: Form, status: int = 200) -> Response:
    items = await office.parts.assessments.listed(office.caller.scope, 500, None)
    versions = await office.parts.questionnaires.listed()
    return office.render(
        "staff/assessments.html", status, form=form, items=list(reversed(items)), perspectives=PERSPECTIVES,
        questionnaires=[(f"{one['id']}:{one['version']}", one["title"], one["version"]) for one in versions],
    )  # fmt: skip


async def _one(office: Office, id: str, form: Form, status: int = 200, made: dict[str, Any] | None = None) -> Response:
    scope = office.caller.scope
    invitations = await office.parts.invited(scope, id)
    return office.render(
        "staff/assessment.html", status, assessment=await office.parts.one(scope, id), invitations=invitations["items"], form=form,
        made=made, here=office.address(id), languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
    )  # fmt: skip
