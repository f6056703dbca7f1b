"""Entries of the call list as they are shown: one for each number, with what to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.clock import rfc3339
from services.notifications.call_list.outcomes import may_cancel
from services.notifications.call_list.repository import Number
from services.notifications.call_list.repository_locks import CallLock
from services.notifications.domain.messages import About
from services.notifications.facts.waiting import WaitingMessage
from services.notifications.wording.rendered_text import Templates, render


def entry_of(
    number: Number, waiting: Mapping[str, WaitingMessage], public_url: str, templates: Templates
) -> dict[str, Any] | None:
    """The most urgent message for a number, with the others that wait for it under `also`; None where none of them matters any more.

    `waiting`: the messages that still matter, by id.
    """
    shown = [_message_entry(waiting[one.id], public_url, templates) for one in number.messages if one.id in waiting]
    return {**shown[0], "also": shown[1:], "folded": number.total - 1} if shown else None


def shown_lock(lock: CallLock | None, by: str) -> dict[str, Any]:
    """Who has taken a number, as `by` sees it."""
    if lock is None:
        return {"taken": None, "taken_until": None}
    return {"taken": "by_you" if lock.by == by else "by_a_colleague", "taken_until": rfc3339(lock.until)}


def _message_entry(waiting: WaitingMessage, public_url: str, templates: Templates) -> dict[str, Any]:
    message, content, about = waiting.message, waiting.content, waiting.about
    contact, gathering, group = about.contact, about.gathering, about.group
    texts = [render(content, about, public_url, templates, language, "call") for language in (None, "de")]
    until = group.until if group and content.answered else None
    return {
        "id": message.id,
        "kind": message.kind,
        "status": message.status,
        "at": rfc3339(message.at),
        "attempts": [{"at": rfc3339(attempt.at), "outcome": attempt.outcome} for attempt in message.attempts],
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
        "may_cancel": bool(gathering and not gathering.cancelled) and may_cancel(message, group),
        "say": {text.language: list(text.paragraphs) for text in texts},
    }


def _granted(about: About) -> list[dict[str, str]]:
    """What the group was promised or wishes for, such as an interpreter: whoever calls knows what to expect."""
    if about.gathering is None or about.group is None:
        return []
    wished = {id for id, status in about.group.support if status != "refused"}
    return [offer.label for offer in about.gathering.support if offer.id in wished]
