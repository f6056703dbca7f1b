"""Two people, or two tabs, at one form: what one saves while the other has it open is not overwritten unseen.

A form that shows what is stored carries a digest of each entry as it was shown. When it is sent, an entry that was not changed in it
keeps what somebody else saved meanwhile; an entry that both changed is not saved, and both are to be seen. Nothing is stored for
it, and forms that carry no digests, such as those of programs, count as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from chassis.pages.forms import Form, as_entries
from chassis.text.translations import mark

CHANGED = mark("Meanwhile this was changed to: %(value)s. If your entry is to count instead, please save once more.")
EMPTIED = mark("Meanwhile this was emptied. If your entry is to count instead, please save once more.")
_MOST_SHOWN = 300
"""Signs of the other value that the message shows."""


def remember(form: Form, stored: Mapping[str, Any]) -> Form:
    """The form, which from now on knows that it shows this; `stored`: entries by field, as a new form takes them."""
    form.shown = json.dumps({name: _digest(values) for name, values in as_entries(stored).items()})
    return form


def merge(form: Form, stored: Mapping[str, Any]) -> None:
    """Bring together what was sent and what is stored by now, and note where both changed the same entry."""
    if form.choosing_language:
        return
    shown, current = _shown_digests(form), as_entries(stored)
    if shown is None:
        return
    for name in sorted({*shown, *current}):
        before, entered, now = shown.get(name, _NOTHING), form.chosen(name), current.get(name, [])
        if before == _digest(now):
            continue
        if before == _digest(entered):
            form.set_value(name, now)
        elif _digest(entered) != _digest(now):
            value = ", ".join(_plain(now))
            shortened = value if len(value) <= _MOST_SHOWN else value[:_MOST_SHOWN] + " …"
            form.error(name, CHANGED if value else EMPTIED, **({"value": shortened} if value else {}))
    remember(form, stored)


def _shown_digests(form: Form) -> dict[str, Any] | None:
    try:
        digests = json.loads(form.shown)
    except (ValueError, RecursionError):
        return None
    return digests if isinstance(digests, dict) else None


def _digest(values: Sequence[str]) -> str:
    return blake2b(json.dumps(_plain(values)).encode(), digest_size=6).hexdigest()


def _plain(values: Sequence[str]) -> list[str]:
    """Entries as a browser sends them back: lines end otherwise, and what is empty may be missing."""
    return [text for value in values if (text := value.replace("\r\n", "\n").strip())]


_NOTHING = _digest([])
