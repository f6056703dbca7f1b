"""What staff may see of a message that went out: its words, without the codes that only its recipient may hold."""

from __future__ import annotations

from services.notifications.domain.facts import Contact
from services.notifications.messages.documents import AsSent
from services.notifications.wording.said import Said

MASK = "•••••"


def masked(text: str, contact: Contact) -> str:
    """A text in which every code of the contact is masked."""
    for code in sorted(contact.codes.values(), key=len, reverse=True):
        if code:
            text = text.replace(code, MASK)
    return text


def as_sent(said: Said, contact: Contact) -> AsSent:
    """Subject and text with every code of the contact masked, in links and where it is spelled out."""
    text = masked("\n\n".join([said.greeting, *said.paragraphs, said.link]), contact)
    if said.secret:
        text = text.replace(said.secret, MASK)
    if said.door and said.door.code:
        text = text.replace(said.door.code, MASK)
    return AsSent(said.subject, text, said.language)
