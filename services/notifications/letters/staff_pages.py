"""Pages of letters: a look at each, batches with their sheets, in the post and back again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from fastapi import Request, Response

from chassis.http.routing import APIRouter
from chassis.pages.forms import Form, answer_form
from chassis.text.translations import mark
from services.notifications.permissions import Desk
from services.notifications.staff_page import StaffPage, staff_page

router = APIRouter(prefix="/notifications/{tenant}/letters", include_in_schema=False)

PURPOSE = "letters"
TOGETHER = mark("The letters are put together. Please print them and say here when they are in the post.")
POSTED = mark("Noted: in the post.")
RETURNED = mark("Noted: the letter came back. We try to reach this person in another way.")
SHOWN = 20
"""Batches on the page."""


@router.get("")
async def show_letters(request: Request, caller: Desk) -> Response:
    """Show the letters that wait, with a picture of each, and the newest batches."""
    page = await staff_page(request, caller)
    return await _render_letters(page, page.form(PURPOSE))


@router.post("")
async def create_batch(request: Request, caller: Desk) -> Response:
    """Create a batch of all letters that wait."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> Response:
        idempotency_key = page.idempotency_key("letters", form)
        batch, _ = await page.services.batches.create(page.scope, dict(page.facts), idempotency_key)
        return page.done(f"{page.home}letters/batches/{batch['id']}", TOGETHER)

    return await answer_form(form, act, partial(_render_letters, page))


@router.get("/batches/{id}")
async def show_batch(request: Request, caller: Desk, id: str) -> Response:
    """Show one batch with its sheets."""
    page = await staff_page(request, caller)
    return await _render_batch(page, id, page.form(PURPOSE))


@router.post("/batches/{id}")
async def mark_batch_posted_or_letter_returned(request: Request, caller: Desk, id: str) -> Response:
    """Record that the batch is in the post, except for the letters ticked, or that one letter came back: by the button that was pressed."""
    page = await staff_page(request, caller)
    form = await page.received(PURPOSE)

    async def act() -> Response:
        do, _, letter = form.value("do").partition(" ")
        if do == "returned":
            await page.services.batches.record_return(page.scope, letter)
        else:
            await page.services.batches.mark_posted(page.scope, id, form.chosen("besides"))
        return page.done(f"{page.home}letters/batches/{id}", RETURNED if do == "returned" else POSTED)

    return await answer_form(form, act, partial(_render_batch, page, id))


async def _render_letters(page: StaffPage, form: Form, status: int = 200) -> Response:
    services = page.services
    waiting = [
        {**letter, "at": datetime.fromisoformat(letter["at"])}
        for letter in await services.letters.list_waiting(page.scope, batch=None)
    ]
    batches = [
        {**batch, "created_at": datetime.fromisoformat(batch["created_at"])}
        for batch in await services.batches.list_newest(page.scope, SHOWN)
    ]
    return page.render("staff/letters.html", status, waiting=waiting, batches=batches, form=form)


async def _render_batch(page: StaffPage, id: str, form: Form, status: int = 200) -> Response:
    shown, sheets = await page.services.batches.get(page.scope, id)
    return page.render("staff/letter_batch.html", status, batch=shown, sheets=sheets, form=form)
