"""Letters for people who are reached by post: one PDF of all that wait, for window envelopes, each in its reader's language."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.http.problems import not_found
from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.notifications import MessageSettled
from services.notifications.facts.repository import Facts
from services.notifications.facts.waiting import Waiting, still_waiting
from services.notifications.letters.pdf import compose_pdf, letter_of
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.documents import Attempt, OutboundMessage
from services.notifications.messages.repository import Messages, attempts
from services.notifications.wording.said import Templates, say

MOST = 200
"""Letters in one PDF; the next ones follow when these are printed."""


class Letters:
    """Messages that stand at `to_post`."""

    def __init__(
        self, messages: Messages, facts: Facts, templates: TemplateRepository, clock: Clock, public_url: str
    ) -> None:
        self._messages = messages
        self._facts = facts
        self._templates = templates
        self._clock = clock
        self._public_url = public_url

    async def waiting(self, scope: TenantScope) -> list[dict[str, Any]]:
        """Letters that are to be printed, oldest first: `{id, kind, at, name}`."""
        return [
            {
                "id": one.message.id,
                "kind": one.message.kind,
                "at": rfc3339(one.message.at),
                "name": one.about.contact.name,
            }
            for one in await self._addressed(scope)
        ]

    async def pdf(self, scope: TenantScope, municipality: Document) -> bytes:
        """All that wait, one letter a page. Printing changes nothing: what was put into the post is told by `printed`.

        Raises: Problem 404 there is nothing to print.
        """
        addressed = await self._addressed(scope)
        if not addressed:
            raise not_found("letter to be printed")
        now = self._clock.now()
        templates = await self._templates.of(scope)
        data = [self._letter(one, municipality, now, templates) for one in addressed]
        return await asyncio.to_thread(compose_pdf, data)

    async def printed(self, scope: TenantScope, ids: list[str]) -> list[str]:
        """These are on their way: they are not printed again. Answers those that stood to be printed; repeating changes nothing."""
        now, done = self._clock.now(), []
        for id in ids:
            result = await self._messages.execute(scope, id, lambda found: _posted(found, now), now)
            if result is not None and result[0]:
                done.append(id)
        return done

    async def _addressed(self, scope: TenantScope) -> list[Waiting]:
        found = await self._messages.with_status(scope, "to_post", MOST)
        waiting = await still_waiting(self._facts, scope, found, self._clock.now())
        return [one for one in waiting if one.about.contact.post]

    def _letter(self, one: Waiting, municipality: Document, now: datetime, templates: Templates) -> dict[str, Any]:
        said = say(one.content, one.about, self._public_url, templates, way="letter")
        return letter_of(said, one.about.contact.post or "", municipality, now)


def _posted(message: OutboundMessage, now: datetime) -> Change | None:
    if message.status != "to_post":
        return None
    tried = attempts([*message.attempts, Attempt(now, "posted", "letter")])
    event = MessageSettled(
        message_id=message.id, kind=message.kind, channel="letter", status="sent", attempts=len(tried)
    )
    return Change({"status": "sent", "attempts": tried, "settled_at": now}, ["due_at"], [event], True)
