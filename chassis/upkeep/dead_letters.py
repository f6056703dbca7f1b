"""Events that could not be handled: shown, mended, handled again, or given up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from chassis.clock import Clock
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.messaging.dead_letters import DeadLetterStore, as_record
from chassis.messaging.event_processor import EventProcessor
from chassis.operations.logs import get_logger
from chassis.storage.mongo import Document
from chassis.upkeep.reasons_staff import STILL_FAILS, WRONG_VALUE, places_of

log = get_logger()

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")
LONGEST = 20_000
"""Characters of one value that can be shown and mended on a page."""


@dataclass(frozen=True)
class Field:
    """One value of an event. `shown` is None where it is personal: it can be replaced, never read. `wrong`: the fault is here."""

    name: str
    shown: str | None
    wrong: bool


@dataclass(frozen=True)
class DeadLetter:
    """An event that could not be handled, or waits for another. `type` is empty where the record cannot be read."""

    id: str
    topic: str
    partition: int
    offset: int
    sequence: int | None
    type: str
    tenant: str
    state: str
    reason: str
    at: datetime
    fields: tuple[Field, ...] = ()
    behind: int = 0
    """How many later events of the same thing wait for this one."""


@dataclass(frozen=True)
class Replay:
    """How many events of one thing were handled, and how many are left."""

    handled: int
    left: int


class DeadLetters:
    """The dead letters of one service, of one tenant or (None) of all."""

    def __init__(self, store: DeadLetterStore, processor: EventProcessor, clock: Clock) -> None:
        self._store = store
        self._processor = processor
        self._clock = clock

    async def page(self, tenant: str | None, limit: int, after: str | None) -> list[DeadLetter]:
        """A page of dead letters, by their places in the log."""
        return [_letter(one) for one in await self._store.summaries(tenant, limit, after)]

    async def get(self, tenant: str | None, id: str) -> DeadLetter:
        """One dead letter with its values.

        Raises: Problem 404.
        """
        stored = await self._stored_letter(tenant, id)
        letter = _letter(stored)
        behind = len(await self._store.of_key(stored["lane"])) - 1
        personal = self._processor.is_personal(stored["topic"])
        fields = tuple(_fields(_data(stored), places_of(stored["reason"]), personal))
        return replace(letter, fields=fields, behind=behind)

    async def retry(self, tenant: str | None, id: str) -> Replay:
        """Handle it and what waits behind it, because events of one thing belong in order.

        Raises: Problem 404, 409 it still fails.
        """
        stored = await self._stored_letter(tenant, id)
        handled = await self._processor.replay(stored["lane"], over_gaps=True)
        if not handled:
            raise conflict("still-failing", STILL_FAILS)
        return Replay(handled, len(await self._store.of_key(stored["lane"])))

    async def mend(self, tenant: str | None, id: str, entered: Mapping[str, str]) -> None:
        """Put values in place of those it came with, if it can then be handled, and handle it.

        Raises: Problem 404, 409 it still fails, 422 with the values that are still wrong.
        """
        stored = await self._stored_letter(tenant, id)
        data = _data(stored)
        if data is None:
            raise conflict("still-failing", STILL_FAILS)
        values = values_of(data)
        for name, text in entered.items():
            put_value(data, name, _typed(values.get(name), text))
        value = orjson.dumps(data)
        reason = self._processor.reason_against(as_record({**stored, "value": value}))
        if reason is not None:
            wrong_names = [named_value(place, values) for place in places_of(reason)]
            raise invalid(*(FieldError(f"/{name}", WRONG_VALUE) for name in dict.fromkeys(wrong_names) or [""]))
        await self._store.mend(id, value, sorted(entered), self._clock.now())
        log.warning("dead letter mended", place=id, fields=sorted(entered))
        await self.retry(tenant, id)

    async def dismiss(self, tenant: str | None, id: str) -> None:
        """Give it up for good; what waits behind it can then be handled.

        Raises: Problem 404.
        """
        stored = await self._stored_letter(tenant, id)
        await self._store.remove([as_record(stored)])
        await self._processor.refresh_metrics()
        log.warning("dead letter dismissed", place=stored["_id"])

    async def dismiss_and_go_on(self, tenant: str | None, id: str) -> None:
        """Give it up for good, and handle what waits behind it.

        Raises: Problem 404.
        """
        stored = await self._stored_letter(tenant, id)
        await self.dismiss(tenant, id)
        await self._processor.replay(stored["lane"], over_gaps=True)

    async def _stored_letter(self, tenant: str | None, id: str) -> Document:
        stored = await self._store.get(id)
        if stored is None or (tenant is not None and stored["tenant"] != tenant):
            raise not_found("dead letter")
        return stored


def _letter(stored: Document) -> DeadLetter:
    names = {name: bytes(value).decode(errors="replace") for name, value in stored["headers"] if value is not None}
    return DeadLetter(
        id=stored["_id"],
        topic=stored["topic"],
        partition=stored["partition"],
        offset=stored["offset"],
        sequence=stored["sequence"],
        type=names.get("ce_type", "").rpartition("kommune.")[2][:120],
        tenant=stored["tenant"],
        state=stored["state"],
        reason=stored["reason"],
        at=stored["at"],
    )


def _data(stored: Document) -> dict[str, Any] | None:
    """The values of the event; None where they are none that could be mended by hand."""
    try:
        data = orjson.loads(stored["value"] or b"null")
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None


def _fields(data: Mapping[str, Any] | None, places: Sequence[str], personal: bool) -> list[Field]:
    values = values_of(data or {})
    wrong = {named_value(place, values) for place in places}
    names = [*values, *(name for name in sorted(wrong) if data is not None and name not in values)]
    fields = [Field(name, None if personal else _shown(values.get(name)), name in wrong) for name in names]
    # Personal values are offered only where the fault is: nobody has to guess among what they may not see.
    return [one for one in fields if one.wrong or (not personal and len(one.shown or "") <= LONGEST)]


def values_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Each value that can be mended by itself under its place, such as `gathering.starts_at`; lists, and objects whose keys are no plain
    names or whose places would be names of others, are one value."""
    values: dict[str, Any] = {}
    for name, value in data.items():
        is_plain = isinstance(value, dict) and value and all(map(_PLAIN.fullmatch, (name, *value)))
        if is_plain and not any(other.startswith(f"{name}.") for other in data):
            values |= {f"{name}.{inner}": one for inner, one in values_of(value).items()}
        else:
            values[name] = value
    return values


def named_value(place: str, values: Mapping[str, Any]) -> str:
    """The value that a place of a fault is at or in; one that is missing is named as its place."""
    parts = place.split(".")
    around = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((name for name in around if name in values), place if all(map(_PLAIN.fullmatch, parts)) else parts[0])


def put_value(data: dict[str, Any], name: str, value: Any) -> None:
    """Put a value in its place; a name with a dot that the object has is no place."""
    first, _, rest = name.partition(".")
    if rest and name not in data and isinstance(data.setdefault(first, {}), dict):
        put_value(data[first], rest, value)
    else:
        data[name] = value


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else orjson.dumps(value).decode()


def _typed(former: Any, text: str) -> Any:
    """What was typed, in the form the value had: text stays text, all else is read as JSON where it is."""
    if isinstance(former, str):
        return text
    if not text.strip():
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
