"""Page context of the pages for staff."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from chassis.http.permissions import Caller
from chassis.pages.page_context import PageContext
from chassis.text.languages import LANGUAGES
from services.notifications.net.failures_staff import failure_words
from services.notifications.services import Services, get_services


class StaffPage(PageContext[Services]):
    """Page context of the pages for staff: adds what all their templates are given."""

    def html(self, template: str, **context: Any) -> str:
        tenant = self.scope.tenant
        return super().html(
            template,
            desk=f"/registration/{tenant}/desk/",
            api=f"/notifications/v1/{tenant}/",
            failure_words=failure_words,
            is_coordinator="coordinator" in self.caller.roles,
            endonyms={code: language.endonym for code, language in LANGUAGES.items()},
            directions={code: language.direction for code, language in LANGUAGES.items()},
            **context,
        )


async def staff_page(request: Request, caller: Caller) -> StaffPage:
    """The page in the municipality's frame."""
    home = f"/notifications/{caller.scope.tenant}/"
    return await StaffPage.of(request, caller, get_services(request), home, staff=True)
