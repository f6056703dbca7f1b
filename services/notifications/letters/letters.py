"""Letters for people who are reached by post: one PDF of all that wait, for window envelopes, each in its reader's language."""

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
from services.notifications.domain.messages import About
from services.notifications.facts.repository import Facts
from services.notifications.facts.waiting import Waiting, without_outdated
from services.notifications.letters.pdf import compose, letter_of, picture_of
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.documents import Attempt, OutboundMessage
from services.notifications.messages.repository import Messages, attempts
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

    async def waiting(self, scope: TenantScope, **more: Any) -> list[dict[str, Any]]:
        """Letters that are to be printed, oldest first: `{id, kind, at, name, unmade}`."""
        return [
            {
                "id": one.message.id,
                "kind": one.message.kind,
                "at": rfc3339(one.message.at),
                "name": one.about.contact.name,
                "unmade": one.message.unmade,
            }
            for one in await self.addressed(scope, **more)
        ]

    async def pdf(self, scope: TenantScope, municipality: Document) -> bytes:
        """All that wait, one letter a page. Printing changes nothing: what was put into the post is told by `printed`.

        Raises: Problem 404 there is nothing to print.
        """
        addressed = await self.addressed(scope)
        if not addressed:
            raise not_found("letter to be printed")
        composed = await asyncio.to_thread(compose, await self.data(scope, addressed, municipality, self._clock.now()))
        made = [one.message.id for place, one in enumerate(addressed) if place not in composed.failed]
        failed = [one.message.id for place, one in enumerate(addressed) if place in composed.failed]
        await self._messages.mark_letters(scope, made, unmade=None)
        await self._messages.mark_letters(scope, failed, unmade=True)
        return composed.pdf

    async def picture(self, scope: TenantScope, id: str, municipality: Document) -> bytes:
        """The first page of a letter that waits, as PNG.

        Raises: Problem 404 there is no such letter, or it can't be made.
        """
        found = [one for one in await self.of_ids(scope, [id]) if one.message.status == "to_post"]
        if not found:
            raise not_found("letter to be printed")
        (data,) = await self.data(scope, found, municipality, self._clock.now())
        try:
            return await asyncio.to_thread(picture_of, data)
        except NotTypeset:
            raise not_found("letter that can be made") from None

    async def printed(self, scope: TenantScope, ids: list[str]) -> list[str]:
        """These are on their way: they are not printed again. Answers those that stood to be printed and could be made; repeating
        changes nothing."""
        now, done = self._clock.now(), []
        for id in ids:
            result = await self._messages.execute(scope, id, lambda found: posted(found, now), now)
            if result is not None and result[0]:
                done.append(id)
        return done

    async def addressed(self, scope: TenantScope, **more: Any) -> list[Waiting]:
        """Letters that wait and have an address, oldest first."""
        found = await self._messages.with_status(scope, "to_post", MOST, **more)
        waiting = await without_outdated(self._facts, scope, found, self._clock.now())
        return [one for one in waiting if one.about.contact.post]

    async def of_ids(self, scope: TenantScope, ids: Sequence[str]) -> list[Waiting]:
        """Messages by id, in this order, as far as their recipients are known."""
        found = await self._messages.of_ids(scope, ids)
        known = await self._facts.load(scope, found.values())
        return [
            Waiting(
                message,
                message.content,
                About(
                    message.tenant,
                    contact,
                    message.content.relevant_part(known.gatherings.get(message.gathering or "")),
                    known.groups.get(message.contact),
                ),
            )
            for id in ids
            if (message := found.get(id)) and (contact := known.contacts.get(message.contact)) and contact.post
        ]

    async def data(
        self, scope: TenantScope, letters: Sequence[Waiting], municipality: Document, now: datetime
    ) -> list[dict[str, Any]]:
        """Each as `letter.typ` takes it."""
        templates = await self._templates.get_in_force(scope)
        return [self._letter(one, municipality, now, templates) for one in letters]

    def _letter(self, one: Waiting, municipality: Document, now: datetime, templates: Templates) -> dict[str, Any]:
        rendered = render(one.content, one.about, self._public_url, templates, way="letter")
        return letter_of(rendered, one.about.contact.post or "", municipality, now)


def posted(message: OutboundMessage, now: datetime) -> Change | None:
    """It is in the post; nothing changes for one that does not wait, or could not be made."""
    if message.status != "to_post" or message.unmade:
        return None
    tried = attempts([*message.attempts, Attempt(now, "posted", "letter")])
    event = MessageSettled(
        message_id=message.id, kind=message.kind, channel="letter", status="sent", attempts=len(tried)
    )
    fields: Document = {"status": "sent", "attempts": tried, "settled_at": now, "delivery": "handed_over"}
    return Change(fields, ["due_at"], [event], True)
