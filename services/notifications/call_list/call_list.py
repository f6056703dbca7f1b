"""Use cases of the call list: list, export, take a number, record the outcome of a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.pagination import cursor_at, unknown_place
from chassis.storage.tenancy import TenantScope
from services.notifications.call_list.entries import entry_of, shown_lock
from services.notifications.call_list.export_staff import table
from services.notifications.call_list.outcomes import CallOutcome, may_cancel, outcome_change
from services.notifications.call_list.problems_staff import NEXT_TIME, NOT_TO_CALL, NOTHING_TO_CANCEL, TAKEN
from services.notifications.call_list.repository import CallListRepository, Place
from services.notifications.call_list.repository_locks import LOCKED_FOR, CallLockRepository
from services.notifications.facts.repository import Facts
from services.notifications.facts.waiting import load_relevant
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.repository import Messages

EXPORTED = 1_000
"""Numbers in one table for a call centre; the next ones follow when these are called."""
LATEST_NEXT_TIME = timedelta(weeks=4)


@dataclass(frozen=True)
class CallPage:
    """Some entries of the list, and the cursor of the next ones."""

    items: list[dict[str, Any]]
    next: str | None


class CallList:
    """The call list of a municipality: its messages with the status `to_call`."""

    def __init__(
        self,
        repository: CallListRepository,
        locks: CallLockRepository,
        messages: Messages,
        facts: Facts,
        templates: TemplateRepository,
        clock: Clock,
        public_url: str,
    ) -> None:
        self.repository = repository
        self._locks = locks
        self._messages = messages
        self._facts = facts
        self._templates = templates
        self._clock = clock
        self._public_url = public_url

    async def page(
        self,
        scope: TenantScope,
        *,
        kind: str = "",
        language: str = "",
        later: bool = False,
        cursor: str | None = None,
        limit: int = 50,
        by: str = "",
    ) -> CallPage:
        """A page of the list, one entry for each number: those who have to answer by a deadline first; then those never tried, then those
        tried longest ago.

        `id` is the message's, `registration` the person's; `attempts` are earlier ones; `until` is by when they have to answer;
        `may_cancel`: that they do not come can be recorded here; `say` is what to say, in the person's language and in German; `also`: other
        messages that wait for the same number, `folded` how many there are. `later`: only those to be called at a time in the future. `by`:
        who asks, to say whether a number is taken by them or by a colleague.
        """
        after, now = _read_cursor(cursor) if cursor else None, self._clock.now()
        numbers = await self.repository.list_numbers(
            scope, now=now, kind=kind, language=language, later=later, after=after, limit=limit + 1
        )
        shown = numbers[:limit]
        messages = [message for number in shown for message in number.messages]
        waiting = await load_relevant(self._facts, scope, messages, now)
        templates = await self._templates.get_in_force(scope)
        relevant = {one.message.id: one for one in waiting}
        locks = await self._locks.get_many(scope, [number.place.number for number in shown], now)
        items = [
            {**entry, **shown_lock(locks.get(number.place.number), by)}
            for number in shown
            if (entry := entry_of(number, relevant, self._public_url, templates)) is not None
        ]
        return CallPage(items, _cursor(shown[-1].place) if len(numbers) > limit else None)

    async def export(
        self, scope: TenantScope, gettext: Callable[[str], str], *, kind: str = "", language: str = ""
    ) -> bytes:
        """Export the calls to be made now as a table for a call centre."""
        page = await self.page(scope, kind=kind, language=language, limit=EXPORTED)
        return table(page.items, gettext)

    async def claim(self, scope: TenantScope, id: str, by: str) -> datetime:
        """Take the number of a message, so that nobody else calls it; returns until when.

        Raises: Problem 404 no such message, 409 it is not on the list, or a colleague has taken it.
        """
        now, number = self._clock.now(), await self._number_of(scope, id)
        if not await self._locks.claim(scope, number, by, now):
            raise conflict("number-taken", TAKEN)
        return now + LOCKED_FOR

    async def release(self, scope: TenantScope, id: str, by: str) -> None:
        """Release the number of a message.

        Raises: Problem 404 no such message, 409 it is not on the list.
        """
        await self._locks.release(scope, await self._number_of(scope, id), by)

    async def _number_of(self, scope: TenantScope, id: str) -> str:
        message = await self._messages.load(scope, id)
        if message is None:
            raise not_found("message")
        if message.status != "to_call":
            raise conflict("not-to-call", NOT_TO_CALL)
        return message.number or message.id

    async def record_outcome(
        self,
        scope: TenantScope,
        id: str,
        outcome: CallOutcome,
        request: IdempotencyKey | None,
        *,
        by: str = "",
        next_at: datetime | None = None,
    ) -> tuple[dict[str, Any], bool]:
        """Record the outcome of a call (see `CallOutcome`); returns (the message, replayed). `next_at`: after `not_reached` the number is
        hidden until then.

        Raises: Problem 404 no such message, 409 it is not on the list, a colleague is calling, or there is nothing to cancel (any more),
        422 the next time is past or far away.
        """
        message = await self._messages.load(scope, id)
        if message is None:
            raise not_found("message")
        contact = await self._facts.contact(scope, message.contact)
        group = await self._facts.group(scope, message.contact) if outcome == "cancels" else None
        now, has_post = self._clock.now(), bool(contact and contact.post)
        if next_at is not None and not now < next_at <= now + LATEST_NEXT_TIME:
            raise invalid(FieldError("/next_at", NEXT_TIME))
        number = message.number or message.id
        lock = (await self._locks.get_many(scope, [number], now)).get(number)
        if lock is not None and lock.by != by:
            raise conflict("number-taken", TAKEN)

        def decide(current: OutboundMessage) -> Change:
            if current.status != "to_call":
                raise conflict("not-to-call", NOT_TO_CALL)
            if outcome == "cancels" and not may_cancel(current, group):
                raise conflict("nothing-to-cancel", NOTHING_TO_CANCEL)
            return outcome_change(current, outcome, has_post, now, next_at)

        answer = await self._messages.execute(scope, id, decide, now, request)
        if answer is None:
            raise not_found("message")
        await self._locks.release(scope, number, by)
        return answer


def _cursor(place: Place) -> str:
    return cursor_at(orjson.dumps([place.later, rfc3339(place.called_at), rfc3339(place.at), place.number]).decode())


def _read_cursor(cursor: str) -> Place:
    """The place that a cursor names.

    Raises: Problem 422 it names no place of this list.
    """
    try:
        later, called_at, at, number = orjson.loads(cursor)
        called, since = (datetime.fromisoformat(time).astimezone(UTC) for time in (called_at, at))
    except (ValueError, TypeError, OverflowError):
        raise unknown_place() from None
    if later not in (0, 1):
        raise unknown_place()
    return Place(later, called, since, str(number))
