"""Pages of joint self-checks: a district asks its members, members agree, all see the result side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.translations import mark
from services.selfcheck.assessments.staff_pages import OWN_FIELDS, PERSPECTIVES, as_entered, own_as_entered
from services.selfcheck.domain.deadline import REMINDER_DAYS
from services.selfcheck.joint.documents import StoredJoint
from services.selfcheck.joint.responses import to_response, waits_for
from services.selfcheck.joint.schemas import Acceptance, MoreMembers, NewJoint
from services.selfcheck.permissions import Coordinator, Host, Staff
from services.selfcheck.schemas import NewDeadline
from services.selfcheck.services import get_services
from services.selfcheck.staff_page import StaffPage, local, moment, staff_page

router = APIRouter(prefix="/selfcheck/{tenant}/joint-assessments", include_in_schema=False)

BEGINNING = {"minimum_group": 5, "perspectives": ["administration", "civil_society"], "takes_part": "yes"}
STANCES = {
    "asked": (mark("is asked"), "waiting"),
    "accepted": (mark("takes part"), "good"),
    "declined": (mark("does not take part"), "neutral"),
    "left": (mark("has left"), "neutral"),
    "taken_back": (mark("is not asked any more"), "neutral"),
    "gone": (mark("has deleted its Selbstcheck"), "neutral"),
}
Step = Callable[[StaffPage, Form], Awaitable[Any]]


@router.get("/")
async def list_joint_assessments(request: Request, caller: Staff) -> Response:
    page = await staff_page(request, caller)
    return await _list_page(page, page.form("joint", BEGINNING))


@router.post("/")
async def open_joint(request: Request, caller: Host) -> Response:
    page = await staff_page(request, caller)
    form = await page.received("joint")
    form.require("title", "perspectives", "minimum_group", "questionnaire", "members")

    async def act() -> Response:
        body = NewJoint.typed(
            {
                **as_entered(page, form),
                "repeats": form.value("repeats") or None,
                "members": form.chosen("members"),
                "takes_part": bool(form.value("takes_part")),
                **own_as_entered(page, form),
            }
        )
        joint, _ = await page.services.joint_membership.open(
            caller.scope, body, page.idempotency_key("joint", form), page.now
        )
        return page.done(f"{_home(page)}{joint['id']}", SAVED)

    return await answer_form(form, act, lambda form, status: _list_page(page, form, status), OWN_FIELDS)


@router.get("/{id}")
async def show_joint_assessment(request: Request, caller: Staff, id: str) -> Response:
    return await _joint_page(await staff_page(request, caller), id)


@router.post("/{id}/members")
async def ask_members(request: Request, caller: Host, id: str) -> Response:
    async def step(page: StaffPage, form: Form) -> None:
        body = MoreMembers(members=form.chosen("members"))
        await page.services.joints.ask_members(
            caller.scope, id, body, page.idempotency_key(f"ask {id}", form), page.now
        )

    return await _handle_form(request, caller, id, "members", step, "members")


@router.post("/{id}/removal")
async def withdraw_member(request: Request, caller: Host, id: str) -> Response:
    async def step(page: StaffPage, form: Form) -> None:
        idempotency_key = page.idempotency_key(f"take back {id}", form)
        await page.services.joints.withdraw_member(caller.scope, id, form.value("member"), idempotency_key, page.now)

    return await _handle_form(request, caller, id, "removal", step, "member")


@router.post("/{id}/acceptance")
async def accept_joint_assessment(request: Request, caller: Host, id: str) -> Response:
    async def step(page: StaffPage, form: Form) -> None:
        body = Acceptance.typed(own_as_entered(page, form))
        idempotency_key = page.idempotency_key(f"accept {id}", form)
        await page.services.joint_membership.accept(caller.scope, id, idempotency_key, page.now, body.own_section)

    return await _handle_form(request, caller, id, "acceptance", step, "agreed")


@router.post("/{id}/refusal")
async def decline_joint_assessment(request: Request, caller: Host, id: str) -> Response:
    async def step(page: StaffPage, form: Form) -> None:
        await page.services.joint_membership.decline(
            caller.scope, id, page.idempotency_key(f"decline {id}", form), page.now
        )

    return await _handle_form(request, caller, id, "refusal", step)


@router.post("/{id}/deadline")
async def set_deadline(request: Request, caller: Host, id: str) -> Response:
    async def step(page: StaffPage, form: Form) -> None:
        body = NewDeadline.typed({"deadline": moment(form, "deadline"), "reminder_days": list(REMINDER_DAYS)})
        await page.services.joints.set_deadline(
            caller.scope, id, body, page.idempotency_key(f"deadline {id}", form), page.now
        )

    return await _handle_form(request, caller, id, "deadline", step)


@router.post("/{id}/closing")
async def close_joint_assessment(request: Request, caller: Host, id: str) -> Response:
    async def step(page: StaffPage, form: Form) -> None:
        await page.services.joints.close(caller.scope, id, page.idempotency_key(f"close {id}", form), page.now)

    return await _handle_form(request, caller, id, "closing", step, "final")


@router.post("/{id}/deletion")
async def delete_joint_assessment(request: Request, caller: Coordinator, id: str) -> Response:
    page = await staff_page(request, caller)
    form = await page.received(f"joint deletion:{id}")
    form.require("sure")
    if not form.ok:
        return await _joint_page(page, id, 422, {"deletion": form})
    await page.services.joints.delete(caller.scope, id, page.now)
    return page.done(_home(page), mark("The joint self-check is deleted."))


def _home(page: StaffPage) -> str:
    return f"{page.home}joint-assessments/"


async def _handle_form(request: Request, caller: Caller, id: str, name: str, step: Step, *required: str) -> Response:
    """Answer one form of the page with its `step`; what is not possible stands at the form."""
    page = await staff_page(request, caller)
    form = await page.received(f"joint {name}:{id}")
    if name == "deadline":
        merge(form, _deadline(await get_services(request).joints.get(page.scope, id)))
    form.require(*required)

    async def act() -> Response:
        await step(page, form)
        return page.done(f"{_home(page)}{id}", SAVED)

    return await answer_form(form, act, lambda form, status: _joint_page(page, id, status, {name: form}), OWN_FIELDS)


async def _list_page(page: StaffPage, form: Form, status: int = 200) -> Response:
    scope, joints = page.scope, page.services.joints
    items = await joints.list_all(scope)
    members = await joints.memberships.list_members(scope, page.now)
    return page.render(
        "staff/joint_list.html",
        status,
        form=form,
        items=items,
        waiting={one["id"] for one in items if waits_for(one, scope.tenant)},
        names=await _names(page, {*members, *(one["district"] for one in items)}),
        members=members,
        perspectives=PERSPECTIVES,
        questionnaires=[
            (f"{one['id']}:{one['version']}", one["title"], one["version"])
            for one in await page.services.questionnaires.catalogue()
        ],
    )


async def _joint_page(page: StaffPage, id: str, status: int = 200, sent: dict[str, Form] | None = None) -> Response:
    scope, joints = page.scope, page.services.joints
    stored_joint = await joints.get(scope, id)
    joint = to_response(stored_joint, scope.tenant)
    stored = _deadline(stored_joint)
    steps = ("members", "removal", "acceptance", "refusal", "closing", "deletion")
    forms = {name: page.form(f"joint {name}:{id}") for name in steps}
    forms |= {"deadline": remember(page.form(f"joint deadline:{id}", stored), stored)} | (sent or {})
    asked_members = {one["municipality"] for one in joint["members"] if one["stance"] != "taken_back"}
    own = next((one for one in joint["members"] if one["municipality"] == scope.tenant), None)
    result = None
    if joint["status"] == "closed" and (joint["role"] == "district" or (own and own["finished"])):
        result = await joints.result(scope, id)
    members = await joints.memberships.list_members(scope, page.now)
    further_members = [member for member in members if member not in asked_members]
    agreed = result["together"]["fields"].items() if result else ()
    return page.render(
        "staff/joint.html",
        status,
        joint=joint,
        own=own,
        forms=forms,
        here=f"{_home(page)}{id}",
        stances=STANCES,
        further_members=further_members,
        names=await _names(page, {*asked_members, *further_members, joint["district"]}),
        result=result,
        agreed={field for field, node in agreed if node.get("consensus_members")},
        questionnaire=await joints.questionnaire(stored_joint),
        deadline=stored_joint.deadline,
        closed_at=datetime.fromisoformat(joint["closed_at"]) if joint["closed_at"] else None,
    )


def _deadline(joint: StoredJoint) -> dict[str, str | None]:
    """Until when members are asked to finish, as the form's field holds it."""
    return {"deadline": local(joint.deadline) if joint.deadline else None}


async def _names(page: StaffPage, slugs: set[str]) -> dict[str, dict[str, str]]:
    """What municipalities are called; one that is not known (any more) is called by its slug."""
    directory = page.request.app.state.tenant_registry
    facts = {slug: await directory.tenant(slug) for slug in slugs}
    return {slug: facts_of["name"] if facts_of else {"de": slug} for slug, facts_of in facts.items()}
