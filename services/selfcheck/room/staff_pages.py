"""The room, for moderators: its link, and what it shows."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from chassis.http.problems import Problem
from chassis.pages.forms import Form, answer_form
from chassis.pages.pages import see_other
from services.selfcheck.permissions import Host, Moderator
from services.selfcheck.room.room_code import room_code
from services.selfcheck.schemas import NewStage, NewVote
from services.selfcheck.staff_frame import Office, at_office
from services.selfcheck.workshop.schemas import BoardEntry

router = APIRouter(prefix="/selfcheck/{tenant}", include_in_schema=False)


@router.get("/assessments/{id}/room")
async def room(request: Request, caller: Host, id: str) -> Response:
    return await _room(await at_office(request, caller), id)


@router.post("/assessments/{id}/room/link")
async def link(request: Request, caller: Moderator, id: str) -> Response:
    """Open the room with a new link, or close it."""
    office = await at_office(request, caller)
    form = await office.received(f"room:{id}")
    if not form.ok:
        return await _room(office, id, link=form, status=422)
    if form.value("do") == "close":
        await office.parts.room.close(caller.scope, id, office.now)
    else:
        await office.parts.room.open(caller.scope, id, office.once(f"room {id}", form), office.now)
    return see_other(f"{office.address(id)}/room")


@router.post("/assessments/{id}/room/stage")
async def stage(request: Request, caller: Moderator, id: str) -> Response:
    """Show something else, unless another moderator did since this page was opened."""
    office = await at_office(request, caller)
    form = await office.received(f"stage:{id}")

    async def act() -> Response:
        shown = form.value("show")
        picture, _, question = (form.value("jump") if shown == "jump" else shown).partition(":")
        entered = {"picture": picture, "question": question or None, "revision": form.value("revision") or 0}
        try:
            body = NewStage.typed(entered)
            await office.parts.room.show(caller.scope, id, body, office.once(f"stage {id}", form), office.now)
        except Problem as problem:
            if problem.code != "stage-changed-meanwhile":
                raise
            return await _room(office, id, status=409)
        return see_other(f"{office.address(id)}/room")

    return await answer_form(form, act, lambda form, status: _room(office, id, stage=form, status=status))


@router.post("/assessments/{id}/room/vote")
async def vote(request: Request, caller: Moderator, id: str) -> Response:
    """Open a vote on the fields of action, close the open one, or show the last result."""
    office = await at_office(request, caller)
    form = await office.received(f"vote:{id}")
    if form.ok:
        parts, once = office.parts, office.once(f"vote {id}", form)
        with form.refusals():
            match form.value("do"):
                case "close":
                    found = (await parts.assessments.one(caller.scope, id)).open_vote
                    if found is not None:
                        await parts.voting.close(caller.scope, id, found.id, once, office.now)
                case "afresh":
                    found = (await parts.assessments.one(caller.scope, id)).open_vote
                    if found is not None:
                        await parts.voting.start_afresh(caller.scope, id, found.id, once, office.now)
                case "show":
                    await parts.room.show(caller.scope, id, NewStage(picture="vote"), once, office.now)
                case _:
                    await parts.voting.open(caller.scope, id, NewVote(), once, office.now)
            return see_other(f"{office.address(id)}/room")
    return await _room(office, id, vote=form, status=422)


async def _room(
    office: Office,
    id: str,
    link: Form | None = None,
    stage: Form | None = None,
    vote: Form | None = None,
    status: int = 200,
) -> Response:
    assessment = await office.parts.assessments.one(office.caller.scope, id)
    board = await office.parts.board.show(office.caller.scope, id)
    url = office.parts.room.address(assessment)
    before, shown, after = _around(board["questions"], board["stage"]["question"])
    return office.render(
        "staff/room.html",
        status,
        board=board,
        here=office.address(id),
        room_url=url,
        qr=room_code(url) if url else "",
        before=before,
        shown=shown,
        after=after,
        overtaken=status == 409,
        link=link or office.form(f"room:{id}"),
        stage=stage or office.form(f"stage:{id}"),
        vote=vote or office.form(f"vote:{id}"),
        from_one_network=await office.parts.voting.most_from_one_network(office.caller.scope, assessment),
    )


def _around(questions: list[BoardEntry], shown: str | None) -> list[BoardEntry | None]:
    """The question before the shown one, the shown one, and the one after it, in the board's order."""
    at = next((place for place, entry in enumerate(questions) if entry["id"] == shown), None)
    if at is None:
        return [None, None, questions[0] if questions else None]
    return [questions[at - 1] if at else None, questions[at], questions[at + 1] if at + 1 < len(questions) else None]
