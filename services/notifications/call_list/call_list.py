"""The call list: whom to call, what to say, and recording the outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import orjson

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.pagination import cursor_at, no_place
from chassis.storage.tenancy import TenantScope
from contracts.notifications import MessageSettled
from services.notifications.call_list.export_staff import table
from services.notifications.call_list.problems_staff import NEXT_TIME, NOT_TO_CALL, NOTHING_TO_CANCEL, TAKEN
from services.notifications.call_list.repository import CallListRepository, Number, Place
from services.notifications.call_list.repository_taken import HELD, Taken, TakenNumbers
from services.notifications.domain.facts import Group
from services.notifications.domain.messages import CONFIRM_BY_CALL, About
from services.notifications.facts.repository import Facts
from services.notifications.facts.waiting import WaitingMessage, load_relevant
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.messages.changes import stored_attempts
from services.notifications.messages.documents import Attempt, OutboundMessage
from services.notifications.messages.repository import Messages
from services.notifications.wording.rendered_text import Templates, render

CallOutcome = Literal["reached", "comes", "cancels", "not_reached", "wrong_number"]
EXPORTED = 1_000
"""Numbers in one table for a call centre; the next ones follow when these are called."""
LATEST_NEXT_TIME = timedelta(weeks=4)
COMING = frozenset(("unconfirmed", "confirmed", "waiting", "offered"))
"""Where a group stands that may still say that it does not come."""


@dataclass(frozen=True)
class CallPage:
    """Some entries of the list, and the cursor of the next ones."""

    items: list[dict[str, Any]]
    next: str | None


class CallList:
    """Use cases of the call list: messages with the status `to_call`."""

    def __init__(
        self,
        repository: CallListRepository,
        taken: TakenNumbers,
        messages: Messages,
        facts: Facts,
        templates: TemplateRepository,
        clock: Clock,
        public_url: str,
    ) -> None:
        self.repository = repository
        self._taken = taken
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
        """A page of calls, one entry a number: those who have to answer by a time before the others; those never tried first, then those
        tried longest ago.

        `id` is the message's, `registration` the person's; `attempts` are earlier ones; `until` is by when they have to answer;
        `may_cancel`: a no can be entered here; `say` is what to say, in the person's language and in German; `also`: other messages
        that wait for the same number, `folded` how many there are. `later`: those who are to be called at a later time. `by`: who looks,
        for whom a number is taken by themself or a colleague.
        """
        after, now = _place(cursor) if cursor else None, self._clock.now()
        numbers = await self.repository.numbers(
            scope, now=now, kind=kind, language=language, later=later, after=after, limit=limit + 1
        )
        shown = numbers[:limit]
        everything = [message for number in shown for message in number.messages]
        waiting = await load_relevant(self._facts, scope, everything, now)
        templates = await self._templates.get_in_force(scope)
        entries = {one.message.id: self._entry(one, templates) for one in waiting}
        taken = await self._taken.get_many(scope, [number.place.number for number in shown], now)
        items = [
            {**item, **_taken(taken.get(number.place.number), by)}
            for number in shown
            if (item := _folded(number, entries)) is not None
        ]
        return CallPage(items, _cursor(shown[-1].place) if len(numbers) > limit else None)

    async def exported(
        self, scope: TenantScope, gettext: Callable[[str], str], *, kind: str = "", language: str = ""
    ) -> bytes:
        """The calls to be made now, as a table for a call centre."""
        found = await self.page(scope, kind=kind, language=language, limit=EXPORTED)
        return table(found.items, gettext)

    async def claim(self, scope: TenantScope, id: str, by: str) -> datetime:
        """Take the number of a message for oneself, so that nobody else calls it; until when it is.

        Raises: Problem 404 no such message, 409 it is not on the list, or a colleague has taken it.
        """
        now, number = self._clock.now(), await self._number_of(scope, id)
        if not await self._taken.claim(scope, number, by, now):
            raise conflict("number-taken", TAKEN)
        return now + HELD

    async def release(self, scope: TenantScope, id: str, by: str) -> None:
        """Raises: Problem 404 no such message, 409 it is not on the list."""
        await self._taken.release(scope, await self._number_of(scope, id), by)

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
        """Record the outcome of a call; (the message, replayed). `reached`: told. `comes`: told, and they said yes to what they were asked,
        which registration carries out. `cancels`: whatever it was about, they said that they do not come, and registration
        cancels the whole group. `not_reached`: stays on the list, out of sight until `next_at`. `wrong_number`: goes by post where an address is known, else it failed.
        Who signed up without an e-mail address: `reached`, too, says they come, `wrong_number` that nobody there knows of it, so their
        seats go to others.

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
        holder = (await self._taken.get_many(scope, [number], now)).get(number)
        if holder is not None and holder.by != by:
            raise conflict("number-taken", TAKEN)

        def decide(found: OutboundMessage) -> Change:
            if found.status != "to_call":
                raise conflict("not-to-call", NOT_TO_CALL)
            if outcome == "cancels" and not _may_cancel(found, group):
                raise conflict("nothing-to-cancel", NOTHING_TO_CANCEL)
            return _recorded(found, outcome, has_post, now, next_at)

        done = await self._messages.execute(scope, id, decide, now, request)
        if done is None:
            raise not_found("message")
        await self._taken.release(scope, number, by)
        return done

    def _entry(self, one: WaitingMessage, templates: Templates) -> dict[str, Any]:
        message, content, about = one.message, one.content, one.about
        contact, gathering, group = about.contact, about.gathering, about.group
        rendered = [render(content, about, self._public_url, templates, language, "call") for language in (None, "de")]
        until = group.until if group and content.answered else None
        return {
            "id": message.id,
            "kind": message.kind,
            "status": message.status,
            "at": rfc3339(message.at),
            "attempts": [{"at": rfc3339(tried.at), "outcome": tried.outcome} for tried in message.attempts],
            "registration": message.contact,
            "gathering": {"id": gathering.id, "title": gathering.title, "starts_at": rfc3339(gathering.starts_at)}
            if gathering
            else None,
            "until": rfc3339(until) if until else None,
            "call_after": rfc3339(message.call_after) if message.call_after else None,
            "support": _granted(about),
            "name": contact.name,
            "phone": contact.phone,
            "phone_e164": contact.phone_e164,
            "language": contact.language,
            "helper": contact.helper if contact.via_helper else None,
            "may_cancel": bool(gathering and not gathering.cancelled) and _may_cancel(message, group),
            "say": {each.language: list(each.paragraphs) for each in rendered},
        }


def _granted(about: About) -> list[dict[str, str]]:
    """What the group was promised or wishes for, such as an interpreter: whoever calls knows what to expect."""
    if about.gathering is None or about.group is None:
        return []
    wished = {id for id, status in about.group.support if status != "refused"}
    return [offer.label for offer in about.gathering.support if offer.id in wished]


def _taken(taken: Taken | None, by: str) -> dict[str, Any]:
    if taken is None:
        return {"taken": None, "taken_until": None}
    return {"taken": "by_you" if taken.by == by else "by_a_colleague", "taken_until": rfc3339(taken.until)}


def _folded(number: Number, entries: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    shown = [entries[message.id] for message in number.messages if message.id in entries]
    return {**shown[0], "also": shown[1:], "folded": number.total - 1} if shown else None


def _recorded(
    message: OutboundMessage, outcome: CallOutcome, has_post: bool, now: datetime, next_at: datetime | None
) -> Change:
    tried = [*message.attempts, Attempt(now, outcome, "call")]
    answer: dict[str, Any] = {"id": message.id, "outcome": outcome}
    if outcome == "not_reached":
        fields: Document = {"attempts": stored_attempts(tried), "called_at": now}
        if next_at is not None:
            fields["call_after"] = next_at
        return Change(fields, () if next_at else ("call_after",), answer={**answer, "status": "to_call"})
    asked = message.kind == CONFIRM_BY_CALL
    decides = asked or outcome == "cancels" or (outcome == "comes" and message.content.answered)
    status: Literal["sent", "to_post", "failed"] = (
        "sent" if outcome in ("reached", "comes", "cancels") else "to_post" if has_post and not asked else "failed"
    )
    event = MessageSettled(
        message_id=message.id,
        kind=message.kind,
        channel="letter" if status == "to_post" else "call",
        status=status,
        attempts=len(tried),
        registration_id=message.contact if decides else None,
        cancels=outcome == "cancels",
    )
    fields = {"status": status, "attempts": stored_attempts(tried), "settled_at": now}
    over = () if status == "to_post" else ("due_at",)
    return Change(fields, over, [event], {**answer, "status": status})


def _may_cancel(message: OutboundMessage, group: Group | None) -> bool:
    return bool(message.gathering and group and group.status in COMING)


def _cursor(place: Place) -> str:
    return cursor_at(orjson.dumps([place.later, rfc3339(place.called_at), rfc3339(place.at), place.number]).decode())


def _place(named: str) -> Place:
    """Raises Problem 422: it names no place of this list."""
    try:
        later, called_at, at, number = orjson.loads(named)
        called, since = (datetime.fromisoformat(one).astimezone(UTC) for one in (called_at, at))
    except (ValueError, TypeError, OverflowError):
        raise no_place() from None
    if later not in (0, 1):
        raise no_place()
    return Place(later, called, since, str(number))
