"""Composes mails: headers, text, HTML and calendar file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from chassis.documents.qr_codes import qr_png
from chassis.text.calendars import Entry, Method, calendar, calendar_for
from chassis.text.languages import pick
from services.notifications.domain.addresses import Address, address
from services.notifications.mail import parts
from services.notifications.mail.letterhead import Letterhead
from services.notifications.mail.page import PICTURE, page
from services.notifications.wording import sentences as s
from services.notifications.wording.links import in_language
from services.notifications.wording.rendered_text import RenderedText
from services.notifications.wording.sentences import sentence

SCALE, MASK = 5, 3
_NO_ATOM = re.compile(r"[^A-Za-z0-9+_-]")


@dataclass(frozen=True)
class Mail:
    """A mail as it is handed to a server. `sender` and `recipient` are the addresses of the envelope."""

    content: bytes
    sender: str
    recipient: Address

    @property
    def needs_smtputf8(self) -> bool:
        return self.recipient.needs_smtputf8


@dataclass(frozen=True)
class Invitation:
    """Change to the recipient's calendar. Several entries, of which some may be cancelled, are a file to open: invitations
    (RFC 5546) are about one each."""

    method: Method
    entries: tuple[Entry, ...]


def compose(
    rendered: RenderedText,
    id: str,
    recipient: str,
    letterhead: Letterhead,
    now: datetime,
    invitation: Invitation | None = None,
    *,
    unsubscribe: str = "",
    by_person: bool = False,
) -> Mail:
    """Compose the mail of a rendered message. `id`: the message's, which makes the Message-ID; `unsubscribe`: address of one click (RFC 8058), for what one may do without;
    `by_person`: somebody wrote it just now, and their words may be answered by programs as well (RFC 3834).

    Raises:
        NoAddress: the recipient's address is none.
    """
    to = address(recipient)
    tag = "de" if rendered.language == "de-simple" else rendered.language
    headers = [
        ("From", _name_and_address(letterhead.sender, letterhead.address)),
        ("To", _name_and_address(rendered.to, to.wire, "To")),
        *([("Reply-To", letterhead.reply_to)] if letterhead.reply_to else []),
        ("Subject", _encoded(rendered.subject, "Subject")),
        ("Date", _date(now.replace(microsecond=0))),
        ("Message-ID", _message_id(id, letterhead.domain)),
        *([] if by_person else [("Auto-Submitted", "auto-generated")]),
        ("Content-Language", tag),
    ]
    if unsubscribe:
        headers += [("List-Unsubscribe", f"<{unsubscribe}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    body = _body(rendered, letterhead, now, invitation, to.wire, unsubscribe)
    return Mail(_with_headers(headers, body), letterhead.address, to)


_date = lru_cache(maxsize=64)(format_datetime)
"""Many mails are of the same second."""


def _message_id(id: str, domain: str) -> str:
    """The Message-ID, the same whenever the message is sent. Ids of ours name times as well, whose signs no Message-ID may hold (RFC 5322, 3.6.4)."""
    return f"<{_NO_ATOM.sub('=', id)}@{domain}>"


def _with_headers(headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in (*headers, ("MIME-Version", "1.0")))
    return head.encode() + body


def _name_and_address(name: str, to: str, header: str = "From") -> str:
    """`Name <address>`; each encoded word of the name has at most 75 signs (RFC 2047, section 2)."""
    if not name:
        return to
    if name.isascii():
        return formataddr((name, to)) if to.isascii() else f'"{_quoted(name)}" <{to}>'
    return f"{_encoded(name, header)}\r\n <{to}>"


@lru_cache(maxsize=2048)
def _encoded(words: str, header: str) -> str:
    """Words of any script as encoded words (RFC 2047); subjects and senders are the same for many."""
    return Header(words, "utf-8", maxlinelen=75, header_name=header).encode(linesep="\r\n")


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _body(
    rendered: RenderedText,
    letterhead: Letterhead,
    now: datetime,
    invitation: Invitation | None,
    recipient: str,
    unsubscribe: str,
) -> bytes:
    plain = parts.text("plain", _text(rendered, letterhead, unsubscribe))
    words = parts.join_parts("alternative", [plain, _html_part(rendered, page(rendered, letterhead, unsubscribe))])
    if invitation is None:
        return words
    # Of the minute: what is told to many people at once is made once.
    minute = now.replace(second=0, microsecond=0)
    if len(invitation.entries) == 1:
        file = calendar_for(invitation.entries[0], minute, invitation.method, letterhead.address, recipient)
    else:
        file = calendar(invitation.entries, minute, invitation.method, organizer=letterhead.address)
    content = file.decode()
    saved = 'Content-Disposition: attachment; filename="event.ics"'
    return parts.join_parts("mixed", [words, parts.text("calendar", content, f'; method="{invitation.method}"', saved)])


def _text(rendered: RenderedText, letterhead: Letterhead, unsubscribe: str) -> str:
    language = rendered.language
    text = [
        rendered.greeting,
        *rendered.paragraphs,
        f"{rendered.action}:\n{rendered.link}",
        _closing(language, letterhead),
    ]
    if unsubscribe:
        text.append(sentence(language, s.UNSUBSCRIBE, address=in_language(unsubscribe, language)))
    return "\n\n".join(text).rstrip() + "\n"


@lru_cache(maxsize=512)
def _closing(language: str, letterhead: Letterhead) -> str:
    """The last paragraphs of all mails under a letterhead."""
    name = pick(letterhead.name, language)[0]
    closing = [pick(letterhead.signature, language)[0] if any(letterhead.signature.values()) else name]
    if letterhead.phone:
        closing.append(sentence(language, s.CALL_US, phone=letterhead.phone))
    if any(letterhead.phone_hours.values()):
        closing.append(sentence(language, s.HOURS, hours=pick(letterhead.phone_hours, language)[0]))
    legal = [
        f"{sentence(language, label)}: {in_language(link, language)}"
        for label, link in ((s.IMPRINT, letterhead.imprint), (s.PRIVACY, letterhead.privacy))
        if link
    ]
    return "\n\n".join(["-- \n" + "\n".join(closing), "\n".join(legal)])


def _html_part(rendered: RenderedText, html: str) -> bytes:
    """The HTML part, with the QR code for the door where there is one. The picture is part of the mail: a picture to be fetched is blocked
    by most readers, tells when a mail was read, and is missing where there is no network, as at many doors."""
    shown = parts.text("html", html)
    if not rendered.door:
        return shown
    # Each of the eight masks can be read; to try which is best would take five times as long.
    qr_code = qr_png(rendered.door.address, SCALE, mask=MASK)
    inside = (f"Content-ID: <{PICTURE}>", 'Content-Disposition: inline; filename="code.png"')
    return parts.join_parts("related", [shown, parts.picture("png", qr_code, *inside)])
