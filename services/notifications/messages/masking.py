"""Masks the codes in a message that staff look at: only its recipient may hold them."""

from __future__ import annotations

from services.notifications.domain.facts import Contact
from services.notifications.messages.documents import AsSent
from services.notifications.wording.rendered_text import RenderedText

MASK = "•••••"


def masked(text: str, contact: Contact) -> str:
    """Mask every code of the contact in a text."""
    for code in sorted(contact.codes.values(), key=len, reverse=True):
        if code:
            text = text.replace(code, MASK)
    return text


def as_sent(rendered: RenderedText, contact: Contact) -> AsSent:
    """Make the copy of a sent message that is stored: every code of the contact is masked, in links and where it is spelled out."""
    text = masked(rendered.as_plain_text, contact)
    if rendered.secret:
        text = text.replace(rendered.secret, MASK)
    if rendered.door and rendered.door.code:
        text = text.replace(rendered.door.code, MASK)
    return AsSent(rendered.subject, text, rendered.language)
