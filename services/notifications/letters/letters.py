"""Single letters to people who are reached by post: list, PDF for window envelopes, mark as posted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.documents.typeset import NotTypeset
from chassis.http.problems import not_found
from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.notifications import MessageSettled
from services.notifications.facts.repository import Facts
from services.notifications.facts.waiting import WaitingMessage, load_relevant, load_with_facts
from services.notifications.letters.pdf import compose, compose_picture, letter_data
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.changes import stored_attempts
from services.notifications.messages.documents import Attempt, OutboundMessage
from services.notifications.messages.repository import Messages
from services.notifications.wording.rendered_text import Templates, render

MOST = 200
"""Letters in one PDF; the next ones follow when these are printed."""


class Letters:
    """Use cases of single letters: messages with the status `to_post`."""

    def __init__(
        self, messages: Messages, facts: Facts, templates: TemplateRepository, clock: Clock, public_url: str
    ) -> None:
        self._messages = messages
        self._facts = facts
        self._templates = templates
        self._clock = clock
        self._public_url = public_url

    async def list_waiting(self, scope: TenantScope, **filters: Any) -> list[dict[str, Any]]:
        """Letters that are to be printed, oldest first: `{id, kind, at, name, unmade}`. `filters`: values of stored fields."""
        return [
            {
                "id": letter.message.id,
                "kind": letter.message.kind,
                "at": rfc3339(letter.message.at),
                "name": letter.about.contact.name,
                "unmade": letter.message.unmade,
            }
            for letter in await self.list_addressed(scope, **filters)
        ]

    async def pdf(self, scope: TenantScope, municipality: Document) -> bytes:
        """All letters that wait as one PDF, one letter a page. Printing changes nothing; `mark_posted` does.

        Raises: Problem 404 there is nothing to print.
        """
        addressed = await self.list_addressed(scope)
        if not addressed:
            raise not_found("letter to be printed")
        composed = await asyncio.to_thread(
            compose, await self.template_data(scope, addressed, municipality, self._clock.now())
        )
        typeset = [letter.message.id for index, letter in enumerate(addressed) if index not in composed.failed]
        failed = [letter.message.id for index, letter in enumerate(addressed) if index in composed.failed]
        await self._messages.mark_letters(scope, typeset, unmade=None)
        await self._messages.mark_letters(scope, failed, unmade=True)
        return composed.pdf

    async def picture(self, scope: TenantScope, id: str, municipality: Document) -> bytes:
        """The first page of a letter that waits, as PNG.

        Raises: Problem 404 there is no such letter, or it can't be made.
        """
        letters = [letter for letter in await self.get_many(scope, [id]) if letter.message.status == "to_post"]
        if not letters:
            raise not_found("letter to be printed")
        (data,) = await self.template_data(scope, letters, municipality, self._clock.now())
        try:
            return await asyncio.to_thread(compose_picture, data)
        except NotTypeset:
            raise not_found("letter that can be made") from None

    async def mark_posted(self, scope: TenantScope, ids: list[str]) -> list[str]:
        """Record that these letters are in the post, so that they are not printed again. Returns those that waited and could be typeset;
        repeating it changes nothing."""
        now, posted = self._clock.now(), []
        for id in ids:
            result = await self._messages.execute(scope, id, lambda message: posted_change(message, now), now)
            if result is not None and result[0]:
                posted.append(id)
        return posted

    async def list_addressed(self, scope: TenantScope, **filters: Any) -> list[WaitingMessage]:
        """Letters that wait and have an address, oldest first. `filters`: values of stored fields."""
        messages = await self._messages.list_with_status(scope, "to_post", MOST, **filters)
        letters = await load_relevant(self._facts, scope, messages, self._clock.now())
        return [letter for letter in letters if letter.about.contact.post]

    async def get_many(self, scope: TenantScope, ids: Sequence[str]) -> list[WaitingMessage]:
        """The letters with these ids, in this order, whose recipients' postal address is known."""
        messages = await self._messages.get_many(scope, ids)
        letters = await load_with_facts(self._facts, scope, [messages[id] for id in ids if id in messages])
        return [letter for letter in letters if letter.about.contact.post]

    async def template_data(
        self, scope: TenantScope, letters: Sequence[WaitingMessage], municipality: Document, now: datetime
    ) -> list[dict[str, Any]]:
        """The letters as data for `letter.typ`."""
        templates = await self._templates.get_in_force(scope)
        return [self._letter(letter, municipality, now, templates) for letter in letters]

    def _letter(
        self, letter: WaitingMessage, municipality: Document, now: datetime, templates: Templates
    ) -> dict[str, Any]:
        rendered = render(letter.content, letter.about, self._public_url, templates, medium="letter")
        return letter_data(rendered, letter.about.contact.post or "", municipality, now)


def posted_change(message: OutboundMessage, now: datetime) -> Change | None:
    """The change for a letter that was posted; None for one that does not wait, or could not be typeset."""
    if message.status != "to_post" or message.unmade:
        return None
    attempts = stored_attempts([*message.attempts, Attempt(now, "posted", "letter")])
    event = MessageSettled(
        message_id=message.id, kind=message.kind, channel="letter", status="sent", attempts=len(attempts)
    )
    fields: Document = {"status": "sent", "attempts": attempts, "settled_at": now, "delivery": "handed_over"}
    return Change(fields, ["due_at"], [event], True)
