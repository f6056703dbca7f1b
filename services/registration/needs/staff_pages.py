"""The page of what has to be ordered for a gathering, for whoever orders interpreters, childcare and the like."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.text.languages import LANGUAGES
from services.registration.needs.schemas import SupportOrdered
from services.registration.page_context import PageContext, offered, page_context, with_times
from services.registration.permissions import Desk
from services.registration.questions.answering import sees_special

router = APIRouter(prefix="/registration/{tenant}/desk", include_in_schema=False)


@router.get("/{id}/needs")
async def show_needs(request: Request, caller: Desk, id: str) -> Response:
    page = await page_context(request, caller, staff=True)
    return await _needs(page, id, page.form(f"needs:{id}"))


@router.post("/{id}/needs")
async def save_order(request: Request, caller: Desk, id: str) -> Response:
    """Note that what the page says is to be ordered was ordered."""
    page = await page_context(request, caller, staff=True)
    form = await page.received(f"needs:{id}")

    async def note() -> Response:
        ordered = SupportOrdered.typed({"number": form.value("number")})
        await page.services.needs.order(page.scope, id, form.value("support"), ordered.number, page.now)
        return page.done(f"{page.home}desk/{id}/needs", SAVED)

    return await answer_form(form, note, partial(_needs, page, id))


async def _needs(page: PageContext, id: str, form: Form, status: int = 200) -> Response:
    gathering = await page.services.gatherings.get_for_participants(page.scope, id, page.now)
    summed = await page.services.needs.summary(page.scope, id, special=sees_special(page.caller))
    return page.render(
        "staff/needs.html",
        status,
        gathering=offered(with_times(gathering), page.now),
        needs=summed,
        form=form,
        here=f"{page.home}desk/{id}",
        endonyms={code: language.endonym for code, language in LANGUAGES.items()},
        download=f"/registration/v1/{page.scope.tenant}/gatherings/{id}/needs.csv?language={page.language}",
    )
