"""Use cases of the inbox: list, answer, mark as done, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chassis.clock import Clock
from chassis.http.problems import conflict, not_found
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from chassis.text.translations import mark
from services.notifications.facts.repository import Facts
from services.notifications.inbox.documents import InboxMail, MailState
from services.notifications.inbox.repository import Inbox
from services.notifications.mail.compose import compose
from services.notifications.mail.letterheads import Letterheads
from services.notifications.mail.refusals_staff import NOT_SENT, not_sent
from services.notifications.mail.senders import Senders
from services.notifications.settings.repository import SettingsRepository
from services.notifications.wording import sentences as s
from services.notifications.wording.links import in_language
from services.notifications.wording.rendered_text import RenderedText
from services.notifications.wording.sentences import sentence

NO_SENDER = mark("This mail names no sender that could be answered.")
ANSWERED = mark("This mail was answered already.")
BEING_ANSWERED = mark("This mail is just being answered. Please look again in a few minutes.")

ANSWERING = timedelta(minutes=5)
"""For how long a mail is reserved for the one who is sending an answer."""


class InboxDesk:
    """Use cases of the inbox, for coordinators and intake clerks."""

    def __init__(
        self,
        inbox: Inbox,
        facts: Facts,
        letterheads: Letterheads,
        settings: SettingsRepository,
        senders: Senders,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._inbox = inbox
        self._facts = facts
        self._letterheads = letterheads
        self._settings = settings
        self._senders = senders
        self._clock = clock
        self._public_url = public_url

    async def list_newest(
        self, scope: TenantScope, states: Collection[MailState], before: str | None, limit: int
    ) -> list[InboxMail]:
        return await self._inbox.list_newest(scope, states, before, limit)

    async def list_gatherings(self, scope: TenantScope, limit: int) -> list[dict[str, Any]]:
        """Upcoming gatherings for which the sender may be registered, the next one first."""
        gatherings = await self._facts.list_upcoming(scope, self._clock.now(), limit)
        return [
            {"id": gathering.id, "title": gathering.title, "starts_at": gathering.starts_at} for gathering in gatherings
        ]

    async def answer(self, scope: TenantScope, id: str, language: str, text: str) -> None:
        """Send an answer, once. The mail stays open until the answer is sent, so that a crash loses no answer.

        Raises: Problem 404 no such mail, 409 it names no sender, was answered already or is just being answered, or the mail
        server did not take it.
        """
        mail, now = await self._get(scope, id), self._clock.now()
        if not mail.address:
            raise conflict("no-sender", NO_SENDER)
        await self._change(scope, id, now, _reserve_for_answer(now))
        try:
            await self._send(scope, mail, language, text, now)
        except NOT_SENT as error:
            await self._update(scope, id, now, answering_until=None)
            raise not_sent("not-sent", error) from None
        await self._update(scope, id, now, state="answered", answer=text, answering_until=None)

    async def mark_done(self, scope: TenantScope, id: str) -> None:
        """Mark a mail as done.

        Raises: Problem 404.
        """
        await self._get(scope, id)
        await self._update(scope, id, self._clock.now(), state="done")

    async def delete(self, scope: TenantScope, id: str) -> None:
        """Delete a mail.

        Raises: Problem 404.
        """
        if not await self._inbox.remove(scope, id):
            raise not_found("mail")

    async def _send(self, scope: TenantScope, mail: InboxMail, language: str, text: str, now: datetime) -> None:
        settings = await self._settings.get_or_default(scope)
        subject = mail.subject if mail.subject[:3].lower() in ("re:", "aw:") else f"Re: {mail.subject}".strip()
        link = in_language(f"{self._public_url}/registration/{scope.tenant}/", language)
        rendered = RenderedText(
            language, mail.name, subject, tuple(text.split("\n\n")), link, sentence(language, s.ACTIONS["open"])
        )
        letterhead = await self._letterheads.get(scope, settings)
        id = f"inbox-{mail.id}-{int(now.timestamp())}"
        composed = compose(rendered, id, mail.address, letterhead, now, by_person=True)
        if mail.message_id:
            references = "\r\n ".join((*mail.references, mail.message_id))
            thread_headers = f"In-Reply-To: {mail.message_id}\r\nReferences: {references}\r\n".encode()
            composed = replace(composed, content=thread_headers + composed.content)
        await self._senders.send(scope, settings, composed, now)

    async def _get(self, scope: TenantScope, id: str) -> InboxMail:
        mail = await self._inbox.get(scope, id)
        if mail is None:
            raise not_found("mail")
        return mail

    async def _update(self, scope: TenantScope, id: str, now: datetime, **fields: Any) -> None:
        await self._change(scope, id, now, lambda current: Decision(msgspec.structs.replace(current, **fields)))

    async def _change(
        self, scope: TenantScope, id: str, now: datetime, decide: Callable[[InboxMail], Decision[InboxMail]]
    ) -> None:
        await self._inbox.change(scope, id, decide, now)


def _reserve_for_answer(now: datetime) -> Callable[[InboxMail], Decision[InboxMail]]:
    """Decision that reserves a mail for an answer.

    Raises: Problem 409 it was answered, or somebody is answering it.
    """

    def decide(current: InboxMail) -> Decision[InboxMail]:
        if current.state == "answered":
            raise conflict("already-answered", ANSWERED)
        if current.answering_until is not None and now < current.answering_until:
            raise conflict("being-answered", BEING_ANSWERED)
        return Decision(msgspec.structs.replace(current, answering_until=now + ANSWERING))

    return decide
