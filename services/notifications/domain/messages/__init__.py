"""Every kind of message, one class each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from services.notifications.domain.messages import participants, respondents, staff
from services.notifications.domain.messages.base import About, Content, Purpose
from services.notifications.domain.messages.participants import CONFIRM_BY_CALL, NEW_ADDRESS

__all__ = [
    "CONFIRM_BY_CALL",
    "CONTENTS",
    "NEW_ADDRESS",
    "About",
    "Content",
    "Purpose",
    "content_of",
    "participants",
    "rank",
    "respondents",
    "staff",
]


def _kinds(base: type[Content]) -> Iterator[type[Content]]:
    for kind in base.__subclasses__():
        if kind.__struct_config__.tag != kind.__name__:  # what several kinds share has no name of its own
            yield kind
        yield from _kinds(kind)


CONTENTS: dict[str, type[Content]] = {str(kind.__struct_config__.tag): kind for kind in _kinds(Content)}
"""Every kind of message by its name."""


def content_of(kind: str, stored: Mapping[str, Any] | None) -> Content:
    """The typed content of a stored message.

    Raises:
        KeyError: there is no such kind.
        msgspec.ValidationError: what is stored does not fit the kind.
    """
    return msgspec.convert(dict(stored or {}), CONTENTS[kind])


def rank(kind: str) -> int:
    """Priority of a kind in the queue: 0 for what somebody waits for this minute, 1 for all others."""
    content = CONTENTS.get(kind)
    return 0 if content is not None and content.now else 1
