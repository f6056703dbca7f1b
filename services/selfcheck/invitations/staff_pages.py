"""Pages for coordinators: many invitations from a pasted list, and one invitation with what can be done about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request, Response
from pydantic import ValidationError

from chassis.http.problems import Problem, not_found
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.selfcheck.domain.invitation_list import Line, read
from services.selfcheck.invitations.schemas import ContactCorrected, NewLinkMade
from services.selfcheck.permissions import Coordinator, Host
from services.selfcheck.schemas import Contact, CorrectedContact, NewAddress, NewInvitation, NewInvitations
from services.selfcheck.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/selfcheck/{tenant}/assessments/{id}/invitations", include_in_schema=False)

_TRANSLATED = (mark("This person is asked already in this perspective; leave them out, or remind them."),)

WRONG = {
    "address": mark("Line %(line)s: this is no e-mail address."),
    "twice": mark("Line %(line)s: this address stands in the list twice."),
    "perspective": mark("Line %(line)s: this self-check has no such perspective."),
    "missing": mark("Line %(line)s: say which perspective, here or below for all such lines."),
    "language": mark("Line %(line)s: this language is not offered; write de, en, uk and so on."),
    "long": mark("Line %(line)s: a list has at most 500 lines; send the rest afterwards."),
    "label": mark("Line %(line)s: the label holds nothing that can be read. Please type it again."),
    "invited": mark("Line %(line)s: this address has been invited already."),
}


@router.get("/list")
async def show_invitation_form(request: Request, caller: Coordinator, id: str) -> Response:
    page = await staff_page(request, caller)
    return await _list_page(page, id, page.form(f"list:{id}", {"language": "de"}))


@router.post("/list")
async def create_invitations(request: Request, caller: Coordinator, id: str) -> Response:
    """Invite all of a pasted list or nobody, so that it is never unclear who was invited."""
    page = await staff_page(request, caller)
    assessment = await page.services.get_assessment(caller.scope, id)
    form = await page.received(f"list:{id}")
    form.require("people", "language")
    lines: list[Line] = []
    if form.ok:
        titles = {one["id"]: list(one["title"].values()) for one in assessment["perspectives"]}
        lines, wrong = read(form.value("people"), titles, form.value("perspective"), LANGUAGES, form.value("language"))
        if wrong:
            alike = [str(one.number) for one in wrong if one.code == wrong[0].code]
            form.error("people", WRONG[wrong[0].code], line=", ".join(alike))
    if form.ok:
        try:
            body = NewInvitations(
                invitations=[
                    NewInvitation(
                        perspective=line.perspective,
                        label=line.label,
                        fields=None,
                        contact=Contact(email=line.email, language=line.language),
                    )
                    for line in lines
                ]
            )
            await page.services.invitations.invite_many(caller.scope, id, body, form.value("form_token"), page.now)
            return page.done(page.address(id), mark("Everybody in the list is invited."))
        except ValidationError as error:
            where = error.errors()[0]["loc"]
            form.error("people", WRONG["label" if "label" in where else "address"], line=_line(lines, where))
        except Problem as problem:
            if problem.errors:
                place = problem.errors[0].pointer.split("/")
                code = "invited" if place[-1] == "email" else "perspective"
                form.error("people", WRONG[code], line=_line(lines, place[1:]))
            else:
                form.show_problem(problem)
    return await _list_page(page, id, form, 422)


@router.get("/{invitation}")
async def show_invitation(request: Request, caller: Host, id: str, invitation: str) -> Response:
    return await _invitation_page(await staff_page(request, caller), id, invitation)


@router.post("/{invitation}/reminder")
async def remind_invited_person(request: Request, caller: Coordinator, id: str, invitation: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"remind:{invitation}")

    async def act() -> Response:
        idempotency_key = page.idempotency_key(f"remind {invitation}", form)
        await page.services.invited.remind(caller.scope, id, invitation, idempotency_key, page.now)
        return page.done(f"{page.address(id)}/invitations/{invitation}", SAVED)

    return await answer_form(form, act, lambda form, _: _invitation_page(page, id, invitation, remind=form, status=409))


@router.post("/{invitation}/revocation")
async def revoke_invitation(request: Request, caller: Coordinator, id: str, invitation: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"revoke:{invitation}")

    async def act() -> Response:
        await page.services.invited.revoke(caller.scope, id, invitation, page.now)
        return page.done(f"{page.address(id)}/invitations/{invitation}", SAVED)

    return await answer_form(form, act, lambda form, _: _invitation_page(page, id, invitation, revoke=form, status=409))


@router.post("/{invitation}/link")
async def create_new_link(request: Request, caller: Coordinator, id: str, invitation: str) -> Response:
    """A new link, mailed or shown this once."""
    page = await staff_page(request, caller)
    form = await page.received(f"link:{invitation}")

    async def act() -> Response:
        email, language = form.value("email"), form.value("language") or "de"
        body = NewAddress(contact=Contact(email=email, language=language) if email else None)
        idempotency_key = page.idempotency_key(f"link {invitation}", form)
        new_link, _ = await page.services.invited.new_link(
            caller.scope, id, invitation, body, idempotency_key, page.now
        )
        return await _invitation_page(page, id, invitation, new_link=new_link)

    return await answer_form(
        form, act, lambda form, status: _invitation_page(page, id, invitation, link=form, status=status)
    )


@router.post("/{invitation}/contact")
async def correct_contact(request: Request, caller: Host, id: str, invitation: str) -> Response:
    """Correct name, language or address of somebody who was invited; another address gets a new link."""
    page = await staff_page(request, caller)
    form = await page.received(f"contact:{invitation}")
    form.require("contact.email")

    async def act() -> Response:
        contact = {name: form.value(f"contact.{name}") or None for name in ("name", "email", "language")}
        idempotency_key = page.idempotency_key(f"contact {invitation}", form)
        body = CorrectedContact.typed({"contact": {**contact, "language": contact["language"] or "de"}})
        corrected, _ = await page.services.invited.correct(
            caller.scope, id, invitation, body, idempotency_key, page.now
        )
        return await _invitation_page(page, id, invitation, corrected=corrected)

    return await answer_form(
        form, act, lambda form, status: _invitation_page(page, id, invitation, contact=form, status=status)
    )


def _line(lines: list[Line], place: Any) -> int:
    """The line of the pasted text that an entry of the list came from."""
    index = next((int(part) for part in place if str(part).isdecimal()), 0)
    return lines[index].number


async def _list_page(page: StaffPage, id: str, form: Form, status: int = 200) -> Response:
    return page.render(
        "staff/invitation_list.html",
        status,
        assessment=await page.services.get_assessment(page.scope, id),
        form=form,
        here=page.address(id),
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
    )


async def _invitation_page(
    page: StaffPage,
    id: str,
    invitation: str,
    status: int = 200,
    new_link: NewLinkMade | None = None,
    remind: Form | None = None,
    revoke: Form | None = None,
    link: Form | None = None,
    contact: Form | None = None,
    corrected: ContactCorrected | None = None,
) -> Response:
    scope = page.scope
    invited = await page.services.invited.list_all(scope, id)
    person = next((item for item in invited["items"] if item["id"] == invitation), None)
    if person is None:
        raise not_found("invitation")
    assessment = await page.services.get_assessment(scope, id)
    return page.render(
        "staff/invitation.html",
        status,
        assessment=assessment,
        item=person,
        invited_at=datetime.fromisoformat(person["invited_at"]),
        reminded_at=datetime.fromisoformat(person["reminded_at"]) if person["reminded_at"] else None,
        here=page.address(id),
        new_link=new_link,
        perspective=next(one for one in assessment["perspectives"] if one["id"] == person["perspective"]),
        remind=remind or page.form(f"remind:{invitation}"),
        revoke=revoke or page.form(f"revoke:{invitation}"),
        link=link or page.form(f"link:{invitation}", {"language": "de"}),
        contact=contact or page.form(f"contact:{invitation}", {"contact.language": "de"}),
        corrected=corrected,
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
    )
