"""Page context of the pages for staff."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime

from fastapi import Request, Response

from chassis.http.permissions import Caller
from chassis.http.problems import Problem
from chassis.pages.forms import Form
from chassis.pages.page_context import PageContext
from chassis.text.languages import BERLIN
from services.selfcheck.results.results import NOT_REVEALED
from services.selfcheck.services import Services, get_services


class StaffPage(PageContext[Services]):
    """One request to a page of a municipality's staff."""

    def address(self, id: str) -> str:
        """Address at which the pages of an assessment begin."""
        return f"{self.home}assessments/{id}"


async def staff_page(request: Request, caller: Caller) -> StaffPage:
    """The page context, in the municipality's frame. Raises Problem 404."""
    home = f"/selfcheck/{caller.scope.tenant}/"
    return await StaffPage.of(request, caller, get_services(request), home, staff=True)


async def from_the_reveal_on(page: StaffPage, id: str, shown: Awaitable[Response]) -> Response:
    """Answer with a page that shows what was answered, or, before the reveal, with one that says when there will be something to see."""
    try:
        return await shown
    except Problem as problem:
        if problem.code != NOT_REVEALED.code:
            raise
    assessment = await page.services.get_assessment(page.scope, id)
    return page.render("staff/not_revealed.html", 409, assessment=assessment, here=page.address(id))


def moment(form: Form, name: str) -> str | None:
    """What a field for date and time holds, as time in Germany; what can't be read is left for the models to refuse."""
    entered = form.local_time(name)
    return entered.isoformat() if entered else form.value(name) or None


def local(at: datetime) -> str:
    """A moment as a field for date and time holds it."""
    return at.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")
