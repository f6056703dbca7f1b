"""Merges concurrent edits of a registration (two people, or one in two windows): only fields that a form changed are written.

A form carries what it showed when it was opened (`was`; of what is long, its hash). An entry that still says the same was not touched,
and what stands there now stays; one that was changed on both sides is sent back with both, to be decided by whoever sent it. So are
answers of companions where others come along by now: they stand in the order of the companions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chassis.pages.forms import Form
from chassis.text.translations import mark
from services.registration.questions.form import SHOWN, is_of_companion

WAS = "was"
BOTH = mark("Somebody changed this meanwhile. It now says: %(value)s. Please look at both and save again.")
MOST = 150_000
"""Letters that `was` may have: more than the entries of the largest form with the longest names."""
LONGEST = 64
"""Letters of an entry that is carried along as it is."""
_COUNT = "companions"


def as_shown(entered: Mapping[str, Any]) -> str:
    """Encode what a form shows, to be carried along in a hidden field."""
    carried = {name: _short(_plain(value)) for name, value in entered.items()}
    return json.dumps(carried, ensure_ascii=False, sort_keys=True)


def status_of(form: Form) -> int:
    """The HTTP status of a form that is shown again: 409 after a concurrent edit, else 422."""
    return 409 if any(message == BOTH for message, _ in form.errors.values()) else 422


def settle(form: Form, entered: Mapping[str, Any]) -> None:
    """Take for each entry that the form did not change what is `entered` by now; what both sides changed is noted in the form."""
    was = _read(form.value(WAS))
    if was is None:
        return
    now = {name: _plain(value) for name, value in entered.items()}
    shown = [name for name in was if name in now and (name in form.names or isinstance(now[name], list))]
    sent = {name: _sent(form, name, now[name]) for name in shown}
    changed = {name for name in shown if _short(sent[name]) != was[name]}
    _settle_companions(form, was, now)
    if not changed.isdisjoint({_COUNT, "names"}):
        changed |= {_COUNT, "names"} & set(shown)  # how many come and who they are is one entry
    for name in shown:
        if name not in changed:
            form.set_value(name, now[name] if isinstance(now[name], list) else [now[name]])
        elif _short(now[name]) != was[name] and now[name] != sent[name]:
            shown_value = ", ".join(now[name]) if isinstance(now[name], list) else now[name].replace("\n", ", ")
            form.error(name, BOTH, value=shown_value or "–")


def _settle_companions(form: Form, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Note it where others come along by now and this form changed what one of the former said."""
    if SHOWN not in form.names or all(_short(now[name]) == was.get(name) for name in (_COUNT, "names")):
        return
    named = [name for name in was if is_of_companion(name)]
    if any(_short(_sent(form, name, now.get(name, was[name]))) != was[name] for name in named):
        form.error("names", BOTH, value=now["names"].replace("\n", ", ") or "–")


def _sent(form: Form, name: str, like: Any) -> Any:
    return _plain(form.chosen(name) if isinstance(like, list) else form.value(name))


def _short(entry: Any) -> Any:
    """Encode one entry."""
    text = entry if isinstance(entry, str) else "\n".join(entry)
    return entry if len(text) <= LONGEST else f"#{hashlib.sha256(text.encode()).hexdigest()}"


def _plain(value: Any) -> Any:
    """An entry in the form in which a browser sends it: text, or a list of what was chosen."""
    if isinstance(value, list | tuple):
        return sorted(str(item) for item in value)
    return "" if value is None else "\n".join(line.strip() for line in str(value).strip().splitlines())


def _read(text: str) -> dict[str, Any] | None:
    """Decode what the form showed; None where that can't be read: then all it says counts."""
    if not text or len(text) > MOST:
        return None
    try:
        entered = json.loads(text)
    except ValueError:
        return None
    return {str(name): _plain(value) for name, value in entered.items()} if isinstance(entered, dict) else None
