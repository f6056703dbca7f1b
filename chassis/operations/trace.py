"""Trace context (W3C `traceparent`): which request caused something: from the caller or made at the edge, carried along in
outboxes, record headers and what an event makes due, and shown in logs as `trace`.

Source: W3C Trace Context, Recommendation of 23 November 2021, §3.2 (`traceparent`).
"""

from __future__ import annotations

import re
from contextvars import ContextVar

from chassis.ids import new_id

_FORM = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def begin(traceparent: str | None) -> None:
    """From here on this task, and what it starts, belongs to that request; None: to no request."""
    _current.set(traceparent)


def received(header: str | None) -> str:
    """The caller's `traceparent`, or a new one where there is none or it is no such thing."""
    if header is not None and _FORM.fullmatch(header):
        return header
    id = new_id()
    return f"00-{id}-{id[16:]}-00"


def current() -> str | None:
    """The `traceparent` of what is being done."""
    return _current.get()


def trace_id(traceparent: str | None) -> str | None:
    """The part that is the same all along the way, 32 hexadecimal digits."""
    match = _FORM.fullmatch(traceparent or "")
    return match[1] if match else None
