"""Pages of a municipality's staff: who holds which role, inviting, and where each begins after signing in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import see_other
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from programme.navigation import home_of
from programme.roles import ANY_STAFF, TENANT_ROLES
from services.registration.domain.staff import in_order
from services.registration.page_context import PageContext, page_context
from services.registration.permissions import Coordinator, Staff
from services.registration.staff.schemas import StaffEmail, StaffRoles

router = APIRouter(prefix="/registration/{tenant}", include_in_schema=False)

WHAT_THEY_DO = {
    "coordinator": mark("plans meetings, runs the Selbstcheck, changes these settings"),
    "intake": mark("answers the telephone and signs people up"),
    "moderator": mark("leads the workshop of the Selbstcheck"),
    "decision_maker": mark("reads results and reports"),
}


@router.get("/staff-start")
async def show_staff_start(request: Request, caller: Staff) -> Response:
    """Show where somebody begins who comes from their invitation."""
    role = in_order(caller.roles)[0]
    return see_other(home_of(caller.scope.tenant, role))


@router.get("/settings/staff")
async def list_staff(request: Request, caller: Coordinator, change: Filter = "") -> Response:
    """List who holds which role. `change`: the id of whom the form is filled in for, since addresses don't belong into URLs."""
    page = await page_context(request, caller, staff=True)
    stored = await _chosen(page, change)
    return await _listed(page, remember(page.form("staff", {"language": page.languages[0], **stored}), stored))


@router.post("/settings/staff")
async def grant_roles(request: Request, caller: Coordinator, change: Filter = "") -> Response:
    """Invite somebody, or give somebody other roles."""
    page = await page_context(request, caller, staff=True)
    form = await page.received("staff")
    chosen = await _chosen(page, change)
    if chosen.get("email") == form.value("email"):
        merge(form, chosen)
    form.require("email")
    if not form.chosen("roles"):
        form.error("roles", mark("Please choose at least one role."))

    async def act() -> Response:
        email = StaffEmail(email=form.value("email")).email
        body = StaffRoles.typed(
            {
                "roles": form.chosen("roles"),
                "name": form.value("name") or None,
                "language": form.value("language") or None,
            }
        )
        await page.services.staff.grant(page.scope, email, body)
        return page.done(f"{page.home}settings/staff", mark("Saved. Whoever is new gets an invitation by e-mail."))

    return await answer_form(form, act, lambda form, status: _listed(page, form, status))


@router.post("/settings/staff/removal")
async def remove_staff(request: Request, caller: Coordinator) -> Response:
    page = await page_context(request, caller, staff=True)
    form = await page.received("staff-removal")
    if form.ok:
        with form.refusals():
            await page.services.staff.revoke(page.scope, form.value("email"))
            return page.done(
                f"{page.home}settings/staff", mark("This person has no access any more, and their address is deleted.")
            )
    return await _listed(page, page.form("staff", {"language": page.languages[0]}), 422, removal=form)


async def _chosen(page: PageContext, id: str) -> Mapping[str, Any]:
    """Whom the form is about, as its fields hold them; nothing where it is about somebody new."""
    people = await page.services.staff.list_all(page.scope)
    person = next((one for one in people if one["person_id"] and one["person_id"] == id), None)
    return {name: person[name] for name in ("email", "name", "roles", "language")} if person else {}


async def _listed(page: PageContext, form: Form, status: int = 200, removal: Form | None = None) -> Response:
    people = await page.services.staff.list_all(page.scope)
    shown = [{**one, "since": datetime.fromisoformat(one["since"]) if one["since"] else None} for one in people]
    return page.render(
        "staff/settings_staff.html",
        status,
        form=form,
        removal=removal or page.form("staff-removal"),
        here="staff",
        people=shown,
        roles_known=[(role, TENANT_ROLES[role], WHAT_THEY_DO[role]) for role in ANY_STAFF],
        role_names=TENANT_ROLES,
        languages=[(code, language.endonym) for code, language in LANGUAGES.items()],
    )
