"""The page of a gathering, and signing up on it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Query, Request, Response

from chassis.http.base_schemas import Filter
from chassis.http.routing import APIRouter
from chassis.pages.forms import Form
from chassis.pages.pages import see_other
from services.registration.gatherings.calendar import MEDIA_TYPE, single
from services.registration.gatherings.poster import chosen_languages, poster, shown_on_poster
from services.registration.gatherings.visibility import window_of
from services.registration.invitations.invitations import Opened
from services.registration.page_context import PageContext, offered, page_context, to_read, with_times
from services.registration.permissions import PublicOrDesk, Registrant
from services.registration.questions.answering import questions_shown
from services.registration.questions.form import places_of
from services.registration.registrations.sign_up import PLACES, registration

router = APIRouter(prefix="/registration", include_in_schema=False)


@router.get("/{tenant}/gatherings/{id}")
async def show_gathering(request: Request, caller: PublicOrDesk, id: str, code: Filter = "") -> Response:
    """The page of a gathering. What everybody sees is cached as long as nothing about the gathering changes; the form's token is each reader's own.
    Whether it changed is asked each time, so seats are never stale. `code`: of the invitation whose link this is; it stands in the form,
    where whoever likes takes it out, and nowhere else."""
    page = await page_context(request, caller)
    version, gathering = await page.services.gatherings.get_with_version(page.scope, id, page.now)
    if code and not caller.roles:
        await request.app.state.rate_limiters["codes"].hit(page.scope.tenant, caller.address)
    opened = await page.services.invitations.opened(page.scope, id, code) if code else None
    initial = _initial(page) | ({"code": opened.code} if opened else {})
    form = page.form(f"sign-up:{id}", initial)
    window = window_of(gathering, page.now)
    if version is None or caller.identity is not None or request.url.query not in _cached_queries(page, opened):
        return page.pages.answer(request, await gathering_html(page, gathering, window, form, opened), brand=page.brand)
    cache, closed = page.services.page_cache, _closed_support(gathering, page.now)
    key = (
        page.scope.tenant,
        id,
        version,
        page.language,
        window,
        closed,
        request.url.query,
        repr(page.brand),
        page.consent_version,
    )
    html = cache.get(key, form.token)
    if html is None:
        shared = Form(cache.token, initial=initial)
        html = cache.store(key, form.token, await gathering_html(page, gathering, window, shared, opened))
    return page.pages.answer(request, html, brand=page.brand)


@router.get("/{tenant}/fairness")
async def show_fairness(request: Request, caller: PublicOrDesk) -> Response:
    """The rules by which seats are given out (`domain/seating.py`), in plain words."""
    return (await page_context(request, caller)).render("fairness.html")


@router.get("/{tenant}/gatherings/{id}/calendar")
async def get_calendar_file(request: Request, caller: PublicOrDesk, id: str) -> Response:
    page = await page_context(request, caller)
    gathering = await page.services.gatherings.get_for_participants(page.scope, id, page.now)
    content = single(gathering, page.reader_language.supported_code, page.services.public_url, page.now)
    return Response(
        content, media_type=MEDIA_TYPE, headers={"Content-Disposition": 'attachment; filename="termin.ics"'}
    )


@router.post("/{tenant}/gatherings/{id}")
async def sign_up(request: Request, caller: Registrant, id: str) -> Response:
    """Sign up; whoever gave an e-mail address finds their link in the mail, and nowhere else."""
    page = await page_context(request, caller)
    form = await page.received(f"sign-up:{id}", min_age=True)
    thanks = f"{page.home}gatherings/{id}/thanks"
    if form.honeypot_filled:
        return see_other(thanks)
    questions = await page.services.registrations.questions(page.scope, id)
    body = registration(form, "web", page.consent_version, questions) if form.ok else None
    if body is not None:
        with form.refusals(PLACES | places_of(questions)):
            answer, _ = await page.services.registering.register(
                caller, id, body, page.idempotency_key(f"sign-up {id}", form)
            )
            manage_url = answer.get("manage_url")
            return see_other(urlsplit(manage_url).path if manage_url else thanks)
    gathering = await page.services.gatherings.get(page.scope, id, page.now)
    code = form.value("code")
    opened = await page.services.invitations.opened(page.scope, id, code) if code else None
    html = await gathering_html(page, gathering, window_of(gathering, page.now), form, opened)
    return page.pages.answer(request, html, brand=page.brand, status=422)


@router.get("/{tenant}/gatherings/{id}/poster.pdf")
async def get_poster(
    request: Request,
    caller: Registrant,
    id: str,
    languages: Annotated[list[Filter] | None, Query(max_length=20)] = None,
) -> Response:
    """The poster to hang up, in up to four languages: `?languages=uk,ar`. Without any: the municipality's default and the reader's."""
    page = await page_context(request, caller)
    gathering = await page.services.gatherings.get(page.scope, id, page.now)
    codes = chosen_languages(languages) or list(dict.fromkeys([page.languages[0], page.reader_language.supported_code]))
    address = f"{page.services.public_url}{page.home}gatherings/{id}"
    poster_content = shown_on_poster(
        gathering, page.brand, codes, address, lambda code, message: page.pages.catalogue(code).gettext(message)
    )

    async def make() -> bytes:
        if not caller.roles:
            await request.app.state.rate_limiters["posters"].hit(page.scope.tenant, caller.address)
        return await asyncio.to_thread(poster, poster_content)

    pdf = await page.services.posters.get_or_make(poster_content, make)
    return Response(
        pdf, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="poster-{id}.pdf"'}
    )


@router.get("/{tenant}/gatherings/{id}/thanks")
async def show_thanks(request: Request, caller: PublicOrDesk, id: str) -> Response:
    page = await page_context(request, caller)
    gathering = await page.services.gatherings.get(page.scope, id, page.now)
    return page.render("thanks.html", gathering=with_times(gathering))


def _initial(page: PageContext) -> dict[str, Any]:
    return {"language": page.language, "companions": 0}


def _closed_support(gathering: dict[str, Any], now: datetime) -> tuple[str, ...]:
    """Ids of the support that can't be asked for any more."""
    return tuple(
        offer["id"]
        for offer in gathering["support"]
        if offer.get("request_until") and datetime.fromisoformat(offer["request_until"]) <= now
    )


def _cached_queries(page: PageContext, opened: Opened | None) -> set[str]:
    """The query strings whose pages are cached: of plain links, or of an invitation's links as they were given out."""
    if opened is None:
        return {"", f"lang={page.language}"}
    return set() if opened.wrong else {f"code={opened.code}", f"code={opened.code}&lang={page.language}"}


async def gathering_html(
    page: PageContext, gathering: dict[str, Any], window: str, form: Form, opened: Opened | None
) -> str:
    """Render the cached part of the page. It may show nothing but what the cache key in `show_gathering` names."""
    gathering = offered(with_times(gathering), page.now)
    if opened is not None and opened.wrong is not None:
        _, words, values = opened.wrong
        form.error("code", words, **values)
    valid = opened is not None and opened.wrong is None
    quota = opened.quota if opened else ""
    consent = await page.services.legal_texts.in_force(page.scope, "consent", page.facts)
    return page.html(
        "gathering.html",
        gathering=gathering,
        form=form,
        questions=questions_shown(gathering),
        window=window,
        needs_code=gathering["open_to"] == "invited" and not (valid or form.sent or page.caller.is_staff),
        invited_quota=next((one for one in gathering["quotas"] if one["id"] == quota), None),
        closes=gathering.get("closes_at") or gathering["starts_at"],
        free=gathering["seats"]["free"],
        feed=f"{page.services.public_url}/registration/v1/{page.scope.tenant}/gatherings.ics",
        kept_left=any(one["left"] for one in gathering["quotas"]),
        languages=page.to_choose(),
        consent={"version": page.consent_version, "own": to_read(consent, page.reader_language)},
    )
