"""The room's page, for everybody who has its link: what the moderator shows, on the wall or on a phone."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.event_stream import EventStream
from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from chassis.pages.form_tokens import Forms
from chassis.pages.forms import Form
from chassis.pages.pages import Pages, language_of, see_other
from chassis.storage.tenancy import TenantScope
from chassis.text.translations import mark
from programme.frames import of_tenant
from services.selfcheck.answering.api import guarded
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.http import LastEvent, Since
from services.selfcheck.permissions import Public
from services.selfcheck.room.room_code import room_code
from services.selfcheck.room.schemas import VoteInRoom
from services.selfcheck.services import get_services
from services.selfcheck.workshop.board_html import BoardHtml

router = APIRouter(prefix="/selfcheck/room/{code}", include_in_schema=False)

DEVICE_COOKIE = "wk_device"
"""A random value that stands for this browser in votes, and for nothing else."""
KEEP_DEVICE = 30 * 24 * 3600
BALLOT_MESSAGES = (
    mark("You have named this before; name each once."),
    mark("This vote is closed; thank you for taking part."),
    mark("Many ballots have come from this network already; ask the moderator to start the vote afresh."),
)
"""Refusals of a ballot, marked for the catalogues."""


@router.get("")
async def show_room(request: Request, caller: Public, code: str) -> Response:
    scope, assessment = await enter(request, caller, code)
    services = get_services(request)
    html: BoardHtml = request.app.state.board_html
    pages: Pages = request.app.state.pages
    board = await services.board.show(scope, assessment.id)
    here = request.url.path
    part = html.room_part(language_of(request, request.state.brand), here, board)
    qr = room_code(services.room.address(assessment) or "")
    return pages.render(request, "room.html", brand=request.state.brand, board=board, here=here, part=part, qr=qr)


@router.get("/fragments")
async def stream_fragments(
    request: Request, caller: Public, code: str, since: Since = None, last_event: LastEvent = None
) -> Response:
    """Stream the picture as server-sent events, whenever it changes."""
    scope, assessment = await enter(request, caller, code)
    services = get_services(request)
    html: BoardHtml = request.app.state.board_html
    here = request.url.path.removesuffix("/fragments")
    view = html.room(language_of(request, request.state.brand), here, assessment.room.number)
    return EventStream(await services.board.follow(scope, assessment.id, view, last_event or since))


@router.get("/vote")
async def show_vote(request: Request, caller: Public, code: str, cast: bool = False) -> Response:
    """Show this device's ballot."""
    scope, assessment = await enter(request, caller, code)
    services = get_services(request)
    newest = await services.voting.newest(scope, assessment)
    ranking = (
        await services.voting.ranking_of(scope, newest["id"], request.cookies.get(DEVICE_COOKIE)) if newest else []
    )
    forms: Forms = request.app.state.forms
    form = forms.new(request, _purpose(assessment), {f"place-{place}": one for place, one in enumerate(ranking, 1)})
    return _ballot(request, newest, form, cast=cast and bool(ranking))


@router.post("/vote")
async def cast_vote(request: Request, caller: Public, code: str) -> Response:
    """Cast the ballot, or change it."""
    scope, assessment = await enter(request, caller, code)
    services = get_services(request)
    forms: Forms = request.app.state.forms
    newest = await services.voting.newest(scope, assessment)
    form = await forms.received(request, _purpose(assessment), min_age=False)
    if newest is None:
        raise not_found("vote")
    form.require("place-1")
    if form.ok:
        chosen = [form.value(f"place-{place}") for place in range(1, newest["most"] + 1)]
        device = request.cookies.get(DEVICE_COOKIE) or services.voting.new_device()
        with form.refusals():
            await request.app.state.rate_limiters["ballots"].hit(newest["id"], caller.address)
            ranking = [one for one in chosen if one]
            await services.voting.cast(scope, assessment, newest["id"], device, caller.address, ranking)
            response = see_other(f"{request.url.path}?cast=1")
            response.set_cookie(
                DEVICE_COOKIE,
                device,
                max_age=KEEP_DEVICE,
                path="/selfcheck/room/",
                httponly=True,
                secure=request.url.scheme == "https",
                samesite="lax",
            )
            return response
    return _ballot(request, newest, form, 422)


def _ballot(request: Request, newest: VoteInRoom | None, form: Form, status: int = 200, cast: bool = False) -> Response:
    pages: Pages = request.app.state.pages
    here = request.url.path.removesuffix("/vote")
    return pages.render(
        request,
        "room_vote.html",
        brand=request.state.brand,
        status=status,
        vote=newest,
        form=form,
        here=here,
        cast=cast,
    )


def _purpose(assessment: StoredAssessment) -> str:
    return f"vote:{assessment.id}"


async def enter(request: Request, caller: Caller, code: str) -> tuple[TenantScope, StoredAssessment]:
    """The assessment behind a room's link, in its municipality's frame. Guessing is limited. Raises Problem 404."""
    services = get_services(request)
    scope, assessment = await guarded(request, caller, services.room.by_code(code))
    facts = await request.app.state.tenant_registry.tenant(scope.tenant)
    if facts is None:
        raise not_found("room")
    request.state.brand = of_tenant(scope.tenant, facts).without_partial_languages()
    return scope, assessment
