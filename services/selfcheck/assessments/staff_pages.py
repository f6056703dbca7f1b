"""Pages for staff: assessments and invitations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.problems import Problem
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.selfcheck.assessments.schemas import AssessmentResponse
from services.selfcheck.domain.own_section import MOST_QUESTIONS
from services.selfcheck.invitations.schemas import InvitationResponse, InvitedPerson
from services.selfcheck.joint.responses import waits_for
from services.selfcheck.permissions import Coordinator, Host, Staff
from services.selfcheck.schemas import Contact, NewAssessment, NewInvitation
from services.selfcheck.staff_page import StaffPage, moment, staff_page

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)


PERSPECTIVES = {
    "administration": mark("Administration"),
    "politics": mark("Politics"),
    "civil_society": mark("Civil society"),
    "economy": mark("Economy"),
}
"""Offered by the page; the API takes any."""
OWN_FIELDS = {
    "/own_section": "own_questions",
    "/own_section/title": "own_title",
    "/own_section/questions": "own_questions",
}
"""Where the form shows what is wrong with questions of one's own."""
TOO_MANY = mark("You may ask at most %(most)s questions of your own; these are %(there)s. Please take some out.")


@router.get("/")
async def list_assessments(request: Request, caller: Staff) -> Response:
    page = await staff_page(request, caller)
    return await _list_page(
        page, page.form("open", {"minimum_group": 5, "perspectives": ["administration", "civil_society"]})
    )


@router.post("/")
async def open_assessment(request: Request, caller: Coordinator) -> Response:
    page = await staff_page(request, caller)
    form = await page.received("open")
    form.require("title", "perspectives", "minimum_group", "questionnaire")

    async def act() -> Response:
        body = NewAssessment.typed(
            {**as_entered(page, form), "repeats": form.value("repeats") or None, **own_as_entered(page, form)}
        )
        assessment, _ = await page.services.assessments.open(
            caller.scope, body, page.idempotency_key("open", form), page.now
        )
        return page.done(page.address(assessment["id"]), SAVED)

    return await answer_form(form, act, lambda form, status: _list_page(page, form, status), OWN_FIELDS)


@router.get("/assessments/{id}")
async def show_assessment(request: Request, caller: Host, id: str) -> Response:
    page = await staff_page(request, caller)
    return await _assessment_page(page, id, page.form(f"invite:{id}", {"language": "de"}))


@router.post("/assessments/{id}")
async def invite_respondent(request: Request, caller: Coordinator, id: str) -> Response:
    """Invite somebody; without an address the page shows the link, this once."""
    page = await staff_page(request, caller)
    form = await page.received(f"invite:{id}")
    form.require("perspective")

    async def act() -> Response:
        email = form.value("email")
        contact = (
            Contact(name=form.value("name") or None, email=email, language=form.value("language") or "de")
            if email
            else None
        )
        body = NewInvitation(
            perspective=form.value("perspective"), label=form.value("label"), contact=contact, fields=None
        )
        invitation, _ = await page.services.invitations.invite(
            caller.scope, id, body, page.idempotency_key(f"invite {id}", form), page.now
        )
        return await _assessment_page(
            page, id, page.form(f"invite:{id}", {"language": "de"}), new_invitation=invitation
        )

    return await answer_form(form, act, lambda form, status: _assessment_page(page, id, form, status))


def own_as_entered(page: StaffPage, form: Form) -> dict[str, Any]:
    """Questions of the municipality's own, one on each line, where there are any; as the API takes them. None or too many of them
    are noted at their field, in words that say more than the API's."""
    language = page.brand.languages[0]
    lines = [line.strip() for line in form.value("own_questions").splitlines() if line.strip()]
    if not (lines or form.value("own_title")):
        return {}
    form.require("own_questions")
    if len(lines) > MOST_QUESTIONS:
        form.error("own_questions", TOO_MANY, most=MOST_QUESTIONS, there=len(lines))
    questions = [{language: line} for line in lines]
    return {"own_section": {"title": {language: form.value("own_title")}, "questions": questions}}


def as_entered(page: StaffPage, form: Form) -> dict[str, Any]:
    """What a form asks for a new self-check, own or joint, as the API takes it."""
    id, _, version = form.value("questionnaire").rpartition(":")
    texts = {code: page.pages.catalogue(code) for code in page.brand.languages}
    return {
        "questionnaire": {"id": id, "version": version},
        "title": {page.brand.languages[0]: form.value("title")},
        "perspectives": [
            {
                "id": perspective,
                "title": {code: words.gettext(PERSPECTIVES[perspective]) for code, words in texts.items()},
                "speaks": "institution" if perspective in form.chosen("institutions") else "person",
            }
            for perspective in form.chosen("perspectives")
            if perspective in PERSPECTIVES
        ],
        "minimum_group": form.value("minimum_group"),
        "deadline": moment(form, "deadline"),
    }


async def _list_page(page: StaffPage, form: Form, status: int = 200) -> Response:
    scope = page.scope
    items = await page.services.assessments.list_page(scope, 500, None)
    archived = await page.services.assessments.list_page(scope, 500, None, archived=True)
    versions = await page.services.questionnaires.catalogue()
    joints = page.services.joints
    joint = await joints.list_all(scope)
    return page.render(
        "staff/assessments.html",
        status,
        form=form,
        joint=joint,
        waiting=[one for one in joint if waits_for(one, scope.tenant)],
        is_district=bool(await joints.memberships.list_members(scope, page.now)),
        items=list(reversed(items)),
        archived=list(reversed(archived)),
        perspectives=PERSPECTIVES,
        questionnaires=[(f"{one['id']}:{one['version']}", one["title"], one["version"]) for one in versions],
    )


async def _assessment_page(
    page: StaffPage, id: str, form: Form, status: int = 200, new_invitation: InvitationResponse | None = None
) -> Response:
    scope = page.scope
    assessment = await page.services.get_assessment(scope, id)
    invited = await page.services.invited.list_all(scope, id)
    revealed = assessment["status"] != "open"
    evidence = await page.services.evidence.of_assessment(scope, id) if revealed else []
    questionnaire = await page.services.assessments.questionnaire_of(await page.services.assessments.get(scope, id))
    return page.render(
        "staff/assessment.html",
        status,
        assessment=assessment,
        invitations=sorted(invited["items"], key=_invitation_order(assessment)),
        counts=invited["counts"],
        voices=invited["voices"],
        form=form,
        new_invitation=new_invitation,
        here=page.address(id),
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
        deadline=datetime.fromisoformat(assessment["deadline"]) if assessment["deadline"] else None,
        repeated=await _repeated(page, assessment["repeats"]),
        files=f"/selfcheck/v1/{scope.tenant}/assessments/{id}/evidence",
        evidence=[
            {
                "question": questionnaire.questions[question].text,
                "pieces": [one for one in evidence if one["question"] == question],
            }
            for question in dict.fromkeys(one["question"] for one in evidence)
        ],
    )


def _invitation_order(assessment: AssessmentResponse) -> Callable[[InvitedPerson], tuple[int, bool, str, str]]:
    """By perspective, then by label; who has none comes last, in the order of inviting."""
    order = {perspective["id"]: place for place, perspective in enumerate(assessment["perspectives"])}
    return lambda person: (
        order[person["perspective"]],
        not person["label"],
        person["label"].casefold(),
        person["invited_at"],
    )


async def _repeated(page: StaffPage, id: str | None) -> AssessmentResponse | None:
    """The earlier wave, where it was not deleted since."""
    if id is None:
        return None
    try:
        return await page.services.get_assessment(page.scope, id)
    except Problem as problem:
        if problem.status != 404:
            raise
        return None
