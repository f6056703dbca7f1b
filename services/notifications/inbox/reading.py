"""Parses a mail from a stranger: sender, subject and words. Pure and bounded; attachments are counted, never opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from chassis.text import plain_text
from services.notifications.intake.bounded import bounded
from services.notifications.intake.mail_text import header_of, text_and_attachments

TEXT, LINE = 10_000, 200
REFERENCES = 20
"""Ids of a thread that are kept."""
SENDER = 2_000
"""Characters of a header that are looked into for its sender."""
_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")


@dataclass(frozen=True)
class ParsedMail:
    """A parsed mail. `address`: empty where it names no sender that could be answered; `automatic`: an automatic reply; `cut`: its text goes on."""

    name: str
    address: str
    subject: str
    text: str
    message_id: str
    references: tuple[str, ...]
    attachments: int
    automatic: bool
    cut: bool


def parse_mail(content: bytes, envelope_sender: str) -> ParsedMail:
    """Parse as much of a mail as can be understood; never raises, whatever it holds."""
    beginning = bounded(content)
    try:
        mail = message_from_bytes(beginning, policy=policy.compat32)
        text, attachments = text_and_attachments(mail)
    except (MessageError, RecursionError, LookupError, ValueError, AssertionError):
        # Nested without end, or broken: who wrote about what can be said all the same.
        mail, text, attachments = BytesHeaderParser(policy=policy.compat32).parsebytes(beginning), "", 0
    name, address = _sender(mail)
    message_id = _ID.search(header_of(mail, "Message-ID"))
    shown = plain_text.printable(text).strip()
    return ParsedMail(
        _line(name),
        _address(address) or _address(envelope_sender),
        _line(header_of(mail, "Subject")),
        shown[:TEXT],
        message_id[0] if message_id else "",
        _thread(mail),
        attachments,
        (header_of(mail, "Auto-Submitted") or "no").lower() != "no",
        len(beginning) < len(content) or len(shown) > TEXT,
    )


def _sender(mail: Message) -> tuple[str, str]:
    """Name and address of the sender; empty where the header is nested too deeply."""
    try:
        return parseaddr((header_of(mail, "Reply-To") or header_of(mail, "From"))[:SENDER])
    except RecursionError:
        return "", ""


def _thread(mail: Message) -> tuple[str, ...]:
    """Ids of the mails that came before in the thread (RFC 5322, 3.6.4): the first and the last ones, where there are many."""
    ids = _ID.findall(header_of(mail, "References") or header_of(mail, "In-Reply-To"))
    return tuple(ids if len(ids) <= REFERENCES else [ids[0], *ids[1 - REFERENCES :]])


def _line(text: str) -> str:
    return " ".join(plain_text.printable(text).split())[:LINE]


def _address(text: str) -> str:
    """An address as the inbox stores it; empty where it could not be answered."""
    address = text.strip()
    local, at, domain = address.rpartition("@")
    can_be_answered = (
        at
        and local
        and "." in domain
        and len(address) <= 254
        and address.isprintable()
        and not set(address) & set(' <>,;:"()')
    )
    return address if can_be_answered else ""
