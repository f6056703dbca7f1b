"""Messages for tests, from the rows as events would have written them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any, TypeVar

import msgspec

from services.notifications.domain.facts import Contact, Fact, Gathering, Group
from services.notifications.domain.messages import NEW_ADDRESS, About, Content, content_of
from services.notifications.mail.compose import Mail
from services.notifications.mail.compose import compose as composed
from services.notifications.mail.letterhead import Letterhead
from services.notifications.mail.of_message import invitation_of
from services.notifications.message_templates.defaults import default
from services.notifications.wording.rendered_text import Medium, RenderedText
from services.notifications.wording.rendered_text import render as said

Row = Mapping[str, Any]


F = TypeVar("F", bound=Fact)


def read(kind: type[F], row: Row) -> F:
    return msgspec.convert({name: value for name, value in row.items() if value is not None}, kind)


def content(intent: Row) -> Content:
    return content_of(intent["kind"], intent.get("told"))


def about(intent: Row, contact: Row, gathering: Row | None, participant: Row | None) -> About:
    """What a message is about; ids are those that the message names."""
    return About(
        intent.get("tenant", "w"),
        read(Contact, {"_id": intent.get("contact", "r"), **contact}),
        None if gathering is None else read(Gathering, {"_id": intent.get("gathering", "g"), **gathering}),
        None if participant is None else read(Group, participant),
    )


def render(
    intent: Row,
    contact: Row,
    gathering: Row | None,
    participant: Row | None,
    public_url: str,
    language: str | None = None,
    medium: Medium = "email",
    **more: Any,
) -> RenderedText:
    where = about(intent, contact, gathering, participant)
    return said(content(intent), where, public_url, default, language, medium, **more)


def compose_mail(
    intent: Row,
    contact: Row,
    gathering: Row | None,
    participant: Row | None,
    public_url: str,
    sender: str,
    now: datetime,
    letterhead: Letterhead | None = None,
    **more: Any,
) -> Mail:
    where, what = about(intent, contact, gathering, participant), content(intent)
    words = said(what, where, public_url, default, **more)
    shown, address = parseaddr(sender)
    to = contact["new_email"] if intent["kind"] == NEW_ADDRESS else contact["email"]
    head = letterhead or Letterhead({"de": shown}, address, shown)
    return composed(words, intent["_id"], to, head, now, invitation_of(what, where, words.language, public_url))
