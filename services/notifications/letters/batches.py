"""Batches of letters that are printed together: sheet numbers, in the post, returned."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, not_found
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.notifications.facts.waiting import WaitingMessage
from services.notifications.letters.documents import LetterBatch
from services.notifications.letters.letters import Letters, posted_change
from services.notifications.letters.pdf import compose_pdf, find_unmade
from services.notifications.letters.problems_staff import ALREADY_POSTED, NOT_SENT_BY_POST, NOTHING_TO_PRINT
from services.notifications.letters.repository import LetterBatches
from services.notifications.messages.changes import next_channel_fields
from services.notifications.messages.documents import Attempt, OutboundMessage
from services.notifications.messages.repository import Messages


@dataclass(frozen=True)
class Sheet:
    """One letter of a batch with its number."""

    number: int
    id: str
    name: str
    kind: str
    status: str


class Batches:
    """Use cases of batches: letters that are printed together."""

    def __init__(self, repository: LetterBatches, letters: Letters, messages: Messages, clock: Clock) -> None:
        self._repository = repository
        self._letters = letters
        self._messages = messages
        self._clock = clock

    async def list_newest(self, scope: TenantScope, limit: int, before: int = 0) -> list[dict[str, Any]]:
        """Batches, the newest first. `before`: only those with a smaller number."""
        return [_as_json(batch) for batch in await self._repository.list_newest(scope, limit, before)]

    async def create(
        self, scope: TenantScope, municipality: Document, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Create a batch of all letters that wait and are in no batch yet; (the batch, replayed). Letters that cannot be typeset are named and
        go on waiting.

        Raises: Problem 409 there is nothing to print.
        """
        now, id = self._clock.now(), request.new_document_id()
        created_before = await self._repository.aggregates.load(scope, id)
        if created_before is not None:
            return request.replay_of_creation(created_before), True
        waiting = await self._letters.list_addressed(scope, batch=None)
        data = await self._letters.template_data(scope, waiting, municipality, now)
        failed = await asyncio.to_thread(find_unmade, data)
        typeset = [letter.message.id for index, letter in enumerate(waiting) if index not in failed]
        left_out = tuple(letter.message.id for index, letter in enumerate(waiting) if index in failed)
        await self._messages.mark_letters(scope, left_out, unmade=True)
        if not typeset:
            raise conflict("nothing-to-print", NOTHING_TO_PRINT)
        number = await self._repository.last_number(scope) + 1
        batch = LetterBatch(
            id=id, tenant=scope.tenant, number=number, created_at=now, letters=tuple(typeset), unmade=left_out
        )
        answer, replayed = await self._repository.add_once(scope, batch, (), _as_json(batch), request, now)
        if not replayed:
            await self._messages.mark_letters(scope, typeset, batch=id)
        return answer, replayed

    async def get(self, scope: TenantScope, id: str) -> tuple[dict[str, Any], list[Sheet]]:
        """A batch and its sheets.

        Raises: Problem 404.
        """
        batch = await self._get(scope, id)
        letters = {letter.message.id: letter for letter in await self._letters.get_many(scope, batch.letters)}
        sheets = [_sheet(number, id, letters.get(id)) for number, id in enumerate(batch.letters, 1)]
        return _as_json(batch), sheets

    async def pdf(self, scope: TenantScope, id: str, municipality: Document) -> bytes:
        """The letters of a batch that still wait to be posted as PDF, each with its sheet number, which never changes.

        Raises: Problem 404 no such batch, or nothing of it waits.
        """
        batch = await self._get(scope, id)
        letters = await self._letters.get_many(scope, batch.letters)
        waiting = [letter for letter in letters if letter.message.status == "to_post"]
        if not waiting:
            raise not_found("letter to be printed")
        sheet_numbers = {id: number for number, id in enumerate(batch.letters, 1)}
        data = await self._letters.template_data(scope, waiting, municipality, self._clock.now())
        for letter, template_data in zip(waiting, data, strict=True):
            template_data["sheet"] = f"{batch.number} · {sheet_numbers[letter.message.id]}/{len(batch.letters)}"
        return await asyncio.to_thread(compose_pdf, data)

    async def mark_posted(self, scope: TenantScope, id: str, besides: list[str]) -> list[str]:
        """Record that a batch is in the post, except for the letters in `besides`, which wait for the next batch; returns those marked as posted.

        Raises: Problem 404 no such batch, 409 it is in the post already.
        """
        now, batch = self._clock.now(), await self._get(scope, id)
        if batch.posted_at is not None:
            raise conflict("already-posted", ALREADY_POSTED)
        not_posted = set(besides)
        await self._messages.mark_letters(
            scope, [letter for letter in batch.letters if letter in not_posted], batch=None
        )
        posted = []
        for letter in batch.letters:
            if letter not in not_posted:
                result = await self._messages.execute(scope, letter, lambda message: posted_change(message, now), now)
                posted += [letter] if result is not None and result[0] else []
        await self._repository.change(
            scope, id, lambda current: Decision(msgspec.structs.replace(current, posted_at=now)), now
        )
        return posted

    async def record_return(self, scope: TenantScope, letter: str) -> dict[str, Any]:
        """Record that a letter came back: its recipient was not reached, so the next channel is tried.

        Raises: Problem 404 no such message, 409 it was not sent by post.
        """
        now = self._clock.now()
        result = await self._messages.execute(scope, letter, lambda message: _returned_change(message, now), now)
        if result is None:
            raise not_found("message")
        answer: dict[str, Any] = result[0]
        return answer

    async def _get(self, scope: TenantScope, id: str) -> LetterBatch:
        batch = await self._repository.get(scope, id)
        if batch is None:
            raise not_found("batch of letters")
        return batch


def _returned_change(message: OutboundMessage, now: datetime) -> Change:
    last = message.last_channel_attempt
    if message.status != "sent" or last is None or last.channel != "letter":
        raise conflict("not-sent-by-post", NOT_SENT_BY_POST)
    fields = next_channel_fields(message, Attempt(now, "returned", "letter")) | {"at": now}
    return Change(fields, ["settled_at", "batch"], answer={"id": message.id, "status": "pending"})


def _sheet(number: int, id: str, letter: WaitingMessage | None) -> Sheet:
    if letter is None:
        return Sheet(number, id, "", "", "gone")
    return Sheet(number, id, letter.about.contact.name, letter.message.kind, letter.message.status)


def _as_json(batch: LetterBatch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "number": batch.number,
        "created_at": rfc3339(batch.created_at),
        "letters": list(batch.letters),
        "unmade": list(batch.unmade),
        "posted_at": rfc3339(batch.posted_at) if batch.posted_at else None,
    }
