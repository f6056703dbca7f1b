"""Parses a mail from a stranger: sender, subject and words. Pure and bounded; attachments are counted, never opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from chassis.text import plain_text
from services.notifications.intake.bounded import bounded
from services.notifications.intake.mail_text import text_and_attachments

TEXT, LINE = 10_000, 200
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
    found = _ID.search(_header(mail, "Message-ID"))
    shown = plain_text.printable(text).strip()
    return ParsedMail(
        _line(name),
        _address(address) or _address(envelope_sender),
        _line(_header(mail, "Subject")),
        shown[:TEXT],
        found[0] if found else "",
        attachments,
        (_header(mail, "Auto-Submitted") or "no").lower() != "no",
        len(beginning) < len(content) or len(shown) > TEXT,
    )


def _sender(mail: Message) -> tuple[str, str]:
    """Name and address of the sender; empty where the header is nested too deeply."""
    try:
        return parseaddr((_header(mail, "Reply-To") or _header(mail, "From"))[:SENDER])
    except RecursionError:
        return "", ""


def _header(mail: Message, name: str) -> str:
    raw = str(mail.get(name, ""))[:2_000]
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        return raw


def _line(text: str) -> str:
    return " ".join(plain_text.printable(text).split())[:LINE]


def _address(text: str) -> str:
    kept = text.strip()
    local, at, domain = kept.rpartition("@")
    fit = (
        at and local and "." in domain and len(kept) <= 254 and kept.isprintable() and not set(kept) & set(' <>,;:"()')
    )
    return kept if fit else ""
