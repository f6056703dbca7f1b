"""The room, for moderators: its link, and what it shows."""

from __future__ import annotations

from fastapi import Request, Response

from chassis.http.problems import Problem
from chassis.http.routing import APIRouter
from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import language_of
from chassis.text.languages import pick
from chassis.text.translations import mark
from services.selfcheck.permissions import Host, Moderator
from services.selfcheck.room.room_code import room_code
from services.selfcheck.schemas import NewStage, NewVote
from services.selfcheck.staff_page import StaffPage, staff_page
from services.selfcheck.workshop.board import entries_of
from services.selfcheck.workshop.schemas import BoardEntry, BoardResponse

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)


@router.get("/assessments/{id}/room")
async def show_room(request: Request, caller: Host, id: str) -> Response:
    return await _room(await staff_page(request, caller), id)


@router.post("/assessments/{id}/room/link")
async def create_room_link(request: Request, caller: Moderator, id: str) -> Response:
    """Open the room with a new link, or close it."""
    page = await staff_page(request, caller)
    form = await page.received(f"room:{id}")
    if not form.ok:
        return await _room(page, id, link=form, status=422)
    if form.value("do") == "close":
        await page.services.room.close(caller.scope, id, page.now)
        return page.done(f"{page.address(id)}/room", mark("The room is closed."))
    await page.services.room.open(caller.scope, id, page.idempotency_key(f"room {id}", form), page.now)
    return page.done(f"{page.address(id)}/room", mark("The room is open."))


@router.post("/assessments/{id}/room/stage")
async def set_stage(request: Request, caller: Moderator, id: str) -> Response:
    """Show something else, unless another moderator did since this page was opened."""
    page = await staff_page(request, caller)
    form = await page.received(f"stage:{id}")

    async def act() -> Response:
        shown = form.value("show")
        if shown == "within":
            shown = f"perspectives:{form.value('within')}"
        picture, _, chosen = (form.value("jump") if shown == "jump" else shown).partition(":")
        kind = "field" if picture == "perspectives" else "question"
        entered = {"picture": picture, kind: chosen or None, "revision": form.value("revision") or 0}
        try:
            body = NewStage.typed(entered)
            await page.services.room.show(caller.scope, id, body, page.idempotency_key(f"stage {id}", form), page.now)
        except Problem as problem:
            if problem.code != "stage-changed-meanwhile":
                raise
            return await _room(page, id, status=409)
        return page.done(f"{page.address(id)}/room", mark("The room shows this now."))

    return await answer_form(form, act, lambda form, status: _room(page, id, stage=form, status=status))


@router.post("/assessments/{id}/room/vote")
async def change_vote(request: Request, caller: Moderator, id: str) -> Response:
    """Open a vote on the fields of action, close the open one, or show the last result."""
    page = await staff_page(request, caller)
    form = await page.received(f"vote:{id}")
    if form.ok:
        services, idempotency_key = page.services, page.idempotency_key(f"vote {id}", form)
        with form.refusals():
            match form.value("do"):
                case "close":
                    open_vote = (await services.assessments.get(caller.scope, id)).open_vote
                    if open_vote is not None:
                        await services.voting.close(caller.scope, id, open_vote.id, idempotency_key, page.now)
                case "afresh":
                    open_vote = (await services.assessments.get(caller.scope, id)).open_vote
                    if open_vote is not None:
                        await services.voting.start_afresh(caller.scope, id, open_vote.id, idempotency_key, page.now)
                case "show":
                    await services.room.show(caller.scope, id, NewStage(picture="vote"), idempotency_key, page.now)
                case _:
                    await services.voting.open(caller.scope, id, NewVote(), idempotency_key, page.now)
            return page.done(f"{page.address(id)}/room", SAVED)
    return await _room(page, id, vote=form, status=422)


async def _room(
    page: StaffPage,
    id: str,
    link: Form | None = None,
    stage: Form | None = None,
    vote: Form | None = None,
    status: int = 200,
) -> Response:
    assessment = await page.services.assessments.get(page.scope, id)
    board = await page.services.board.show(page.scope, id)
    url = page.services.room.address(assessment)
    fields = (await page.services.assessments.questionnaire(assessment)).fields
    code = language_of(page.request, page.brand)
    before, shown, after = _around(_steps(board), board["stage"]["question"])
    return page.render(
        "staff/room.html",
        status,
        board=board,
        entries=list(entries_of(board).values()),
        here=page.address(id),
        room_url=url,
        qr=room_code(url) if url else "",
        before=before,
        shown=shown,
        after=after,
        field_options=[(one.id, pick(one.title, code)[0]) for one in fields],
        overtaken=status == 409,
        link=link or page.form(f"room:{id}"),
        stage=stage or page.form(f"stage:{id}"),
        vote=vote or page.form(f"vote:{id}"),
        from_one_network=await page.services.voting.most_from_one_network(page.scope, assessment),
    )


def _steps(board: BoardResponse) -> list[BoardEntry]:
    """What the moderator goes through: the chosen questions, else all, the largest disagreement first and the municipality's own last.
    A question that is shown and was not chosen stands alone before them."""
    entries = entries_of(board)
    chosen = [entries[one] for one in board["agenda"]["questions"] if one in entries]
    if not chosen:
        return list(entries.values())
    shown = board["stage"]["question"]
    aside = [entries[shown]] if shown in entries and shown not in board["agenda"]["questions"] else []
    return [*aside, *chosen]


def _around(questions: list[BoardEntry], shown: str | None) -> list[BoardEntry | None]:
    """The question before the shown one, the shown one, and the one after it."""
    at = next((place for place, entry in enumerate(questions) if entry["id"] == shown), None)
    if at is None:
        return [None, None, questions[0] if questions else None]
    return [questions[at - 1] if at else None, questions[at], questions[at + 1] if at + 1 < len(questions) else None]
