"""The page where a coordinator names who passes invitations on, sees how many came by each, and prints them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request, Response
from markupsafe import Markup

from chassis.documents.qr_codes import INLINE, qr_svg
from chassis.http.base_schemas import Filter
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from services.registration.domain.door_code import spaced
from services.registration.domain.invitations import MOST_INVITATIONS
from services.registration.domain.terms import MOST_SEATS
from services.registration.gatherings.poster import MOST_LANGUAGES, chosen_languages, poster, shown_on_poster
from services.registration.invitations import staff_invitation_form as invitation_form
from services.registration.page_context import PageContext, page_context, with_times
from services.registration.permissions import Coordinator
from services.registration.planning.staff_pages_part import save_part

router = APIRouter(prefix="/registration/{tenant}/desk/{id}", include_in_schema=False)


@router.get("/invitations")
async def show_invitations(request: Request, caller: Coordinator, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    stored = invitation_form.filled(gathering["facts"]["invitations"])
    return await _show(page, gathering, remember(page.form(f"invitations:{id}", stored), stored))


@router.post("/invitations")
async def change_invitations(request: Request, caller: Coordinator, id: str) -> Response:
    """Save what was entered, or what one button says of one invitation: withdraw it, let it be valid again."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"invitations:{id}")
    gathering = await page.services.gatherings.get_for_planning(page.scope, id, page.now)
    stored_invitations: list[dict[str, Any]] = gathering["facts"]["invitations"]
    act, _, invitation_id = form.value("act").partition(" ")
    if act in ("withdraw", "allow"):
        changed = [
            {**one, "withdrawn": act == "withdraw"} if one["id"] == invitation_id else one for one in stored_invitations
        ]
    else:
        merge(form, invitation_form.filled(stored_invitations))
        changed = invitation_form.invitations(form, stored_invitations) if form.ok else []

    return await answer_form(
        form,
        lambda: save_part(page, id, "invitations", changed, form),
        lambda form, status: _show(page, gathering, form, status),
        invitation_form.places(changed, stored_invitations),
    )


@router.get("/invitations/{invitation}.pdf")
async def get_invitation_sheet(
    request: Request,
    caller: Coordinator,
    id: str,
    invitation: str,
    languages: Annotated[list[Filter] | None, Query(max_length=20)] = None,
) -> Response:
    """A page to hand out, in up to four languages: `?languages=uk,ar`. Without any: the first ones that the gathering is written in."""
    page = await page_context(request, caller, staff=True)
    gathering = await page.services.gatherings.get_for_desk(page.scope, id, page.now)
    invitations = await page.services.invitations.list_with_codes(page.scope, id)
    handed_out = next((one for one in invitations if one["id"] == invitation), None)
    if handed_out is None:
        raise not_found("invitation")
    written = [code for code in page.languages if code in gathering["title"]][:MOST_LANGUAGES]
    codes = chosen_languages(languages) or written
    poster_content = shown_on_poster(
        gathering,
        page.brand,
        codes,
        handed_out["url"],
        lambda code, message: page.pages.catalogue(code).gettext(message),
        spaced(handed_out["code"]),
    )
    pdf = await asyncio.to_thread(poster, poster_content)
    return Response(
        pdf,
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="invitation-{invitation}.pdf"', "Cache-Control": "no-store"},
    )


async def _show(page: PageContext, gathering: dict[str, Any], form: Form, status: int = 200) -> Response:
    invitations = await page.services.invitations.list_with_codes(page.scope, gathering["id"])
    over = page.now >= datetime.fromisoformat(gathering["ends_at"])
    return page.render(
        "staff/invitations.html",
        status,
        gathering=with_times(gathering),
        invitations=[_with_square(one) for one in invitations],
        form=form,
        here=f"{page.home}desk/{gathering['id']}",
        ended=gathering["status"] == "cancelled" or over,
        most=MOST_INVITATIONS,
        most_seats=MOST_SEATS,
        languages=[(code, LANGUAGES[code].endonym) for code in page.languages],
    )


def _with_square(invitation: dict[str, Any]) -> dict[str, Any]:
    """An invitation with its code in groups and as a square to scan."""
    square = Markup(qr_svg(invitation["url"], scale=3, border=3, light="#fff", **INLINE))  # noqa: S704 - of our own making
    return {**invitation, "spaced": spaced(invitation["code"]), "square": square}
