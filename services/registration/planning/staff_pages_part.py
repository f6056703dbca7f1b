"""Saves one part of a gathering's plan that has a page of its own: its quotas, its invitations, its questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

from chassis.pages.done_staff import SAVED
from chassis.pages.forms import Form
from services.registration.page_context import PageContext


async def save_part(page: PageContext, id: str, part: str, items: Sequence[Mapping[str, Any]], form: Form) -> Response:
    """Save the part (`quotas`, `invitations`, `questions`) with these items, once for a form however often it is sent, and show its page again."""
    idempotency_key = page.idempotency_key(f"{part} {id}", form)
    await page.services.planning.change(page.scope, id, {part: items}, page.languages[0], idempotency_key)
    return page.done(f"{page.home}desk/{id}/{part}", SAVED)
